/* queue_ranks.h -- Who waits in the queue of a concert, in order (model/rank.h). */
#ifndef STORE_QUEUE_RANKS_H
#define STORE_QUEUE_RANKS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/** Counts an entry among those that wait, or not any more. In a write. */
void queue_rank_add(struct store_txn *txn, uint32_t concert_id, uint64_t number);
void queue_rank_remove(struct store_txn *txn, uint32_t concert_id, uint64_t number);

/** How many with a smaller number wait. */
uint64_t queue_rank_before(struct store_txn *txn, uint32_t concert_id, uint64_t number);

/** The smallest number that waits, in a write. @return False if nobody does. */
bool queue_rank_first(struct store_txn *txn, uint32_t concert_id, uint64_t *ret_number);

#endif
