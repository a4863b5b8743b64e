/* name.h -- Names of fields: expires_at_ms in a .proto is expiresAtMs in JSON. Both are read. */
#ifndef JSON_NAME_H
#define JSON_NAME_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>

#include "json/buffer.h"

/** Adds the JSON name, without quotes. */
void json_buffer_add_name(struct json_buffer *buffer, const char *name);

/** Whether a field is called *_id: its bytes are an id, which people write as a UUID. */
bool json_name_is_of_id(const char *name);

/** The same as the key of a member: `{"name":`. @param before  '{' or ','. */
void json_buffer_add_key(struct json_buffer *buffer, char before, const char *name);

/** The field with this name, in either form; NULL if there is none.
 * Pure, hence safe from any thread. */
const ProtobufCFieldDescriptor *json_find_field(const ProtobufCMessageDescriptor *descriptor,
                                                const char *name, size_t length);

#endif
