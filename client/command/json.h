/* json.h -- Messages as JSON, as src/json writes all of their fields: bytes in the form that the
 * command accepts, `token` as hex digits and `*_id` as a UUID. */
#ifndef CLIENT_COMMAND_JSON_H
#define CLIENT_COMMAND_JSON_H

#include <jansson.h>
#include <protobuf-c/protobuf-c.h>
#include <stdio.h>

/** @return A new object; the caller calls json_decref. NULL if memory is used up. */
json_t *json_from_message(const ProtobufCMessage *message);

/** @return A string; one that is not UTF-8 is written as output_text does. NULL if memory is used
 * up.
 */
json_t *json_from_text(const char *text);

/** Writes a document as text of several lines, or of one line, safe on a terminal. Ends the process
 * if memory is used up.
 * @param document  Taken, also on failure. */
void json_write(json_t *document, FILE *out);
void json_write_line(json_t *document, FILE *out);

#endif
