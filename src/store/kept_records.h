/* kept_records.h -- What a write keeps back until it ends, since the next command may change it
 * again, and what the next write finds again. For src/store only. */
#ifndef STORE_KEPT_RECORDS_H
#define STORE_KEPT_RECORDS_H

#include "store/kept_entries.h"
#include "store/rank_nodes.h"

/** Large, and used by one write at a time: it belongs to the store. */
struct kept_records {
    size_t write; /* number of the write that asked last: it is used again if that gave up */
    struct rank_nodes ranks;
    struct kept_entries entries;
};

/** To be called when a write has begun: forgets what the one before has taken back. */
void kept_records_begin(struct store_txn *txn);

/** Puts everything. To be called before the commit. */
void kept_records_put(struct store_txn *txn);

#endif
