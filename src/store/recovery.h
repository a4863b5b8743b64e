/* recovery.h -- What a store that was not closed needs before it is used. For src/store only. */
#ifndef STORE_RECOVERY_H
#define STORE_RECOVERY_H

#include "store/store.h"

/** Opens the journal of the folder; after a crash puts the data file back to its checkpoint. Before
 * LMDB opens the file.
 * @param ret_problem  On a failure that needs more words than its status has, these; else empty.
 * @return STATUS_OK, also if there is no journal; STATUS_STORE_DAMAGED; STATUS_STORE_NOT_OPENED;
 * STATUS_STORAGE_FAILED; STATUS_OUT_OF_MEMORY. */
enum status recovery_begin(struct store *store, const char *folder,
                           char ret_problem[STORE_PROBLEM_BYTES]);

/** Does again what the journal has and the data file has not, makes a journal if there is none or
 * an old one, and a checkpoint. When the trees are open.
 * @return As recovery_begin; STATUS_STORAGE_FULL. */
enum status recovery_end(struct store *store, const struct store_options *options,
                         char ret_problem[STORE_PROBLEM_BYTES]);

#endif
