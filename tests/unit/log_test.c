/* Lines of the log in each format, and what is held back of a flood. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "service/log_flood.h"
#include "service/log_format.h"

enum { LONG_BYTES = 2 * LOG_RECORD_BYTES };

static const struct log_field fields[] = {{"peer", "uid:1000"}, {"title", "\"Café\" \\ 1\n"}};

static struct log_record record_of(const char *message)
{
    return (struct log_record){"onsaled", 1769889600123, 42, LOG_WARNING,
                               message,   fields,        2,  false};
}

static void assert_record(const struct log_record *record, enum log_format format,
                          const char *expected)
{
    char line[LOG_RECORD_BYTES + 1];
    size_t length = log_record_write(record, format, line);
    assert_true(length <= LOG_RECORD_BYTES);
    line[length] = '\0';
    assert_string_equal(line, expected);
}

static void assert_line(const char *message, enum log_format format, const char *expected)
{
    struct log_record record = record_of(message);
    assert_record(&record, format, expected);
}

static void assert_journal(const char *message, enum log_format format, const char *expected)
{
    struct log_record record = record_of(message);
    record.is_for_journal = true;
    assert_record(&record, format, expected);
}

static void a_line_says_the_same_in_every_format(void **state)
{
    (void)state;
    assert_line("hung up", LOG_TEXT,
                "2026-01-31T20:00:00.123Z onsaled[42]: warning: hung up peer=uid:1000 "
                "title=\"\\\"Café\\\" \\\\ 1\\u000a\"\n");
    assert_line("hung up", LOG_LOGFMT,
                "time=2026-01-31T20:00:00.123Z level=warning msg=\"hung up\" peer=uid:1000 "
                "title=\"\\\"Café\\\" \\\\ 1\\u000a\"\n");
    assert_line("hung up", LOG_JSON,
                "{\"time\":\"2026-01-31T20:00:00.123Z\",\"pid\":42,\"level\":\"warning\","
                "\"msg\":\"hung up\",\"peer\":\"uid:1000\","
                "\"title\":\"\\\"Café\\\" \\\\ 1\\u000a\"}\n");
}

static void the_journal_is_told_the_level_in_every_format(void **state)
{
    (void)state;
    assert_journal("hung up", LOG_TEXT,
                   "<4>hung up peer=uid:1000 title=\"\\\"Café\\\" \\\\ 1\\u000a\"\n");
    assert_journal("hung up", LOG_LOGFMT,
                   "<4>time=2026-01-31T20:00:00.123Z level=warning msg=\"hung up\" peer=uid:1000 "
                   "title=\"\\\"Café\\\" \\\\ 1\\u000a\"\n");
    assert_journal("hung up", LOG_JSON,
                   "<4>{\"time\":\"2026-01-31T20:00:00.123Z\",\"pid\":42,\"level\":\"warning\","
                   "\"msg\":\"hung up\",\"peer\":\"uid:1000\","
                   "\"title\":\"\\\"Café\\\" \\\\ 1\\u000a\"}\n");
}

static void what_is_no_text_can_not_forge_a_line(void **state)
{
    (void)state;
    assert_journal("a\nb\x1b[31m", LOG_TEXT,
                   "<4>a?b?[31m peer=uid:1000 title=\"\\\"Café\\\" \\\\ 1\\u000a\"\n");
    assert_line("\xff\xfe", LOG_JSON,
                "{\"time\":\"2026-01-31T20:00:00.123Z\",\"pid\":42,\"level\":\"warning\","
                "\"msg\":\"??\",\"peer\":\"uid:1000\",\"title\":\"\\\"Café\\\" \\\\ 1\\u000a\"}\n");
}

static void a_line_that_is_too_long_is_cut_and_whole(void **state)
{
    (void)state;
    static char message[LONG_BYTES];
    char line[LOG_RECORD_BYTES];
    for (size_t size = LOG_RECORD_BYTES - 200; size < LOG_RECORD_BYTES + 200; size++) {
        memset(message, 'x', size);
        message[size] = '\0';
        struct log_record record = record_of(message);
        size_t length = log_record_write(&record, LOG_JSON, line);
        assert_true(length <= LOG_RECORD_BYTES);
        json_error_t error;
        json_t *parsed = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
        assert_non_null(parsed);
        assert_int_equal(line[length - 1], '\n');
        json_decref(parsed);
        length = log_record_write(&record, LOG_LOGFMT, line);
        assert_int_equal(line[length - 1], '\n');
    }
}

static void of_a_flood_some_are_said_and_the_rest_is_counted(void **state)
{
    (void)state;
    static const char kind[] = "kind", other[] = "other";
    struct log_flood flood = {0};
    uint32_t held_back;
    for (int i = 0; i < LOG_FLOOD_SAID_MAX; i++)
        assert_true(log_flood_admits(&flood, kind, i, &held_back));
    for (int i = 0; i < 500; i++)
        assert_false(log_flood_admits(&flood, kind, 100 + i, &held_back));
    assert_true(log_flood_admits(&flood, other, 600, &held_back));
    assert_int_equal(held_back, 0);
    assert_null(log_flood_take(&flood, LOG_FLOOD_MS - 1, &held_back));
    assert_ptr_equal(log_flood_take(&flood, LOG_FLOOD_MS, &held_back), kind);
    assert_int_equal(held_back, 500);
    assert_null(log_flood_take(&flood, LOG_FLOOD_MS, &held_back));
    assert_true(log_flood_admits(&flood, kind, LOG_FLOOD_MS, &held_back));
}

static void a_flood_that_goes_on_tells_each_while_what_was_held_back(void **state)
{
    (void)state;
    static const char kind[] = "kind";
    struct log_flood flood = {0};
    uint32_t said = 0, counted = 0, held_back;
    for (int64_t now_ms = 0; now_ms < 10 * LOG_FLOOD_MS; now_ms += 10) {
        said += log_flood_admits(&flood, kind, now_ms, &held_back);
        counted += held_back;
    }
    assert_int_equal(said, 10 * LOG_FLOOD_SAID_MAX);
    assert_ptr_equal(log_flood_take(&flood, 10 * LOG_FLOOD_MS, &held_back), kind);
    assert_int_equal(said + counted + held_back, LOG_FLOOD_MS);
}

static void more_kinds_than_places_are_all_said(void **state)
{
    (void)state;
    static const char kinds[2 * LOG_FLOOD_KINDS];
    struct log_flood flood = {0};
    uint32_t held_back;
    for (size_t i = 0; i < sizeof kinds; i++)
        assert_true(log_flood_admits(&flood, &kinds[i], 0, &held_back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_says_the_same_in_every_format),
        cmocka_unit_test(the_journal_is_told_the_level_in_every_format),
        cmocka_unit_test(what_is_no_text_can_not_forge_a_line),
        cmocka_unit_test(a_line_that_is_too_long_is_cut_and_whole),
        cmocka_unit_test(of_a_flood_some_are_said_and_the_rest_is_counted),
        cmocka_unit_test(a_flood_that_goes_on_tells_each_while_what_was_held_back),
        cmocka_unit_test(more_kinds_than_places_are_all_said),
    };
    return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
