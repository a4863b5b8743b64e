/* show_performance.h -- A performance as ListPerformances and LookUpPerformance show it. */
#ifndef SERVER_METHODS_SHOW_PERFORMANCE_H
#define SERVER_METHODS_SHOW_PERFORMANCE_H

#include "model/catalog.h"
#include "onsale/v1/catalog.pb-c.h"
#include "server/engine/call.h"

/** With the seats that can be held now. @return In the arena; NULL if that is used up, or if what
 * belongs to the performance can't be read, which fails the transaction. */
Onsale__V1__Performance *show_performance(struct call *call, const struct performance *performance);

#endif
