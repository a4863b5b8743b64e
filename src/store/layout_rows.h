/* layout_rows.h -- The rows of halls, by layout and first seat. */
#ifndef STORE_LAYOUT_ROWS_H
#define STORE_LAYOUT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/catalog.h"
#include "store/layouts.h"
#include "store/store.h"

/** The row that a seat is in. @return Whether there is one; *ret is filled only then. */
bool layout_row_of_seat(struct store_txn *txn, uint32_t layout_id, uint32_t seat_index,
                        struct layout_row *ret);

/** The first row of a layout whose first_seat_index is at least `from_seat_index`. */
bool layout_row_from(struct store_txn *txn, uint32_t layout_id, uint32_t from_seat_index,
                     struct layout_row *ret);

/** Puts a row of a layout that is new. In a write. */
void layout_row_put(struct store_txn *txn, const struct layout_row *row);

/* --- For src/store only ----------------------------------------------------------------------- */

/** MEMO_LAYOUTS. */
struct layouts_memo {
    struct layouts *cached; /* of committed layouts, for all transactions */
    bool has_put;           /* rows, which are not for others before the commit */
};

#endif
