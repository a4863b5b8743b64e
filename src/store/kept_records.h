/* kept_records.h -- What a write keeps back until it ends, since the next command may change it
 * again or its neighbour, and what the next write finds again. For src/store only. */
#ifndef STORE_KEPT_RECORDS_H
#define STORE_KEPT_RECORDS_H

#include <stdbool.h>

#include "store/kept_entries.h"
#include "store/kept_events.h"
#include "store/kept_performances.h"
#include "store/kept_reservations.h"
#include "store/kept_seats.h"
#include "store/ledger_ids.h"
#include "store/rank_nodes.h"

/** Large, and used by one write at a time: it belongs to the store. */
struct kept_records {
    struct kept_seats seats;
    struct kept_performances performances;
    struct kept_events events;
    struct kept_reservations reservations;
    struct kept_ledger_ids ledger_ids;
    bool has_changes; /* of ranks and entries that are not committed */
    struct rank_nodes ranks;
    struct kept_entries entries;
};

/** To be called before a write begins, or a commit, if the write before may have given up: forgets
 * the changes of that. */
void kept_records_begin(struct kept_records *kept);

/** Tells the journal everything, and the trees nearly everything. To be called when a write ends.
 */
void kept_records_put(struct store_txn *txn);

/** To be called after a write that ended well, and after no other. */
void kept_records_committed(struct kept_records *kept);

/** Puts the rest. To be called before the commit. */
void kept_records_show(struct store_txn *txn);

/** To be called when a transaction was taken back. */
void kept_records_forget(struct kept_records *kept);

#endif
