/* json_request.h -- From a request of HTTP to the message that a method takes. Pure. */
#ifndef GATEWAY_JSON_REQUEST_H
#define GATEWAY_JSON_REQUEST_H

#include <protobuf-c/protobuf-c.h>

#include "gateway/exchange.h"
#include "gateway/json_refusal.h"
#include "gateway/json_route.h"

/** Reads the body, the path, the query, and the headers that stand for fields: Authorization
 * (token) and Idempotency-Key.
 * @param arena        For the message and what belongs to it.
 * @param ret_message  Set if true is returned only.
 * @param ret_refusal  Set if false is returned only. */
bool json_request_read(const struct request *request, const struct json_route *route,
                       const struct path_variables *variables, struct arena *arena,
                       ProtobufCMessage **ret_message, struct json_refusal *ret_refusal);

/** Reads a body of JSON; an empty one is a message without fields. */
bool json_request_read_body(const struct request *request,
                            const ProtobufCMessageDescriptor *descriptor, struct arena *arena,
                            ProtobufCMessage **ret_message, struct json_refusal *ret_refusal);

/** Adds the pairs of the query, each a field.
 * @param has_body  Then there must be no query: fields are in the body. */
bool json_request_read_query(const struct request *request, bool has_body,
                             ProtobufCMessage *message, struct arena *arena,
                             struct json_refusal *ret_refusal);

/** Adds the variables of the path, each a field. */
bool json_request_read_variables(const struct path_variables *variables, ProtobufCMessage *message,
                                 struct arena *arena, struct json_refusal *ret_refusal);

/** Reads "Authorization: Bearer TOKEN": base64 of either kind, or hex as the onsale command prints
 * it.
 * @param may_be_bare  Whether the word Bearer may be missing.
 * @param ret_token  In the arena; no bytes if there is no such header. Set if true is returned
 * only.
 */
bool json_request_token(const struct request *request, bool may_be_bare, struct arena *arena,
                        ProtobufCBinaryData *ret_token, struct json_refusal *ret_refusal);

#endif
