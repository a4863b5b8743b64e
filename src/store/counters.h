/* counters.h -- Counters of the whole store, as one record has them. */
#ifndef STORE_COUNTERS_H
#define STORE_COUNTERS_H

#include "store/store.h"
#include "store/store_meta.h"

/** @return Zeros in a new store. */
struct store_meta meta_get(struct store_txn *txn);

/** Whether a record of their tree, by its key, is theirs: others there are of a folder, not of the
 * shop. */
bool counters_are_at(const void *key, size_t size);

/** In a write, whose place in the log is put with them. */
void meta_put(struct store_txn *txn, const struct store_meta *meta);

#endif
