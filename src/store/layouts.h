/* layouts.h -- The rows of halls in memory: every answer about a reservation has the labels of its
 * seats. Rows never change once they are committed, so a layout that was read once is cached, for
 * all transactions, until the store is closed. Safe from any thread. For src/store only. */
#ifndef STORE_LAYOUTS_H
#define STORE_LAYOUTS_H

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

/* Who comes first stays: a layout whose place is another's is not cached. */
enum { LAYOUTS_CACHED = 64 };

struct layouts {
    _Atomic(struct layout_rows *) rows[LAYOUTS_CACHED];
};

/** Frees everything. Nobody may be reading. A zeroed one is fine. */
void layouts_deinit(struct layouts *layouts);

/** @return The rows of the layout until layouts_deinit; NULL if they are not cached. */
const struct layout_rows *layouts_find(struct layouts *layouts, uint32_t layout_id);

/** Whether this layout would be cached. */
bool layouts_has_place(struct layouts *layouts, uint32_t layout_id);

/** Caches the rows of a layout, or frees them if its place was taken meanwhile.
 * @param rows  Made with malloc. */
void layouts_add(struct layouts *layouts, struct layout_rows *rows);

/** @return The row that the seat is in; NULL if there is none. */
const struct layout_row *layout_rows_search(const struct layout_rows *rows, uint32_t seat_index);

#endif
