/* table.h -- Aligned columns for people. */
#ifndef CLIENT_COMMAND_TABLE_H
#define CLIENT_COMMAND_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"

enum { TABLE_COLUMNS_MAX = 12 };

enum column_side { COLUMN_LEFT, COLUMN_RIGHT };

/** A list of these ends with heading NULL. A table whose headings are all "" prints none. */
struct column {
    const char *heading;
    enum column_side side;
};

struct table {
    const struct column *columns;
    size_t columns_count;
    char **cells; /* row by row */
    size_t cells_count;
    size_t cells_capacity;
    struct arena arena; /* their text */
};

/** @param columns  1..TABLE_COLUMNS_MAX; must outlive the table. */
void table_init(struct table *table, const struct column *columns);

/** Frees everything. */
void table_deinit(struct table *table);

/** Adds the next cell, from left to right, row after row. Ends the process if memory is used up. */
__attribute__((format(printf, 2, 3))) void table_cell(struct table *table, const char *format, ...);

/** Prints headings and rows, cells as output_text does. Needs a UTF-8 locale for text that is not
 * ASCII. */
void table_print(const struct table *table, FILE *out);

#endif
