/* What is printed is shown, never obeyed. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "client/command/failure.h"
#include "client/command/json.h"
#include "client/command/output.h"
#include "client/command/table.h"
#include "client/command/writer.h"
#include "onsale/rpc/v1/rpc.pb-c.h"

/* Escape, newline, C1, marks of direction, a space without width, bytes that are no UTF-8, and a
 * tag beyond the first plane. */
static const char wild[] = "a\033[2Jb\nc\x7f"
                           "d\xc2\x9b"
                           "e\u202ef\u2028g\u200bh\xff\xc0i\U000e0041j";
static const char tame[] = "a\\x1b[2Jb\\x0ac\\x7fd\\x9be\\u202ef\\u2028g\\u200bh\\xff\\xc0i"
                           "\\U000e0041j";

/* A stream into memory, and its text when it is done. */
static char *text;
static size_t size;

static FILE *begin(void)
{
    return open_memstream(&text, &size);
}

static void end(FILE *out, const char *expected)
{
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void what_a_terminal_would_obey_is_escaped(void **state)
{
    (void)state;
    FILE *out = begin();
    output_text(out, wild);
    end(out, tame);
}

static void names_of_people_are_printed_as_they_are(void **state)
{
    (void)state;
    static const char name[] = "뮤지컬 〈빨래〉 Café ❤️‍🔥 100 % \\x1b";
    FILE *out = begin();
    output_text(out, name);
    end(out, name);
}

static void a_line_stays_a_line(void **state)
{
    (void)state;
    FILE *out = begin();
    output_print(out, "%d ", 7);
    output_line(out, "%s-%s", "x\ny", "z\r");
    end(out, "7 x\\x0ay-z\\x0d\n");
}

static void the_width_is_that_of_what_is_printed(void **state)
{
    (void)state;
    assert_int_equal(text_width("좌석"), 4);
    assert_int_equal(text_width("\u1100\u1161"), 2);
    assert_int_equal(text_width("A-1"), 3);
    assert_int_equal(text_width("\xff"), 4);
    assert_int_equal(text_width("\033"), 4);
    assert_int_equal(text_width("좌\u202e"), 8);
    assert_int_equal(text_width(wild), strlen(tame));
}

static void a_cell_is_aligned_by_what_is_printed(void **state)
{
    (void)state;
    static const struct column columns[] = {
        {"T", NULL, COLUMN_LEFT}, {"N", NULL, COLUMN_RIGHT}, {0}};
    struct table table;
    table_init(&table, columns);
    table_cell(&table, "a\nb");
    table_cell(&table, "1");
    table_cell(&table, "공연");
    table_cell(&table, "\t");
    FILE *out = begin();
    table_print(&table, 0, out);
    end(out, "T          N\n"
             "a\\x0ab     1\n"
             "공연    \\x09\n");
    table_deinit(&table);
}

static void a_title_is_cut_by_what_is_printed(void **state)
{
    (void)state;
    FILE *out = begin();
    struct writer writer = {.out = out};
    writer_centred(&writer, "좌석\033[2J", 10);
    writer_print(&writer, INK_PLAIN, "|");
    writer_centred(&writer, "좌석\033[2J", 7);
    writer_print(&writer, INK_PLAIN, "|");
    writer_print(&writer, INK_STRONG, "\n");
    writer_newline(&writer);
    end(out, "좌석\\x1b[2| 좌석  |\\x0a\n");
}

static void a_refusal_can_not_forge_lines(void **state)
{
    (void)state;
    struct run run;
    Onsale__Rpc__V1__BadField bad = ONSALE__RPC__V1__BAD_FIELD__INIT;
    run_fail(&run, ONSALE_ARGUMENT_INVALID, "a\nonsale: OK\033[2J");
    struct onsale_error error = run.error;
    snprintf(error.reason, sizeof error.reason, "R\r");
    bad.field = (char *)"f\u202e";
    bad.description = (char *)"d\nadvice: run this";
    error.details_count = 1;
    strcpy(error.details[0].type, "onsale.rpc.v1.BadField");
    error.details[0].size = protobuf_c_message_pack(&bad.base, error.detail_bytes);
    FILE *out = begin();
    failure_print(&error, false, out);
    end(out, "onsale: R\\x0d: a\\x0aonsale: OK\\x1b[2J\n"
             "field:  f\\u202e: d\\x0aadvice: run this\n");
}

/* Prints a document that has a text, and reads it again. */
static char *json_round(const char *value, bool *ret_is_safe)
{
    json_t *document = json_object();
    json_object_set_new(document, "title", json_from_text(value));
    FILE *out = begin();
    json_write(document, out);
    fclose(out);
    *ret_is_safe = true;
    for (const char *at = text; *at != '\0'; at++)
        if (((unsigned char)*at < ' ' && *at != '\n') || *at == 0x7f) *ret_is_safe = false;
    if (strstr(text, "\xc2\x9b") != NULL || strstr(text, "\u202e") != NULL) *ret_is_safe = false;
    json_t *read = json_loads(text, 0, NULL);
    assert_non_null(read);
    char *title = strdup(json_string_value(json_object_get(read, "title")));
    json_decref(read);
    free(text);
    return title;
}

static void json_means_the_same_and_is_safe(void **state)
{
    (void)state;
    static const char title[] = "a\033[2Jb\nc\x7f"
                                "d\xc2\x9b"
                                "e\u202e공연\U000e0041\\x1b\"";
    bool is_safe;
    char *again = json_round(title, &is_safe);
    assert_string_equal(again, title);
    assert_true(is_safe);
    free(again);
}

static void json_of_a_text_that_is_no_utf8_is_json(void **state)
{
    (void)state;
    bool is_safe;
    char *again = json_round("no file \xff\xea\xb3", &is_safe);
    assert_string_equal(again, "no file \\xff\\xea\\xb3");
    assert_true(is_safe);
    free(again);

    struct run run;
    run_fail(&run, ONSALE_ARGUMENT_INVALID, "\xff: no such file");
    FILE *out = begin();
    failure_print(&run.error, true, out);
    fclose(out);
    json_t *read = json_loads(text, 0, NULL);
    const char *message = NULL;
    assert_int_equal(json_unpack(read, "{s{ss}}", "error", "message", &message), 0);
    assert_string_equal(message, "\\xff: no such file");
    json_decref(read);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_terminal_would_obey_is_escaped),
        cmocka_unit_test(names_of_people_are_printed_as_they_are),
        cmocka_unit_test(a_line_stays_a_line),
        cmocka_unit_test(the_width_is_that_of_what_is_printed),
        cmocka_unit_test(a_cell_is_aligned_by_what_is_printed),
        cmocka_unit_test(a_title_is_cut_by_what_is_printed),
        cmocka_unit_test(a_refusal_can_not_forge_lines),
        cmocka_unit_test(json_means_the_same_and_is_safe),
        cmocka_unit_test(json_of_a_text_that_is_no_utf8_is_json),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
