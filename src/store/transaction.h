/* transaction.h -- What the files of records need of a transaction. For src/store only; what is in
 * it: transaction_inside.h. */
#ifndef STORE_TRANSACTION_H
#define STORE_TRANSACTION_H

#include <stdbool.h>

#include "store/store.h"
#include "store/store_meta.h"

/** What a transaction remembers of a kind of record between two calls: memory that whoever begins
 * it gives it, forgotten with it (caches.h). */
enum memo {
    MEMO_EVENT_BATCH, /* of a write */
    MEMO_EVENT_PLACE, /* of a read */
    MEMO_LAYOUTS,
    MEMO_RANKS, /* of a read */
    MEMO_TIMERS,
    MEMOS,
};

/** @return What the transaction was given for it; never NULL. */
void *store_txn_memo(const struct store_txn *txn, enum memo memo);

/** Whether it is a write. */
bool store_txn_may_write(const struct store_txn *txn);

/** Before counters are put: sets their place in the log, if the write has one, and notes their time
 * for the log. */
void store_txn_set_place(struct store_txn *txn, struct store_meta *meta);

/** Lets the transaction fail; its first failure stays. @param failure  Not STATUS_OK. */
void store_txn_fail(struct store_txn *txn, enum status failure);

#endif
