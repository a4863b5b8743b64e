/* timers.h -- Lists of timers, as they lie in the store. What methods use of them is in records.h.
 * For src/store only. */
#ifndef STORE_TIMERS_H
#define STORE_TIMERS_H

#include "store/bytes.h"
#include "store/records.h"

/** Unpacks a list from its key and body; of a damaged one the transaction fails. */
bool timer_list_open(struct store_txn *txn, struct reader key, struct reader value,
                     struct timer_list *ret);

#endif
