/* Aligned columns. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/command/table.h"

static void assert_prints(const struct table *table, const char *expected)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    table_print(table, 0, out);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void columns_are_aligned_to_their_side(void **state)
{
    (void)state;
    static const struct column columns[] = {
        {"SEAT", COLUMN_LEFT}, {"PRICE", COLUMN_RIGHT}, {"STATE", COLUMN_LEFT}, {0}};
    struct table table;
    table_init(&table, columns);
    table_cell(&table, "F1-A-1");
    table_cell(&table, "165,000");
    table_cell(&table, "SOLD");
    table_cell(&table, "B-%d", 2);
    table_cell(&table, "0");
    table_cell(&table, "HELD");
    assert_prints(&table, "SEAT      PRICE  STATE\n"
                          "F1-A-1  165,000  SOLD\n"
                          "B-2           0  HELD\n");
    table_deinit(&table);
}

static void wide_letters_count_as_two_columns(void **state)
{
    (void)state;
    static const struct column columns[] = {{"T", COLUMN_LEFT}, {"N", COLUMN_RIGHT}, {0}};
    struct table table;
    table_init(&table, columns);
    table_cell(&table, "좌석");
    table_cell(&table, "1");
    table_cell(&table, "seat");
    table_cell(&table, "2");
    assert_prints(&table, "T     N\n"
                          "좌석  1\n"
                          "seat  2\n");
    table_deinit(&table);
}

static void a_table_without_headings_prints_none(void **state)
{
    (void)state;
    static const struct column columns[] = {{"", COLUMN_LEFT}, {"", COLUMN_LEFT}, {0}};
    struct table table;
    table_init(&table, columns);
    table_cell(&table, "Balance");
    table_cell(&table, "0");
    assert_prints(&table, "Balance  0\n");
    table_deinit(&table);
}

static void a_table_grows_with_its_rows(void **state)
{
    (void)state;
    static const struct column columns[] = {{"N", COLUMN_RIGHT}, {0}};
    struct table table;
    table_init(&table, columns);
    for (int i = 0; i < 1000; i++)
        table_cell(&table, "%d", i);
    assert_int_equal(table.cells_count, 1000);
    assert_string_equal(table.cells[999], "999");
    table_deinit(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned_to_their_side),
        cmocka_unit_test(wide_letters_count_as_two_columns),
        cmocka_unit_test(a_table_without_headings_prints_none),
        cmocka_unit_test(a_table_grows_with_its_rows),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
