/* metrics_door.h -- GET /metrics: the server's numbers as the text that Prometheus reads. */
#ifndef GATEWAY_METRICS_DOOR_H
#define GATEWAY_METRICS_DOOR_H

#include "gateway/exchange.h"

/** For a row of a table of handlers. Its `context` is an upstream by the admin socket.
 */
void metrics_door_start(const struct handler *handler, struct exchange *exchange);
void metrics_door_refuse(const struct handler *handler, struct exchange *exchange, enum status why);

#endif
