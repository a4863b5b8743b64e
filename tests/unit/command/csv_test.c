/* Cells and lines as RFC 4180 wants them, and safe in a spreadsheet and on a terminal. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/csv.h"

static void assert_cell(const char *text, const char *expected)
{
    char *written;
    size_t size;
    struct csv csv = {.out = open_memstream(&written, &size)};
    csv_text(&csv, text);
    fclose(csv.out);
    assert_string_equal(written, expected);
    free(written);
}

static void a_cell_is_in_quotes_if_its_text_needs_them(void **state)
{
    (void)state;
    assert_cell("R", "R");
    assert_cell("", "");
    assert_cell("Seoul, Hall 2", "\"Seoul, Hall 2\"");
    assert_cell("the \"large\" hall", "\"the \"\"large\"\" hall\"");
    assert_cell("공연", "공연");
}

static void what_a_spreadsheet_would_compute_has_an_apostrophe(void **state)
{
    (void)state;
    assert_cell("=1+1", "'=1+1");
    assert_cell("+82", "'+82");
    assert_cell("-3", "'-3");
    assert_cell("@SUM(A1)", "'@SUM(A1)");
    assert_cell("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\"");
    assert_cell("a=b", "a=b");
}

static void what_a_terminal_would_obey_is_escaped(void **state)
{
    (void)state;
    assert_cell("a\033[31mb\nc", "a\\x1b[31mb\\x0ac");
}

static void rows_end_with_carriage_return_and_line_feed(void **state)
{
    (void)state;
    char *written;
    size_t size;
    struct csv csv = {.out = open_memstream(&written, &size)};
    csv_text(&csv, "a");
    csv_number(&csv, 18446744073709551615U);
    csv_end(&csv);
    csv_number(&csv, 0);
    csv_text(&csv, "");
    csv_end(&csv);
    fclose(csv.out);
    assert_string_equal(written, "a,18446744073709551615\r\n0,\r\n");
    free(written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cell_is_in_quotes_if_its_text_needs_them),
        cmocka_unit_test(what_a_spreadsheet_would_compute_has_an_apostrophe),
        cmocka_unit_test(what_a_terminal_would_obey_is_escaped),
        cmocka_unit_test(rows_end_with_carriage_return_and_line_feed),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
