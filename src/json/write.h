/* write.h -- A message of protobuf-c as JSON: the mapping of proto3, exactly.
 *
 * Names are lowerCamelCase; 64-bit integers are strings; bytes are standard base64, padded; enums
 * are names, or numbers that have none. Fields come in the order of their numbers. Maps and the
 * types of google.protobuf that have a JSON form of their own are unknown to protobuf-c. */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>

#include "json/buffer.h"

/** Which fields are written. */
enum json_fields {
    JSON_FIELDS_SET,   /* those that are not at their default */
    JSON_FIELDS_ALL,   /* those at their default, too: 0, "", false, []; no messages, and no members
                          of a oneof that are not set */
    JSON_FIELDS_TYPED, /* all, and bytes in the forms that people type: of fields named `token` as
                          hex digits, of those named *_id as a UUID, if it is one */
};

/** Adds the message as an object, without blanks. */
void json_buffer_add_message(struct json_buffer *buffer, const ProtobufCMessage *message,
                             enum json_fields fields);

#endif
