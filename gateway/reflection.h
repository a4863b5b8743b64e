/* reflection.h -- grpc.reflection.v1 and v1alpha: clients such as grpcurl ask what there is to
 * call, question by question on a stream that they leave open. */
#ifndef GATEWAY_REFLECTION_H
#define GATEWAY_REFLECTION_H

#include "gateway/exchange.h"

/** For rows of a table of handlers, with the path of each version and content type
 * "application/grpc"; `context` is a struct descriptors. */
void reflection_start(const struct handler *handler, struct exchange *exchange);
void reflection_receive(const struct handler *handler, struct exchange *exchange,
                        const uint8_t *bytes, size_t size, bool is_last);

#endif
