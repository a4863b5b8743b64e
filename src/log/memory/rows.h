/* rows.h -- The rows of a log in memory, in the order of their indexes. For src/log/memory only. */
#ifndef LOG_MEMORY_ROWS_H
#define LOG_MEMORY_ROWS_H

#include "log/row.h"

struct memory_row {
    struct log_row row;
    uint8_t *body;    /* its own */
    uint64_t landing; /* number of its landing: what landed before is safe when this is */
    int64_t safe_ns;  /* when it will be safe; INT64_MAX: not by itself */
    bool is_safe;
};

struct memory_rows {
    struct memory_row **rows;
    size_t count, capacity;
};

/** @return A copy; NULL if there is no memory. */
struct memory_row *memory_row_make(const struct log_row *row);

void memory_row_free(struct memory_row *row);

/** Where the row at this index is, or would be. */
size_t memory_rows_place(const struct memory_rows *rows, uint64_t index);

/** @return NULL if no row begins there. */
struct memory_row *memory_rows_at(const struct memory_rows *rows, uint64_t index);

/** Makes room for one more. @return False if there is no memory. */
bool memory_rows_reserve(struct memory_rows *rows);

/** Takes the row, for which there is room and a free index. */
void memory_rows_add(struct memory_rows *rows, struct memory_row *row);

void memory_rows_remove(struct memory_rows *rows, size_t at);

void memory_rows_free(struct memory_rows *rows);

#endif
