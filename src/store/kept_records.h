/* kept_records.h -- What a write keeps back until it ends, since the next command may change it
 * again or its neighbour: then it is put once, in the order of the keys. For src/store only. */
#ifndef STORE_KEPT_RECORDS_H
#define STORE_KEPT_RECORDS_H

#include "store/kept_events.h"
#include "store/kept_reservations.h"
#include "store/kept_seats.h"

/** Large, and used by one write at a time: it belongs to the store. */
struct kept_records {
    struct kept_seats seats;
    struct kept_events events;
    struct kept_reservations reservations;
};

/** To be called before a write begins. */
void kept_records_begin(struct kept_records *kept);

/** Puts everything. To be called before the commit. */
void kept_records_put(struct store_txn *txn);

/** To be called after a commit that succeeded, and after no other. */
void kept_records_committed(struct kept_records *kept);

#endif
