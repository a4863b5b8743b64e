/* upgrade_ids.h -- A step of the upgrade from format 1 to 2. For src/store only.
 *
 * The ids of charges and payments, which were each user's own, get a tree in which they are those
 * of all users. Where two users have used the same one, both keep their entries, and nobody else
 * gets it. */
#ifndef STORE_UPGRADE_IDS_H
#define STORE_UPGRADE_IDS_H

#include "store/transaction.h"

/** Makes and fills the tree. Doing it twice is doing it once, so a crash at any moment, and before
 * the format is raised, does no harm.
 * @param store  Recovered, of format 1: all of it is on disk with its checkpoint.
 * @return STATUS_OK; STATUS_STORAGE_FULL; STATUS_STORE_DAMAGED; STATUS_STORAGE_FAILED. */
enum status upgrade_ids(struct store *store);

#endif
