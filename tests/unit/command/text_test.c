/* Money, moments and spans as people read and write them. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "client/command/text.h"
#include "onsale/v1/queue.pb-c.h"

static void money_has_thousands_separators(void **state)
{
    (void)state;
    assert_string_equal(text_of_money(0).bytes, "0");
    assert_string_equal(text_of_money(999).bytes, "999");
    assert_string_equal(text_of_money(165000).bytes, "165,000");
    assert_string_equal(text_of_money(-1165000).bytes, "-1,165,000");
    assert_string_equal(text_of_money(INT64_MIN).bytes, "-9,223,372,036,854,775,808");
}

static void a_span_shows_its_two_largest_units(void **state)
{
    (void)state;
    assert_string_equal(text_of_span(-5).bytes, "0 ms");
    assert_string_equal(text_of_span(999).bytes, "999 ms");
    assert_string_equal(text_of_span(2345).bytes, "2.3 s");
    assert_string_equal(text_of_span(59999).bytes, "59 s");
    assert_string_equal(text_of_span(298000).bytes, "4 min 58 s");
    assert_string_equal(text_of_span(300000).bytes, "5 min");
    assert_string_equal(text_of_span(7800000).bytes, "2 h 10 min");
    assert_string_equal(text_of_span(3 * 24 * 3600000LL).bytes, "3 days");
}

static void a_moment_is_seen_from_now(void **state)
{
    (void)state;
    assert_string_equal(text_of_distance(12000, 0).bytes, "in 12 s");
    assert_string_equal(text_of_distance(0, 12000).bytes, "12 s ago");
}

static void moments_are_shown_in_local_time(void **state)
{
    (void)state;
    setenv("TZ", "Asia/Seoul", 1);
    tzset();
    assert_string_equal(text_of_moment(1798106400000).bytes, "Thu 2026-12-24 19:00");
    assert_string_equal(text_of_instant(1798106400007).bytes, "2026-12-24 19:00:00.007");
}

static void a_latency_shows_three_digits(void **state)
{
    (void)state;
    assert_string_equal(text_of_latency(0).bytes, "0 us");
    assert_string_equal(text_of_latency(85400).bytes, "85 us");
    assert_string_equal(text_of_latency(1234567).bytes, "1.23 ms");
    assert_string_equal(text_of_latency(12345678).bytes, "12.3 ms");
    assert_string_equal(text_of_latency(123456789).bytes, "123 ms");
    assert_string_equal(text_of_latency(4560000000).bytes, "4.56 s");
}

static void a_number_is_digits_and_nothing_else(void **state)
{
    (void)state;
    uint64_t number = 7;
    static const char *const wrong[] = {"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (number_parse(wrong[i], strlen(wrong[i]), &number)) fail_msg("'%s' was read", wrong[i]);
    assert_int_equal(number, 7);
    assert_true(number_parse("18446744073709551615", 20, &number));
    assert_true(number == UINT64_MAX);
    assert_true(number_parse("12-13", 2, &number));
    assert_int_equal(number, 12);
}

static void a_moment_for_programs_has_its_offset(void **state)
{
    (void)state;
    setenv("TZ", "Asia/Seoul", 1);
    tzset();
    assert_string_equal(text_of_offset_instant(1798106400007).bytes,
                        "2026-12-24T19:00:00.007+09:00");
    setenv("TZ", "America/St_Johns", 1);
    tzset();
    assert_string_equal(text_of_offset_instant(1798106400007).bytes,
                        "2026-12-24T06:30:00.007-03:30");
    setenv("TZ", "Asia/Seoul", 1);
    tzset();
}

static void a_moment_of_local_time_is_read(void **state)
{
    (void)state;
    unix_ms moment_ms;
    assert_true(moment_parse_local("2026-12-24 19:00:30", &moment_ms));
    assert_int_equal(moment_ms, 1798106430000);
    assert_true(moment_parse_local("2026-12-24 19:00", &moment_ms));
    assert_int_equal(moment_ms, 1798106400000);
    assert_true(moment_parse_local("2026-12-24", &moment_ms));
    assert_int_equal(moment_ms, 1798038000000);
    static const char *const wrong[] = {"",
                                        "2026-02-30",
                                        "2026-12-24 24:00",
                                        "2026-12-24 19:00 ",
                                        "2026-12-24T19:00",
                                        "24.12.2026",
                                        "2026-12-24 19:60"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (moment_parse_local(wrong[i], &moment_ms)) fail_msg("'%s' was read", wrong[i]);
}

static void an_rfc_3339_moment_is_read(void **state)
{
    (void)state;
    unix_ms moment_ms;
    assert_true(moment_parse("1970-01-01T00:00:00Z", &moment_ms));
    assert_int_equal(moment_ms, 0);
    assert_true(moment_parse("2026-12-24T19:00:00+09:00", &moment_ms));
    assert_int_equal(moment_ms, 1798106400000);
    assert_true(moment_parse("2026-12-24T05:00:00.1239-05:00", &moment_ms));
    assert_int_equal(moment_ms, 1798106400123);
}

static void what_is_not_quite_rfc_3339_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "2026-12-24",
        "2026-12-24T19:00:00",
        "2026-12-24 19:00:00Z",
        "2026-02-30T19:00:00Z",
        "2026-13-01T19:00:00Z",
        "2026-12-24T25:00:00Z",
        "2026-12-24T19:00:00.Z",
        "2026-12-24T19:00:00+0900",
        "2026-12-24T19:00:00+09:60",
        "2026-12-24T19:00:00+ 9:00",
        "2026-12-24T19:00:00Zulu",
        " 2026-12-24T19:00:00Z",
    };
    unix_ms moment_ms;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (moment_parse(texts[i], &moment_ms)) fail_msg("'%s' was read", texts[i]);
}

static void an_enum_loses_what_its_names_have_in_common(void **state)
{
    (void)state;
    assert_string_equal(text_of_enum(&onsale__v1__queue_entry_status__descriptor, 1), "WAITING");
    assert_string_equal(text_of_enum(&onsale__v1__queue_entry_status__descriptor, 99), "?");
}

static void moments_before_1970_are_shown_as_they_are(void **state)
{
    (void)state;
    assert_string_equal(text_of_moment(-1).bytes, "Thu 1970-01-01 08:59");
    assert_string_equal(text_of_instant(-1).bytes, "1970-01-01 08:59:59.999");
    assert_string_equal(text_of_instant(-1000).bytes, "1970-01-01 08:59:59.000");
}

static void bytes_are_shown_in_the_unit_that_fits(void **state)
{
    (void)state;
    assert_string_equal(text_of_bytes(1023).bytes, "1023 B");
    assert_string_equal(text_of_bytes(1536).bytes, "1.5 KiB");
    assert_string_equal(text_of_bytes(UINT64_C(256) << 30).bytes, "256.0 GiB");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(money_has_thousands_separators),
        cmocka_unit_test(a_span_shows_its_two_largest_units),
        cmocka_unit_test(a_moment_is_seen_from_now),
        cmocka_unit_test(moments_are_shown_in_local_time),
        cmocka_unit_test(a_latency_shows_three_digits),
        cmocka_unit_test(a_number_is_digits_and_nothing_else),
        cmocka_unit_test(a_moment_for_programs_has_its_offset),
        cmocka_unit_test(a_moment_of_local_time_is_read),
        cmocka_unit_test(an_rfc_3339_moment_is_read),
        cmocka_unit_test(what_is_not_quite_rfc_3339_is_refused),
        cmocka_unit_test(an_enum_loses_what_its_names_have_in_common),
        cmocka_unit_test(moments_before_1970_are_shown_as_they_are),
        cmocka_unit_test(bytes_are_shown_in_the_unit_that_fits),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
