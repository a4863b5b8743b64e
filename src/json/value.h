/* value.h -- From a word of JSON, or a piece of a URL, to the value of a field. */
#ifndef JSON_VALUE_H
#define JSON_VALUE_H

#include <protobuf-c/protobuf-c.h>

#include "json/token.h"

/** Sets a value.
 * @param path    For the error.
 * @param field   No message.
 * @param token   No null.
 * @param ret_at  Room for the value of this type; set if true is returned and *ret_known is.
 * @param ret_known  Set if true is returned: false for a name that is unknown and passed over. */
bool json_value_from_token(struct json_reader *reader, const struct json_path *path,
                           const ProtobufCFieldDescriptor *field, const struct json_token *token,
                           void *ret_at, bool *ret_known);

#endif
