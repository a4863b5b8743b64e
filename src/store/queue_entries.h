/* queue_entries.h -- The entries of the queues of concerts.
 *
 * Whoever was let in holds, pays, and goes: each of these commands needs the entry. So writes cache
 * entries, but not those that wait, which are many, nor the few with many holdings. */
#ifndef STORE_QUEUE_ENTRIES_H
#define STORE_QUEUE_ENTRIES_H

#include <stdbool.h>
#include <stdint.h>

#include "model/queue.h"
#include "store/store.h"

/** @return Whether the entry is there; *ret is filled only if it is. */
bool queue_entry_get(struct store_txn *txn, uint32_t concert_id, uint64_t number,
                     struct queue_entry *ret);

/** The entry of a queue with the next greater number; begin with 0. */
bool queue_entry_next(struct store_txn *txn, uint32_t concert_id, uint64_t after_number,
                      struct queue_entry *ret);

/** The newest entry of a user (queue_users.h). */
bool queue_entry_of_user(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                         struct queue_entry *ret);

/** Puts it, also over what is there. In a write. */
void queue_entry_put(struct store_txn *txn, const struct queue_entry *entry);

/** Deletes it if it is there. In a write. */
void queue_entry_delete(struct store_txn *txn, uint32_t concert_id, uint64_t number);

/* --- For src/store only ----------------------------------------------------------------------- */

enum {
    QUEUE_ENTRIES_CACHED = 4096,
    QUEUE_ENTRY_CACHED_HOLDINGS = 4, /* few entries have more */
};

extern const struct cache_kind queue_entries_cache;

#endif
