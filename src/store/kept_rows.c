#include "store/kept_rows.h"

#include <stdlib.h>

static _Atomic(struct layout_rows *) *place_of(struct kept_rows *kept, uint32_t layout_id)
{
    return &kept->layouts[layout_id % LAYOUTS_KEPT];
}

void kept_rows_deinit(struct kept_rows *kept)
{
    for (size_t i = 0; i < LAYOUTS_KEPT; i++)
        free(atomic_load(&kept->layouts[i]));
}

const struct layout_rows *kept_rows_find(struct kept_rows *kept, uint32_t layout_id)
{
    const struct layout_rows *rows =
        atomic_load_explicit(place_of(kept, layout_id), memory_order_acquire);
    return rows != NULL && rows->layout_id == layout_id ? rows : NULL;
}

bool kept_rows_has_place(struct kept_rows *kept, uint32_t layout_id)
{
    return atomic_load_explicit(place_of(kept, layout_id), memory_order_relaxed) == NULL;
}

void kept_rows_add(struct kept_rows *kept, struct layout_rows *rows)
{
    struct layout_rows *nobody = NULL;
    if (!atomic_compare_exchange_strong(place_of(kept, rows->layout_id), &nobody, rows)) free(rows);
}

const struct layout_row *layout_rows_search(const struct layout_rows *rows, uint32_t seat_index)
{
    size_t begin = 0, end = rows->count; /* the last row that begins at the seat or before it */
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if (rows->rows[middle].first_seat_index <= seat_index)
            begin = middle + 1;
        else
            end = middle;
    }
    if (begin == 0) return NULL;
    const struct layout_row *row = &rows->rows[begin - 1];
    return seat_index - row->first_seat_index < row->seat_count ? row : NULL;
}
