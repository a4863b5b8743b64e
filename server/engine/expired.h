/* expired.h -- Counts what has expired but is not reaped yet, so that reads see it as expired,
 * however much of it there is. */
#ifndef SERVER_EXPIRED_H
#define SERVER_EXPIRED_H

#include <stdint.h>

#include "model/catalog.h"
#include "model/queue.h"
#include "server/engine/leases.h"
#include "store/records.h"

/** WAITING entries of a queue before `number` whose time is up at now_ms. Where polling renews an
 * entry, no more than EXPIRED_LOOKED_AT_MAX are looked at: when more are due, the writer is about
 * to reap them. */
uint64_t expired_entries_before(struct store_txn *txn, struct leases *leases,
                                const struct queue *queue, uint64_t number, unix_ms now_ms);

/** Whether there may be holds that are over at now_ms and are still in the seats' records. */
bool expired_holds_exist(struct store_txn *txn, unix_ms now_ms);

/** Counts the seats of a performance whose hold is over at now_ms as left.
 * @param remaining  As recorded, per tier; changed. */
void expired_seats_count(struct store_txn *txn, uint32_t performance_id, unix_ms now_ms,
                         uint32_t remaining[TIERS_PER_PERFORMANCE_MAX]);

#endif
