/* upgrade_log_test.c -- What the log tells of an upgrade, and how often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/upgrade_log.h"

enum { BEGUN_MS = 5000 };

static const struct store_upgrading progress = {
    .to = 4, .step = "queues", .number = 1, .steps = 3, .done = 7, .records = 9};

static void a_short_upgrade_says_nothing(void **state)
{
    char text[UPGRADE_LOG_BYTES];
    struct upgrade_log log = upgrade_log_begin(BEGUN_MS);
    (void)state;
    assert_false(upgrade_log_next(&log, &progress, BEGUN_MS, text));
    assert_false(upgrade_log_next(&log, &progress, BEGUN_MS + UPGRADE_LOG_MS - 1, text));
}

static void a_long_one_says_where_it_is(void **state)
{
    char text[UPGRADE_LOG_BYTES];
    struct upgrade_log log = upgrade_log_begin(BEGUN_MS);
    (void)state;
    assert_true(upgrade_log_next(&log, &progress, BEGUN_MS + UPGRADE_LOG_MS, text));
    assert_string_equal(text,
                        "upgrading the store to format 4: step 2 of 3, queues: 7 of 9 records");
}

static void lines_are_seconds_apart(void **state)
{
    char text[UPGRADE_LOG_BYTES];
    struct upgrade_log log = upgrade_log_begin(0);
    unsigned lines = 0;
    (void)state;
    for (int64_t now_ms = 0; now_ms < 10 * UPGRADE_LOG_MS; now_ms += 7)
        lines += upgrade_log_next(&log, &progress, now_ms, text);
    assert_int_equal(lines, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_short_upgrade_says_nothing),
        cmocka_unit_test(a_long_one_says_where_it_is),
        cmocka_unit_test(lines_are_seconds_apart),
    };
    return cmocka_run_group_tests_name("upgrade log", tests, NULL, NULL);
}
