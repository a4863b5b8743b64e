/* caches.h -- What transactions remember between calls: the caches of records and what else a kind
 * of record needs (enum memo). For src/store only. */
#ifndef STORE_CACHES_H
#define STORE_CACHES_H

#include <stdbool.h>

#include "model/catalog.h"
#include "model/queue.h"
#include "store/cache.h"
#include "store/events.h"
#include "store/layout_rows.h"
#include "store/seen_ranks.h"
#include "store/timers.h"
#include "store/transaction.h"
#include "store/transaction_inside.h"

/** Those of the writer, for one write transaction after the other. */
struct caches {
    struct cache caches[CACHES];
    struct tree_end ends[TREES];
    struct pending_events events;
    struct timers_due timers;
    struct layouts_memo layouts;
    void *memos[MEMOS];
};

/** Those of a read: they lie with whoever began it. */
struct read_caches {
    struct cache caches[CACHES];
    struct cache_slot queue_slot;
    struct cache_slot performance_slot;
    struct queue queue;
    struct performance performance;
    struct event_place event_place;
    struct timers_due timers;
    struct layouts_memo layouts;
    void *memos[MEMOS];
    struct seen_ranks ranks; /* large */
};

/** @param layouts  Borrowed. @return STATUS_OK; STATUS_OUT_OF_MEMORY: they are zeroed then. */
enum status caches_init(struct caches *caches, struct layouts *layouts);

/** Zeroed ones are fine. No transaction may use them. */
void caches_deinit(struct caches *caches);

/** Gives them to a write transaction that begins: the one before has ended. */
void caches_lend(struct caches *caches, struct store_txn *txn);

/** Gives a read that begins caches of its own. @param read  Not initialised before. */
void caches_lend_read(struct read_caches *read, struct layouts *layouts, struct store_txn *txn);

/* --- The life of what a write changes: see cache.h -------------------------------------------- */

/** To be called before a write, and when one has given up: what that has changed is forgotten. */
void caches_begin(struct caches *caches);

/** Logs everything, when a write ends. */
void caches_log(struct store_txn *txn);

/** To be called after a write that ended well, and after no other. */
void caches_keep(struct caches *caches);

/** Writes everything back. To be called before a commit. */
void caches_write_back(struct store_txn *txn);

/** To be called when the transaction was aborted: what was logged is redone by other means. */
void caches_drop(struct caches *caches);

#endif
