/* queue_users.h -- The number of each user's newest entry in the queue of a concert. */
#ifndef STORE_QUEUE_USERS_H
#define STORE_QUEUE_USERS_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/** @return Whether the user has an entry. */
bool queue_user_get(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                    uint64_t *ret_number);

/** In a write. */
void queue_user_put(struct store_txn *txn, uint32_t concert_id, uint64_t user_id, uint64_t number);
void queue_user_delete(struct store_txn *txn, uint32_t concert_id, uint64_t user_id);

/* --- For src/store only ----------------------------------------------------------------------- */

extern const struct cache_kind queue_users_cache;

/** Caches the number of a user whose newest entry is known to be this one, in a write: of those who
 * were let in, who come again soon. */
void queue_user_cache(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                      uint64_t number);

#endif
