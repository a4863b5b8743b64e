/* lapsed.h -- What has ended by the clock but is not tidied yet: reads count it as ended. */
#ifndef SERVER_LAPSED_H
#define SERVER_LAPSED_H

#include <stdint.h>

#include "model/catalog.h"
#include "model/queue.h"
#include "server/engine/leases.h"
#include "store/records.h"

/** WAITING entries of a queue before `number` whose time is up at now_ms. Looks at no more than
 * LAPSED_LOOKED_AT_MAX due timers: when more are due, the writer is about to tidy them. */
uint64_t lapsed_entries_before(struct store_txn *txn, struct leases *leases,
                               const struct queue *queue, uint64_t number, unix_ms now_ms);

/** Calls `visit` for every seat of a performance whose hold is over at now_ms; same bound. */
void lapsed_seats_visit(struct store_txn *txn, uint32_t performance_id, unix_ms now_ms,
                        void (*visit)(void *context, uint32_t seat_index, uint8_t tier),
                        void *context);

#endif
