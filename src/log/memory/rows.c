#include "log/memory/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"

struct memory_row *memory_row_make(const struct log_row *row)
{
    struct memory_row *copy = calloc(1, sizeof *copy);
    if (copy == NULL) return NULL;
    copy->body = malloc(row->head.body_size + 1);
    if (copy->body == NULL) {
        free(copy);
        return NULL;
    }
    if (row->head.body_size > 0) memcpy(copy->body, row->body, row->head.body_size);
    copy->row = *row;
    copy->row.body = copy->body;
    return copy;
}

void memory_row_free(struct memory_row *row)
{
    if (row == NULL) return;
    free(row->body);
    free(row);
}

size_t memory_rows_place(const struct memory_rows *rows, uint64_t index)
{
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows->rows[middle]->row.head.index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct memory_row *memory_rows_at(const struct memory_rows *rows, uint64_t index)
{
    size_t at = memory_rows_place(rows, index);
    bool is_there = at < rows->count && rows->rows[at]->row.head.index == index;
    return is_there ? rows->rows[at] : NULL;
}

bool memory_rows_reserve(struct memory_rows *rows)
{
    if (rows->count < rows->capacity) return true;
    size_t capacity = rows->capacity == 0 ? 64 : 2 * rows->capacity;
    struct memory_row **grown = realloc(rows->rows, capacity * sizeof *grown);
    if (grown == NULL) return false;
    rows->rows = grown;
    rows->capacity = capacity;
    return true;
}

void memory_rows_add(struct memory_rows *rows, struct memory_row *row)
{
    REQUIRE(rows->count < rows->capacity);
    REQUIRE(memory_rows_at(rows, row->row.head.index) == NULL);
    size_t at = memory_rows_place(rows, row->row.head.index);
    memmove(rows->rows + at + 1, rows->rows + at, (rows->count - at) * sizeof *rows->rows);
    rows->rows[at] = row;
    rows->count++;
}

void memory_rows_remove(struct memory_rows *rows, size_t at)
{
    REQUIRE(at < rows->count);
    memory_row_free(rows->rows[at]);
    rows->count--;
    memmove(rows->rows + at, rows->rows + at + 1, (rows->count - at) * sizeof *rows->rows);
}

void memory_rows_free(struct memory_rows *rows)
{
    while (rows->count > 0)
        memory_rows_remove(rows, rows->count - 1);
    free(rows->rows);
    *rows = (struct memory_rows){0};
}
