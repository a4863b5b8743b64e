/* queues.h -- The queues of concerts: nearly every command and every poll asks for one. */
#ifndef STORE_QUEUES_H
#define STORE_QUEUES_H

#include <stdbool.h>
#include <stdint.h>

#include "model/queue.h"
#include "store/store.h"

/** @return Whether the concert has a queue; *ret is filled only if it has. */
bool queue_get(struct store_txn *txn, uint32_t concert_id, struct queue *ret);

/** The next concert that has a queue, which is not read; begin with 0.
 * @return 0 if there is none. */
uint32_t queue_next_id(struct store_txn *txn, uint32_t after_concert_id);

/** Puts it, also over what is there. In a write. */
void queue_put(struct store_txn *txn, const struct queue *queue);

/* --- For src/store only ----------------------------------------------------------------------- */

extern const struct cache_kind queues_cache;

#endif
