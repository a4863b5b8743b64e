/* grpc_text.h -- How gRPC writes timeouts and messages into headers. */
#ifndef GATEWAY_GRPC_TEXT_H
#define GATEWAY_GRPC_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

/** Reads a value of "grpc-timeout": 1 to 8 digits and a unit, H, M, S, m, u or n.
 * @param ret_ms  Set on success: rounded up to a millisecond; 0 for none at all.
 * @return False if it is not of this form. */
bool grpc_timeout_parse(const char *text, int64_t *ret_ms);

/** A value for "grpc-message": what is not printable ASCII, and '%', as %XX.
 * @param text  UTF-8.
 * @return NULL if the arena is used up. */
const char *grpc_message_escape(struct arena *arena, const char *text);

#endif
