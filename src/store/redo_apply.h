/* redo_apply.h -- Does the changes of a write again: after a crash, and of writes that shared their
 * transaction with one that had to be taken back. For src/store only. */
#ifndef STORE_REDO_APPLY_H
#define STORE_REDO_APPLY_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/** Makes the changes in a write transaction without caches, which fails as damaged if they can't be
 * read, and as STATUS_LOG_NEWER if they are of a format that is not known here.
 * @param bytes  What redo.h added, of one write or of several. */
void redo_apply(struct store_txn *txn, const uint8_t *bytes, size_t size);

#endif
