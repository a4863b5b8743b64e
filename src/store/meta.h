/* meta.h -- The format of a store, and who can read it. For src/store only.
 *
 * The form of these records is for all formats the same. */
#ifndef STORE_META_H
#define STORE_META_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

/** The number of the format that a store was made with. @return Whether it is there. */
bool meta_format_get(struct store_txn *txn, uint32_t *ret_version);
void meta_format_put(struct store_txn *txn, uint32_t version);

/** The first version of the server that knows the format, for those that do not.
 * @return Whether it is there: stores of formats 1 and 2 need not have it. */
bool meta_needs_get(struct store_txn *txn, char ret_version[STORE_VERSION_BYTES]);
void meta_needs_put(struct store_txn *txn, const char *version);

/** The shop on several machines that the store is of. @return Whether there is one. */
bool meta_shop_get(struct store_txn *txn, struct store_shop *ret_shop);
void meta_shop_put(struct store_txn *txn, const struct store_shop *shop);
void meta_shop_delete(struct store_txn *txn);

#endif
