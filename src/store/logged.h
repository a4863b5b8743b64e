/* logged.h -- Writes of a shop on several machines go to its log, not to the ring of the journal.
 * For src/store only.
 *
 * The leader stages what it has executed, and commits it when the log has acknowledged it: what
 * reads see, and what the data file has, is never ahead of the log. So a checkpoint is not either,
 * and a leader that was deposed has nothing to take back but its open transaction. The journal file
 * keeps its checkpoint, and no records. */
#ifndef STORE_LOGGED_H
#define STORE_LOGGED_H

#include "store/inside.h"

/** Where the next write will be. */
static inline struct log_place logged_next_place(const struct store *store)
{
    return (struct log_place){store->epoch, store->applied.index + 1};
}

/** Whether it may be executed now. @return STATUS_OK; STATUS_NOT_LEADER; STATUS_DEPOSED. */
enum status logged_check(const struct store *store);

/** Sees to it that the redo of a write says its place. In its transaction, before it ends.
 * @return The failure of the transaction. */
enum status logged_put_place(struct store_txn *txn);

/** Takes a write that was executed for the pending ones and for the log.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY; STATUS_DEPOSED: take it back. */
enum status logged_stage(struct store *store, const struct journal_record *redo);

/** As store_flush. Any thread. */
enum status logged_flush(struct store *store);

/** Whether there is executed what the log has not acknowledged. The writer's. */
bool logged_is_ahead(const struct store *store);

/** What follows was acknowledged by the log itself. */
void logged_note_commit(struct store *store);

#endif
