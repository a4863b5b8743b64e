/* read.h -- JSON to a message of protobuf-c: the mapping of proto3, and nothing else.
 *
 * Fields are named as in JSON (expiresAtMs) or as in the .proto (expires_at_ms), each at most once,
 * also in two forms. null is the default. Integers may be strings, and be written 1e3 or 10.0;
 * whatever their range, no digit is lost. Bytes are base64, standard or url-safe, padded or not.
 * Enums are names or numbers, also ones without a name. Of a oneof one member may be given. Text is
 * UTF-8 without NUL, which protobuf-c can't hold. Messages may be nested as deep as the server
 * takes them: PROTO_DEPTH_MAX. */
#ifndef JSON_READ_H
#define JSON_READ_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "json/read_options.h"

/** Reads a message.
 * @param text         An object; any bytes.
 * @param options      NULL: the defaults.
 * @param arena        For the message; it is valid until the arena is reset.
 * @param ret_message  Set if true is returned only.
 * @param ret_error    Set if false is returned only. */
bool json_read_message(const ProtobufCMessageDescriptor *descriptor, const char *text, size_t size,
                       const struct json_read_options *options, struct arena *arena,
                       ProtobufCMessage **ret_message, struct json_error *ret_error);

/** Sets one field of a message from text as it stands in a URL: numbers, true, false and names of
 * enums without quotes. A repeated field gets one more element.
 * @param path     Names of fields with dots between: "policy.activeMax". Messages on the way are
 *                 made. The last is not a message.
 * @param message  Of this arena, or initialised by protobuf-c and not to be freed by it.
 * @return False if the path is none, the field is set already and not repeated, or the value is no
 * value of it. */
bool json_set_field(ProtobufCMessage *message, const char *path, size_t path_length,
                    const char *text, size_t size, const struct json_read_options *options,
                    struct arena *arena, struct json_error *ret_error);

#endif
