#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/grpc_text.h"

static int64_t timeout_of(const char *text)
{
    int64_t ms = -2;
    assert_true(grpc_timeout_parse(text, &ms));
    return ms;
}

static void timeouts_are_read_in_every_unit(void **state)
{
    (void)state;
    assert_int_equal(timeout_of("1H"), 3600 * 1000);
    assert_int_equal(timeout_of("2M"), 120 * 1000);
    assert_int_equal(timeout_of("3S"), 3000);
    assert_int_equal(timeout_of("4m"), 4);
    assert_int_equal(timeout_of("5000u"), 5);
    assert_int_equal(timeout_of("6000000n"), 6);
    assert_int_equal(timeout_of("99999999H"), INT64_C(99999999) * 3600 * 1000);
}

static void timeouts_are_rounded_up_so_that_none_becomes_nothing(void **state)
{
    (void)state;
    assert_int_equal(timeout_of("1u"), 1);
    assert_int_equal(timeout_of("1n"), 1);
    assert_int_equal(timeout_of("1001u"), 2);
    assert_int_equal(timeout_of("0S"), 0);
}

static void what_is_no_timeout_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"",    "1",   "S",    "1s",         "1 S",  "-1S",
                                        "+1S", "1SS", "0x1S", "100000000S", "1.5S", " 1S"};
    int64_t ms = -2;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_false(grpc_timeout_parse(texts[i], &ms));
    assert_int_equal(ms, -2);
}

static void messages_are_escaped_but_for_printable_ascii(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 4096);
    assert_string_equal(grpc_message_escape(&arena, "no such seat!"), "no such seat!");
    assert_string_equal(grpc_message_escape(&arena, "100%\n"), "100%25%0A");
    assert_string_equal(grpc_message_escape(&arena, "유저"), "%EC%9C%A0%EC%A0%80");
    assert_string_equal(grpc_message_escape(&arena, "~\x7f"), "~%7F");
    arena_deinit(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timeouts_are_read_in_every_unit),
        cmocka_unit_test(timeouts_are_rounded_up_so_that_none_becomes_nothing),
        cmocka_unit_test(what_is_no_timeout_is_refused),
        cmocka_unit_test(messages_are_escaped_but_for_printable_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
