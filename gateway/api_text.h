/* api_text.h -- Objects of JSON, a member after the other: answers under /api. */
#ifndef GATEWAY_API_TEXT_H
#define GATEWAY_API_TEXT_H

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

#include "json/buffer.h"

/** Begins an object or an array. @param name  NULL in an array, and for the answer itself. */
void api_open(struct json_buffer *text, const char *name, char bracket);
void api_close(struct json_buffer *text, char bracket);

/** Adds a member. */
void api_add_number(struct json_buffer *text, const char *name, int64_t number);
void api_add_unsigned(struct json_buffer *text, const char *name, uint64_t number);
void api_add_text(struct json_buffer *text, const char *name, const char *value);
void api_add_base64(struct json_buffer *text, const char *name, ProtobufCBinaryData bytes);

/** Adds an id as a UUID; null if it is none. */
void api_add_id(struct json_buffer *text, const char *name, ProtobufCBinaryData id);

/** Adds the name of a seat: "FLOOR-C-8". */
void api_add_seat_name(struct json_buffer *text, const char *section, const char *row,
                       uint32_t number);

#endif
