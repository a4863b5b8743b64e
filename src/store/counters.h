/* counters.h -- Counters of the whole store, as one record has them. */
#ifndef STORE_COUNTERS_H
#define STORE_COUNTERS_H

#include "store/store.h"
#include "store/store_meta.h"

/** @return Zeros in a new store. */
struct store_meta meta_get(struct store_txn *txn);

/** In a write, whose place in the log is put with them. */
void meta_put(struct store_txn *txn, const struct store_meta *meta);

#endif
