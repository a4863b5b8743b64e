/* grpc_reply.h -- Answers of gRPC: messages, and how the call ended as trailers. */
#ifndef GATEWAY_GRPC_REPLY_H
#define GATEWAY_GRPC_REPLY_H

#include <onsale/onsale.h>

#include "gateway/exchange.h"

/** Sends a message; the first one begins the answer. @param bytes  The message, packed. */
void grpc_send(struct exchange *exchange, const uint8_t *bytes, size_t size);

/** Sends a message of protobuf-c. @return False if there is no memory; then nothing was sent. */
bool grpc_send_message(struct exchange *exchange, const ProtobufCMessage *message);

/** Ends the call. @param error  Why it failed; NULL: it did not. */
void grpc_end(struct exchange *exchange, const struct onsale_error *error);

/** Ends the call with a refusal of the gateway's own, in the language of the caller. */
void grpc_refuse(struct exchange *exchange, enum status status);

/** Ends the call with what gRPC itself says of it, for which there is no refusal.
 * @param code  gRPC status code. @param message  English. */
void grpc_fail(struct exchange *exchange, int code, const char *message);

/** Whether the caller asks for Korean. */
bool request_prefers_korean(const struct request *request);

#endif
