/* doors.h -- What the gateway serves: the tables of handlers, and what is behind them. */
#ifndef GATEWAY_DOORS_H
#define GATEWAY_DOORS_H

#include "gateway/exchange.h"
#include "gateway/origins.h"
#include "gateway/upstream.h"

struct doors;

/** @param trusted  Every method by the admin socket; NULL if there is none.
 * @param origins  Must outlive the doors. @return NULL if there is no memory. */
struct doors *doors_open(struct loop *loop, struct upstream *upstream, struct upstream *trusted,
                         const struct origins *origins);

/** The table for a listener. @param role  Of those who come to it: ROLE_PUBLIC or ROLE_ADMIN. */
const struct handler *doors_handlers(const struct doors *doors, enum role role);

/** The table for a listener that serves GET /metrics and nothing else. */
const struct handler *doors_metrics_handlers(const struct doors *doors);

/** The gateway stops: streams that would not end by themselves are ended. */
void doors_drain(struct doors *doors);

/** Frees them; nobody may be inside. NULL is fine. */
void doors_close(struct doors *doors);

#endif
