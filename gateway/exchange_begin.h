/* exchange_begin.h -- The side of an exchange that the protocols use: its beginning and its end. */
#ifndef GATEWAY_EXCHANGE_BEGIN_H
#define GATEWAY_EXCHANGE_BEGIN_H

#include "gateway/exchange.h"

/** The handler of a request whose headers are known. @return Never NULL: one that says 404. */
const struct handler *handler_find(const struct handler *handlers, const struct request *request,
                                   bool is_http2);

/** The request is whole. */
void exchange_start(struct exchange *exchange);

/** Answers in the handler's stead: it lets go, and then says why, unless an answer was begun, which
 * is broken off. */
void exchange_refuse(struct exchange *exchange, enum status why);

/** The peer waits no longer: the handler is told, unless it has answered. */
void exchange_let_go(struct exchange *exchange);

#endif
