#include "store/layout_rows.h"

#include <stdlib.h>

#include "base/require.h"
#include "store/catalog_key.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/transaction.h"

enum { ROWS_READ_FIRST = 256 };

_Static_assert(ROWS_READ_FIRST >= 1, "room grows by doubling");

static struct key row_key(uint32_t layout_id, uint32_t first_seat_index)
{
    return catalog_child_key(CATALOG_LAYOUT_ROW, layout_id, first_seat_index);
}

static bool row_open(struct store_txn *txn, struct reader key, struct reader value,
                     struct layout_row *ret)
{
    reader_big(&key, CATALOG_KIND_BYTES);
    ret->layout_id = (uint32_t)reader_big(&key, sizeof ret->layout_id);
    ret->first_seat_index = (uint32_t)reader_big(&key, sizeof ret->first_seat_index);
    layout_row_unpack(&value, ret);
    return record_check(txn, &key) && record_check(txn, &value);
}

/* --- all the rows of a layout, to be cached --------------------------------------------------- */

struct reading {
    struct store_txn *txn;
    struct layout_rows *rows; /* NULL once memory is out */
    size_t capacity;
};

static bool make_room(struct reading *reading, size_t capacity)
{
    REQUIRE(capacity > reading->capacity);
    size_t bytes = sizeof *reading->rows + capacity * sizeof reading->rows->rows[0];
    struct layout_rows *larger = realloc(reading->rows, bytes);
    if (larger == NULL) return false;
    reading->rows = larger;
    reading->capacity = capacity;
    return true;
}

static bool read_row(void *context, struct reader key, struct reader value)
{
    struct reading *reading = context;
    REQUIRE(reading->rows != NULL);
    REQUIRE(reading->rows->count <= reading->capacity);
    if (reading->rows->count == reading->capacity && !make_room(reading, reading->capacity * 2)) {
        free(reading->rows);
        reading->rows = NULL;
        return false;
    }
    struct layout_row *row = &reading->rows->rows[reading->rows->count];
    if (!record_open(reading->txn, TREE_CATALOG, key, &value)) return false;
    if (!row_open(reading->txn, key, value, row)) return false;
    reading->rows->count++;
    return true;
}

/* @return NULL if memory is out. */
static struct layout_rows *read_rows(struct store_txn *txn, uint32_t layout_id)
{
    struct reading reading = {.txn = txn};
    struct key prefix = catalog_key(CATALOG_LAYOUT_ROW, layout_id);
    if (!make_room(&reading, ROWS_READ_FIRST)) return NULL;
    *reading.rows = (struct layout_rows){.layout_id = layout_id};
    record_visit(txn, TREE_CATALOG, &prefix, read_row, &reading);
    return reading.rows;
}

static void cache_rows(struct store_txn *txn, struct layouts *layouts, uint32_t layout_id)
{
    REQUIRE(layouts != NULL);
    struct layout_rows *rows = read_rows(txn, layout_id);
    if (rows == NULL) return;
    if (rows->count > 0 && store_txn_failure(txn) == STATUS_OK)
        layouts_add(layouts, rows);
    else
        free(rows);
}

/* What this transaction has put may yet be taken back, so it is not for others. */
static const struct layout_rows *find_rows(struct store_txn *txn, uint32_t layout_id)
{
    const struct layouts_memo *memo = store_txn_memo(txn, MEMO_LAYOUTS);
    if (memo->has_put) return NULL;
    if (layouts_has_place(memo->cached, layout_id)) cache_rows(txn, memo->cached, layout_id);
    return layouts_find(memo->cached, layout_id);
}

/* --- one row ---------------------------------------------------------------------------------- */

static bool row_search(struct store_txn *txn, uint32_t layout_id, uint32_t seat_index,
                       struct layout_row *ret)
{
    struct key key = row_key(layout_id, seat_index);
    struct reader value;
    struct layout_row row;
    if (!record_at_or_before(txn, TREE_CATALOG, &key, CATALOG_PARENT_BYTES, &value)) return false;
    if (!row_open(txn, key_reader(&key), value, &row)) return false;
    REQUIRE(row.layout_id == layout_id);
    REQUIRE(row.first_seat_index <= seat_index);
    if (seat_index - row.first_seat_index >= row.seat_count) return false;
    *ret = row;
    return true;
}

bool layout_row_of_seat(struct store_txn *txn, uint32_t layout_id, uint32_t seat_index,
                        struct layout_row *ret)
{
    const struct layout_rows *rows = find_rows(txn, layout_id);
    if (rows == NULL) return row_search(txn, layout_id, seat_index, ret);
    const struct layout_row *row = layout_rows_search(rows, seat_index);
    if (row != NULL) *ret = *row;
    return row != NULL;
}

bool layout_row_from(struct store_txn *txn, uint32_t layout_id, uint32_t from_seat_index,
                     struct layout_row *ret)
{
    struct key key = row_key(layout_id, from_seat_index);
    struct reader value;
    if (!record_from(txn, TREE_CATALOG, &key, CATALOG_PARENT_BYTES, &value)) return false;
    if (!row_open(txn, key_reader(&key), value, ret)) return false;
    REQUIRE(ret->layout_id == layout_id);
    REQUIRE(ret->first_seat_index >= from_seat_index);
    return true;
}

void layout_row_put(struct store_txn *txn, const struct layout_row *row)
{
    REQUIRE(row->seat_count >= 1);
    struct layouts_memo *memo = store_txn_memo(txn, MEMO_LAYOUTS);
    REQUIRE(store_txn_may_write(txn));
    REQUIRE(layouts_find(memo->cached, row->layout_id) == NULL);
    memo->has_put = true;
    struct key key = row_key(row->layout_id, row->first_seat_index);
    uint8_t bytes[layout_row_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    layout_row_pack(&value, row);
    record_put(txn, TREE_CATALOG, &key, &value);
}
