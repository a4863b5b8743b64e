#include "client/command/table.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/output.h"

enum { GAP = 2 };

void table_init(struct table *table, const struct column *columns)
{
    *table = (struct table){0};
    for (; columns->heading != NULL; columns++) {
        REQUIRE(table->columns_count < TABLE_COLUMNS_MAX);
        table->columns[table->columns_count++] = *columns;
    }
    arena_init(&table->arena, SIZE_MAX);
}

void table_deinit(struct table *table)
{
    free(table->cells);
    arena_deinit(&table->arena);
}

static void make_room(struct table *table)
{
    if (table->cells_count < table->cells_capacity) return;
    table->cells_capacity = table->cells_capacity == 0 ? 64 : 2 * table->cells_capacity;
    char **cells = realloc(table->cells, table->cells_capacity * sizeof *cells);
    REQUIRE(cells != NULL);
    table->cells = cells;
}

void table_cell_written(struct table *table, const char *text)
{
    make_room(table);
    char *cell = arena_copy(&table->arena, text, strlen(text) + 1);
    REQUIRE(cell != NULL);
    table->cells[table->cells_count++] = cell;
}

void table_cell(struct table *table, const char *format, ...)
{
    char *text;
    va_list arguments;
    va_start(arguments, format);
    REQUIRE(vasprintf(&text, format, arguments) >= 0);
    va_end(arguments);
    char *shown = output_escaped(text);
    table_cell_written(table, shown);
    free(shown);
    free(text);
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* Columns of the widest part of a text between these characters. */
static size_t widest_part(const char *text, const char *between)
{
    size_t widest = 0;
    for (;;) {
        size_t length = strcspn(text, between);
        widest = larger(widest, text_width_of(text, length));
        if (text[length] == '\0') return widest;
        text += length + 1;
    }
}

static bool has_headings(const struct table *table)
{
    for (size_t i = 0; i < table->columns_count; i++)
        if (table->columns[i].heading[0] != '\0') return true;
    return false;
}

/* Of each column, as wide as it would be, or as its longest word. */
static void measure(const struct table *table, const char *between,
                    size_t ret_widths[TABLE_COLUMNS_MAX])
{
    for (size_t i = 0; i < table->columns_count; i++)
        ret_widths[i] = text_width(table->columns[i].heading);
    for (size_t i = 0; i < table->cells_count; i++) {
        size_t column = i % table->columns_count;
        ret_widths[column] = larger(ret_widths[column], widest_part(table->cells[i], between));
    }
}

/* The widest column that can be made narrower; NULL if there is none. */
static size_t *find_flexible(const struct table *table, size_t widths[TABLE_COLUMNS_MAX],
                             const size_t least[TABLE_COLUMNS_MAX])
{
    size_t *found = NULL;
    for (size_t i = 0; i < table->columns_count; i++)
        if (table->columns[i].look == COLUMN_WRAPS && widths[i] > least[i] &&
            (found == NULL || widths[i] > *found))
            found = &widths[i];
    return found;
}

/* @return False if the table is too wide in any case. */
static bool fit(const struct table *table, size_t width, size_t ret_widths[TABLE_COLUMNS_MAX])
{
    size_t least[TABLE_COLUMNS_MAX], taken = (table->columns_count - 1) * GAP;
    measure(table, "\n", ret_widths);
    measure(table, " \n", least);
    for (size_t i = 0; i < table->columns_count; i++)
        taken += ret_widths[i];
    for (; width > 0 && taken > width; taken--) {
        size_t *flexible = find_flexible(table, ret_widths, least);
        if (flexible == NULL) return false;
        --*flexible;
    }
    return true;
}

/* Prints a cell's next line; spaces are owed until a text follows. */
static void print_line(const char **cell, size_t width, bool right, size_t *owed, FILE *out)
{
    size_t length = 0;
    const char *line = text_take_line(cell, width, &length);
    size_t taken = line == NULL ? 0 : text_width_of(line, length);
    size_t padding = width > taken ? width - taken : 0;
    if (right) *owed += padding;
    if (taken > 0) {
        output_print(out, "%*s%.*s", (int)*owed, "", (int)length, line);
        *owed = 0;
    }
    *owed += GAP + (right ? 0 : padding);
}

/* @param cells  Changed. */
static void print_row(const struct table *table, const char **cells, const size_t *widths,
                      FILE *out)
{
    for (bool goes_on = true; goes_on;) {
        size_t owed = 0;
        goes_on = false;
        for (size_t i = 0; i < table->columns_count; i++) {
            bool right = table->columns[i].look == COLUMN_RIGHT;
            print_line(&cells[i], widths[i], right, &owed, out);
            if (cells[i][0] != '\0') goes_on = true;
        }
        fputc('\n', out);
    }
}

static void print_rows(const struct table *table, const size_t *widths, FILE *out)
{
    const char *cells[TABLE_COLUMNS_MAX];
    for (size_t i = 0; i < table->columns_count; i++)
        cells[i] = table->columns[i].heading;
    if (has_headings(table)) print_row(table, cells, widths, out);
    for (size_t i = 0; i < table->cells_count; i += table->columns_count) {
        memcpy(cells, table->cells + i, table->columns_count * sizeof *cells);
        print_row(table, cells, widths, out);
    }
}

/* Each row as lines of a heading and a cell. */
static void print_blocks(const struct table *table, size_t width, FILE *out)
{
    size_t longest = 0;
    for (size_t i = 0; i < table->columns_count; i++)
        longest = larger(longest, text_width(table->columns[i].heading));
    for (size_t i = 0; i < table->cells_count; i++) {
        const char *heading = table->columns[i % table->columns_count].heading;
        if (i > 0 && i % table->columns_count == 0) fputc('\n', out);
        if (table->cells[i][0] == '\0') continue;
        output_print(out, "%s%*s", heading, (int)(longest - text_width(heading) + GAP), "");
        output_wrapped(out, table->cells[i], longest + GAP, width);
    }
}

void table_print(const struct table *table, size_t width, FILE *out)
{
    size_t widths[TABLE_COLUMNS_MAX];
    REQUIRE(table->cells_count % table->columns_count == 0);
    if (fit(table, width, widths) || !has_headings(table))
        print_rows(table, widths, out);
    else
        print_blocks(table, width, out);
}
