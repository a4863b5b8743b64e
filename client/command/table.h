/* table.h -- Tables with aligned columns, fitted to the width of the terminal. */
#ifndef CLIENT_COMMAND_TABLE_H
#define CLIENT_COMMAND_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"

enum { TABLE_COLUMNS_MAX = 12 };

enum column_look {
    COLUMN_LEFT,
    COLUMN_RIGHT,
    COLUMN_WRAPS, /* left; goes on in the next line where the table is too wide */
};

/** A list of these ends with heading NULL. A table whose headings are all "" prints none. */
struct column {
    const char *heading;
    const char *text; /* the template of its cells (view.h); NULL: they are added one by one */
    enum column_look look;
};

struct table {
    struct column columns[TABLE_COLUMNS_MAX];
    size_t columns_count;
    char **cells; /* row by row, as they are printed: nothing in them is to be escaped */
    size_t cells_count;
    size_t cells_capacity;
    struct arena arena; /* their text */
};

/** @param columns  1..TABLE_COLUMNS_MAX; the headings must outlive the table. */
void table_init(struct table *table, const struct column *columns);

/** Frees everything. */
void table_deinit(struct table *table);

/** Adds the next cell, from left to right, row after row: text as output_print writes it. Ends the
 * process if memory is used up. */
__attribute__((format(printf, 2, 3))) void table_cell(struct table *table, const char *format, ...);

/** Adds the next cell: what output.h has written, of one line or several.
 * @param text  Copied. */
void table_cell_written(struct table *table, const char *text);

/** Prints headings and rows. Needs a UTF-8 locale for text that is not ASCII.
 * @param width  Columns there are; 0: as many as are needed. Where a table is wider, cells of
 * columns that wrap go on in the next line; if that is not enough, each row is printed as lines of
 * a heading and a cell. */
void table_print(const struct table *table, size_t width, FILE *out);

#endif
