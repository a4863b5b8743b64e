#include "client/command/table.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "client/command/output.h"

enum { GAP = 2 };

void table_init(struct table *table, const struct column *columns)
{
    *table = (struct table){.columns = columns};
    while (columns[table->columns_count].heading != NULL)
        table->columns_count++;
    REQUIRE(table->columns_count <= TABLE_COLUMNS_MAX);
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

void table_cell(struct table *table, const char *format, ...)
{
    char *text;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    REQUIRE(length >= 0);
    make_room(table);
    char *cell = arena_copy(&table->arena, text, (size_t)length + 1);
    REQUIRE(cell != NULL);
    table->cells[table->cells_count++] = cell;
    free(text);
}

static void measure(const struct table *table, size_t ret_widths[TABLE_COLUMNS_MAX])
{
    for (size_t i = 0; i < table->columns_count; i++)
        ret_widths[i] = text_width(table->columns[i].heading);
    for (size_t i = 0; i < table->cells_count; i++) {
        size_t width = text_width(table->cells[i]), column = i % table->columns_count;
        if (width > ret_widths[column]) ret_widths[column] = width;
    }
}

static void print_cell(const struct table *table, size_t column, const char *text, size_t width,
                       FILE *out)
{
    int padding = (int)(width - text_width(text));
    bool last = column + 1 == table->columns_count;
    bool right = table->columns[column].side == COLUMN_RIGHT;
    if (right) output_print(out, "%*s", padding, "");
    output_text(out, text);
    if (!right && !last) output_print(out, "%*s", padding, "");
    if (!last) output_print(out, "%*s", GAP, "");
    if (last) fputc('\n', out);
}

static bool has_headings(const struct table *table)
{
    for (size_t i = 0; i < table->columns_count; i++)
        if (table->columns[i].heading[0] != '\0') return true;
    return false;
}

void table_print(const struct table *table, FILE *out)
{
    REQUIRE(table->cells_count % table->columns_count == 0);
    size_t widths[TABLE_COLUMNS_MAX];
    measure(table, widths);
    for (size_t i = 0; has_headings(table) && i < table->columns_count; i++)
        print_cell(table, i, table->columns[i].heading, widths[i], out);
    for (size_t i = 0; i < table->cells_count; i++) {
        size_t column = i % table->columns_count;
        print_cell(table, column, table->cells[i], widths[column], out);
    }
}
