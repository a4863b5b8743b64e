/* Aligned columns. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/command/table.h"

static void assert_fits(const struct table *table, size_t width, const char *expected)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    table_print(table, width, out);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void assert_prints(const struct table *table, const char *expected)
{
    assert_fits(table, 0, expected);
}

static void columns_are_aligned_to_their_side(void **state)
{
    (void)state;
    static const struct column columns[] = {{"SEAT", NULL, COLUMN_LEFT},
                                            {"PRICE", NULL, COLUMN_RIGHT},
                                            {"STATE", NULL, COLUMN_LEFT},
                                            {0}};
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
    static const struct column columns[] = {
        {"T", NULL, COLUMN_LEFT}, {"N", NULL, COLUMN_RIGHT}, {0}};
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
    static const struct column columns[] = {{"", NULL, COLUMN_LEFT}, {"", NULL, COLUMN_LEFT}, {0}};
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
    static const struct column columns[] = {{"N", NULL, COLUMN_RIGHT}, {0}};
    struct table table;
    table_init(&table, columns);
    for (int i = 0; i < 1000; i++)
        table_cell(&table, "%d", i);
    assert_int_equal(table.cells_count, 1000);
    assert_string_equal(table.cells[999], "999");
    table_deinit(&table);
}

static const struct column hall_columns[] = {
    {"ID", NULL, COLUMN_LEFT}, {"TITLE", NULL, COLUMN_WRAPS}, {"PRICE", NULL, COLUMN_RIGHT}, {0}};

static void fill_hall(struct table *table)
{
    table_init(table, hall_columns);
    table_cell(table, "7");
    table_cell(table, "겨울 나그네 at the Arena");
    table_cell(table, "165,000");
    table_cell(table, "8");
    table_cell(table, "Trio");
    table_cell(table, "1");
}

static void a_cell_goes_on_in_the_next_line_where_the_table_is_too_wide(void **state)
{
    (void)state;
    struct table table;
    fill_hall(&table);
    assert_fits(&table, 37,
                "ID  TITLE                       PRICE\n"
                "7   겨울 나그네 at the Arena  165,000\n"
                "8   Trio                            1\n");
    assert_fits(&table, 25,
                "ID  TITLE           PRICE\n"
                "7   겨울 나그네   165,000\n"
                "    at the Arena\n"
                "8   Trio                1\n");
    table_deinit(&table);
}

static void a_table_that_can_not_be_made_to_fit_is_a_block_for_each_row(void **state)
{
    (void)state;
    struct table table;
    fill_hall(&table);
    assert_fits(&table, 18,
                "ID     7\n"
                "TITLE  겨울 나그네\n"
                "       at the\n"
                "       Arena\n"
                "PRICE  165,000\n"
                "\n"
                "ID     8\n"
                "TITLE  Trio\n"
                "PRICE  1\n");
    table_deinit(&table);
}

static void a_cell_may_have_several_lines(void **state)
{
    (void)state;
    static const struct column columns[] = {
        {"N", NULL, COLUMN_LEFT}, {"TIER", NULL, COLUMN_LEFT}, {"PRICE", NULL, COLUMN_RIGHT}, {0}};
    struct table table;
    table_init(&table, columns);
    table_cell(&table, "1");
    table_cell_written(&table, "VIP\nR");
    table_cell_written(&table, "165,000\n9");
    assert_prints(&table, "N  TIER    PRICE\n"
                          "1  VIP   165,000\n"
                          "   R           9\n");
    table_deinit(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_aligned_to_their_side),
        cmocka_unit_test(wide_letters_count_as_two_columns),
        cmocka_unit_test(a_table_without_headings_prints_none),
        cmocka_unit_test(a_table_grows_with_its_rows),
        cmocka_unit_test(a_cell_goes_on_in_the_next_line_where_the_table_is_too_wide),
        cmocka_unit_test(a_table_that_can_not_be_made_to_fit_is_a_block_for_each_row),
        cmocka_unit_test(a_cell_may_have_several_lines),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
