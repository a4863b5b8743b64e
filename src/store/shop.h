/* shop.h -- Of which shop on several machines a folder is. A copy of its data file says so as well.
 * For src/store only.
 *
 * A folder of a shop on several machines that was opened without the log would take writes of its
 * own, and be no copy any more: so it is refused, as is one of another shop. */
#ifndef STORE_SHOP_H
#define STORE_SHOP_H

#include "store/store.h"

/** Compares the mark of a store that is being opened with what its opener asks for, and sets or
 * removes it where that is asked for. Sets where the store is in the log.
 * @return STATUS_OK; STATUS_STORE_NOT_OPENED with what is wrong; a failure of the storage. */
enum status shop_mark_check(struct store *store, const struct store_options *options,
                            char ret_problem[STORE_PROBLEM_BYTES]);

#endif
