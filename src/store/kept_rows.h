/* kept_rows.h -- The rows of halls in memory: every reservation shows the labels of its seats.
 * Rows never change once they are committed, so what was read once is kept until the store closes.
 * Safe from any thread. For src/store only. */
#ifndef STORE_KEPT_ROWS_H
#define STORE_KEPT_ROWS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/catalog.h"

/** The rows of one layout, in the order of their seats. */
struct layout_rows {
    uint32_t layout_id;
    size_t count;
    struct layout_row rows[];
};

/* Who comes first stays: a layout whose place is another's is not kept. */
enum { LAYOUTS_KEPT = 64 };

struct kept_rows {
    _Atomic(struct layout_rows *) layouts[LAYOUTS_KEPT];
};

/** Frees everything. Nobody may be reading. A zeroed one is fine. */
void kept_rows_deinit(struct kept_rows *kept);

/** @return The rows of the layout until kept_rows_deinit; NULL if they are not kept. */
const struct layout_rows *kept_rows_find(struct kept_rows *kept, uint32_t layout_id);

/** Whether this layout would be kept. */
bool kept_rows_has_place(struct kept_rows *kept, uint32_t layout_id);

/** Keeps the rows of a layout, or frees them if its place was taken meanwhile.
 * @param rows  Made with malloc. */
void kept_rows_add(struct kept_rows *kept, struct layout_rows *rows);

/** @return The row that the seat is in; NULL if there is none. */
const struct layout_row *layout_rows_search(const struct layout_rows *rows, uint32_t seat_index);

#endif
