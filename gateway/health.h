/* health.h -- grpc.health.v1: whether the server behind the gateway serves.
 *
 * It is asked once a second while somebody watches, and for each Check. Threads: the loop's. */
#ifndef GATEWAY_HEALTH_H
#define GATEWAY_HEALTH_H

#include "gateway/upstream.h"

struct health;
struct loop;

/** @return NULL if there is no memory. */
struct health *health_open(struct loop *loop, struct upstream *upstream);

/** The gateway stops: NOT_SERVING from now on. Streams are told, and end. */
void health_drain(struct health *health);

/** Nobody may watch. NULL is fine. */
void health_close(struct health *health);

#endif
