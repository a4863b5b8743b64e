/* upgrade.h -- Brings a store of an older format to the present one. For src/store only.
 *
 *   from 1 to 2: the ids of charges and payments, which were each user's own, get a tree in which
 *                they are those of all users. Where two users have used the same one, both keep
 *                their entries, and nobody else gets it. */
#ifndef STORE_UPGRADE_H
#define STORE_UPGRADE_H

#include "store/transaction.h"

/** Does nothing with a store of the present format. A crash leaves the old store or the new one.
 * @param store  Recovered: all of it is on disk with its checkpoint.
 * @return STATUS_OK; STATUS_STORAGE_FULL; STATUS_STORE_DAMAGED; STATUS_STORAGE_FAILED. */
enum status upgrade_store(struct store *store);

#endif
