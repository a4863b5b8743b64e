/* upgrade.h -- Stores that an older server wrote. For src/store only.
 *
 * From format 1 to 2: a queue knows when the first of its performances goes on sale and has a
 * waiting clock, and the timers of those who wait lie in its line. The records that only grew are
 * read in both forms and written in the new one when they change. Before that the tree of charge
 * and payment ids is made (upgrade_ids.h). */
#ifndef STORE_UPGRADE_H
#define STORE_UPGRADE_H

#include "store/store.h"

/** Turns a store of STORE_FORMAT_OLDEST into one of STORE_FORMAT_VERSION, in one write. A
 * store_body; the context is not used. */
enum status upgrade_body(struct store_txn *txn, void *context);

#endif
