/* headless.h -- Records of formats 1 and 2, which have no heads. For src/store only.
 *
 * They are read and written so until all of them have got one, which is the last step of the
 * upgrade to format 3. */
#ifndef STORE_HEADLESS_H
#define STORE_HEADLESS_H

#include <stddef.h>

#include "store/record.h"

enum { HEADLESS_FORMAT = 2 }; /* the last one */

/** The format of such a record: the kinds that grew with format 2 are told apart by their sizes. */
uint8_t headless_format(enum tree tree, size_t size);

/** Whether the counters of a store have no head, as its format says: a bit may have turned it into
 * one of those. */
bool headless_is_true(struct store_txn *txn);

/** Whether the store that an upgrade to `format` is under way in has such records. */
static inline bool headless_is_before(uint32_t format)
{
    return format <= HEADLESS_FORMAT + 1;
}

#endif
