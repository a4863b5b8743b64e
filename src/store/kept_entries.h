/* kept_entries.h -- Queue entries as writes ask for them and leave them.
 *
 * Whoever was let in holds, pays, and goes: each of these commands needs the entry. So writes keep
 * those that they have seen, and put those that were changed when they end, in the order of their
 * numbers. The next write finds what is here, as nobody else writes. For src/store only. */
#ifndef STORE_KEPT_ENTRIES_H
#define STORE_KEPT_ENTRIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/queue.h"
#include "store/bits.h"
#include "store/store.h"

enum { ENTRIES_KEPT = 4096, KEPT_HOLDINGS_MAX = 4 };

/* An entry without the room for holdings that few have. */
struct kept_entry {
    uint32_t concert_id; /* 0: none is kept here */
    enum queue_entry_status status;
    uint64_t number;
    uint64_t user_id;
    uint8_t bytes[offsetof(struct queue_entry, holdings.items) +
                  KEPT_HOLDINGS_MAX * sizeof(struct holding)];
};

/** Each entry has one place where it can be, and each user one that tells where. */
struct kept_entries {
    struct kept_entry entries[ENTRIES_KEPT];
    uint64_t is_changed[ENTRIES_KEPT / BITS_PER_WORD]; /* a bit for each */
    uint32_t slots_of_users[ENTRIES_KEPT];
};

/** Forgets all entries, changed or not. */
void kept_entries_forget(struct kept_entries *kept);

/** Puts the entries that were changed in this transaction. */
void kept_entries_put(struct store_txn *txn);

/** @return Whether the entry is kept. */
bool kept_entry_get(struct store_txn *txn, uint32_t concert_id, uint64_t number,
                    struct queue_entry *ret);

/** The entry of a user that is WAITING or ACTIVE in the store, hence the newest: to enter again
 * ends it. @return Whether it is kept. */
bool kept_entry_of_user(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                        struct queue_entry *ret);

/** Keeps an entry, one with many holdings excepted.
 * @param is_changed  Whether it has yet to be put.
 * @return Whether it is kept. */
bool kept_entry_set(struct store_txn *txn, const struct queue_entry *entry, bool is_changed);

/** Forgets an entry, changed or not. */
void kept_entry_drop(struct store_txn *txn, uint32_t concert_id, uint64_t number);

/** Puts an entry into the store: queue_entries.c. */
void queue_entry_write(struct store_txn *txn, const struct queue_entry *entry);

#endif
