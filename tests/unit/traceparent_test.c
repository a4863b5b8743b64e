/* The header "traceparent" of W3C Trace Context. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/traceparent.h"

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define PARENT "00f067aa0ba902b7"

static bool is_valid(const char *text)
{
    char trace_id[TRACE_ID_TEXT_BYTES] = "untouched";
    bool valid = traceparent_read(text, trace_id);
    assert_string_equal(trace_id, valid ? TRACE : "untouched");
    return valid;
}

static void a_valid_one_tells_its_trace(void **state)
{
    (void)state;
    assert_true(is_valid("00-" TRACE "-" PARENT "-01"));
    assert_true(is_valid("00-" TRACE "-" PARENT "-00"));
    assert_true(is_valid("00-" TRACE "-" PARENT "-ff"));
}

static void what_the_standard_calls_invalid_is_ignored(void **state)
{
    (void)state;
    static const char *const invalid[] = {
        NULL,
        "",
        "00",
        "00-" TRACE "-" PARENT "-0",
        "00-" TRACE "-" PARENT "-01-",
        "00-" TRACE "-" PARENT "-01-more",
        "00-" TRACE "-" PARENT "-011",
        " 00-" TRACE "-" PARENT "-01",
        "ff-" TRACE "-" PARENT "-01",
        "FF-" TRACE "-" PARENT "-01",
        "0-" TRACE "-" PARENT "-011",
        "00_" TRACE "-" PARENT "-01",
        "00-" TRACE "_" PARENT "-01",
        "00-" TRACE "-" PARENT "_01",
        "00-00000000000000000000000000000000-" PARENT "-01",
        "00-" TRACE "-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-" PARENT "-01",
        "00-" TRACE "-00F067AA0BA902B7-01",
        "00-" TRACE "-" PARENT "-0A",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-" PARENT "-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b71-01",
    };
    for (size_t i = 0; i < sizeof invalid / sizeof invalid[0]; i++)
        if (is_valid(invalid[i])) fail_msg("%s", invalid[i]);
}

static void of_later_versions_the_known_part_is_read(void **state)
{
    (void)state;
    assert_true(is_valid("01-" TRACE "-" PARENT "-01"));
    assert_true(is_valid("cc-" TRACE "-" PARENT "-01-what-the-future-will-be-like"));
    assert_true(is_valid("fe-" TRACE "-" PARENT "-01-"));
    assert_false(is_valid("cc-" TRACE "-" PARENT "-01.what"));
    assert_false(is_valid("cc-" TRACE "-" PARENT "-011"));
}

static void one_that_is_made_is_valid_and_not_sampled(void **state)
{
    (void)state;
    static const uint8_t id[TRACE_ID_BYTES] = {0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6,
                                               0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36};
    char text[TRACEPARENT_TEXT_BYTES];
    traceparent_make(id, text);
    assert_string_equal(text, "00-" TRACE "-a3ce929d0e0e4736-00");
    assert_true(is_valid(text));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_one_tells_its_trace),
        cmocka_unit_test(what_the_standard_calls_invalid_is_ignored),
        cmocka_unit_test(of_later_versions_the_known_part_is_read),
        cmocka_unit_test(one_that_is_made_is_valid_and_not_sampled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
