#include "store/layouts.h"

#include "base/require.h"

#include <stdlib.h>

static _Atomic(struct layout_rows *) *place_of(struct layouts *layouts, uint32_t layout_id)
{
    return &layouts->rows[layout_id % LAYOUTS_CACHED];
}

void layouts_deinit(struct layouts *layouts)
{
    REQUIRE(layouts != NULL);
    for (size_t i = 0; i < LAYOUTS_CACHED; i++)
        free(atomic_load(&layouts->rows[i]));
}

const struct layout_rows *layouts_find(struct layouts *layouts, uint32_t layout_id)
{
    REQUIRE(layouts != NULL);
    const struct layout_rows *rows =
        atomic_load_explicit(place_of(layouts, layout_id), memory_order_acquire);
    return rows != NULL && rows->layout_id == layout_id ? rows : NULL;
}

bool layouts_has_place(struct layouts *layouts, uint32_t layout_id)
{
    REQUIRE(layouts != NULL);
    return atomic_load_explicit(place_of(layouts, layout_id), memory_order_relaxed) == NULL;
}

void layouts_add(struct layouts *layouts, struct layout_rows *rows)
{
    REQUIRE(rows != NULL);
    REQUIRE(rows->count > 0);
    struct layout_rows *nobody = NULL;
    if (!atomic_compare_exchange_strong(place_of(layouts, rows->layout_id), &nobody, rows))
        free(rows);
}

const struct layout_row *layout_rows_search(const struct layout_rows *rows, uint32_t seat_index)
{
    REQUIRE(rows != NULL);
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
