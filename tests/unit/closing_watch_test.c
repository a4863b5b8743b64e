#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/closing_watch.h"

static enum closing look_often(struct closing_watch *watch, int looks, size_t closing,
                               uint64_t freed)
{
    enum closing seen = CLOSING_WELL;
    for (int i = 0; i < looks; i++)
        seen = closing_watch_look(watch, closing, freed);
    return seen;
}

static void all_is_well_while_nothing_was_closed(void **state)
{
    (void)state;
    struct closing_watch watch = {0};
    assert_int_equal(look_often(&watch, 100, 0, 0), CLOSING_WELL);
    assert_int_equal(look_often(&watch, 100, 0, 7), CLOSING_WELL);
}

static void all_is_well_while_any_connection_is_freed(void **state)
{
    (void)state;
    struct closing_watch watch = {0};
    for (uint64_t freed = 1; freed < 100; freed++)
        assert_int_equal(closing_watch_look(&watch, 3, freed), CLOSING_WELL);
}

static void connections_that_are_not_freed_are_late_and_then_stuck(void **state)
{
    (void)state;
    struct closing_watch watch = {0};
    closing_watch_look(&watch, 0, 5);
    for (int look = 1; look < CLOSING_LOOKS_LATE; look++)
        assert_int_equal(closing_watch_look(&watch, 1, 5), CLOSING_WELL);
    for (int look = CLOSING_LOOKS_LATE; look < CLOSING_LOOKS_STUCK; look++)
        assert_int_equal(closing_watch_look(&watch, 1, 5), CLOSING_LATE);
    assert_int_equal(closing_watch_look(&watch, 1, 5), CLOSING_STUCK);
    assert_int_equal(closing_watch_look(&watch, 9, 5), CLOSING_STUCK);
}

static void waiting_counts_anew_after_one_was_freed(void **state)
{
    (void)state;
    struct closing_watch watch = {0};
    assert_int_equal(look_often(&watch, CLOSING_LOOKS_STUCK - 1, 2, 0), CLOSING_LATE);
    assert_int_equal(closing_watch_look(&watch, 1, 1), CLOSING_WELL);
    assert_int_equal(look_often(&watch, CLOSING_LOOKS_LATE - 1, 1, 1), CLOSING_WELL);
    assert_int_equal(closing_watch_look(&watch, 1, 1), CLOSING_LATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_well_while_nothing_was_closed),
        cmocka_unit_test(all_is_well_while_any_connection_is_freed),
        cmocka_unit_test(connections_that_are_not_freed_are_late_and_then_stuck),
        cmocka_unit_test(waiting_counts_anew_after_one_was_freed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
