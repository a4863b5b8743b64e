/* expired_holds.h -- Ends holds whose time is up, many together: the seats of one block are freed
 * by one write. */
#ifndef SERVER_EXPIRED_HOLDS_H
#define SERVER_EXPIRED_HOLDS_H

#include <stddef.h>

#include "server/engine/batch.h"

/** Ends those of the reservations that are still HELD, each with an event, in this order.
 * @param count  At most SWEEP_HOLDS_MAX; all must have ended by the clock. */
void expired_holds_end(struct batch *batch, const union timer_item *holds, size_t count);

#endif
