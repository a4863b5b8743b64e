#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/pace.h"

enum {
    SHORT_NS = 100 * 1000,
    RIGHT_NS = 400 * 1000,
    LONG_NS = 900 * 1000,
    UNCHANGED_NS = 10 * 1000
};

static void pieces_grow_while_they_are_over_soon(void **state)
{
    (void)state;
    struct pace pace = pace_make();
    assert_int_equal(pace.piece_bytes, PACE_BYTES_MIN);
    pace_learn(&pace, SHORT_NS, false);
    assert_int_equal(pace.piece_bytes, 2 * PACE_BYTES_MIN);
    pace_learn(&pace, RIGHT_NS, false);
    assert_int_equal(pace.piece_bytes, 2 * PACE_BYTES_MIN);
    for (int i = 0; i < 20; i++)
        pace_learn(&pace, UNCHANGED_NS, false);
    assert_int_equal(pace.piece_bytes, PACE_BYTES_MAX);
}

static void pieces_shrink_when_they_take_long(void **state)
{
    (void)state;
    struct pace pace = {.piece_bytes = 4 * PACE_BYTES_MIN};
    pace_learn(&pace, LONG_NS, false);
    assert_int_equal(pace.piece_bytes, 2 * PACE_BYTES_MIN);
    for (int i = 0; i < 20; i++)
        pace_learn(&pace, LONG_NS, false);
    assert_int_equal(pace.piece_bytes, PACE_BYTES_MIN);
}

static void the_disk_rests_for_as_long_as_it_was_busy(void **state)
{
    (void)state;
    struct pace pace = pace_make();
    assert_int_equal(pace_learn(&pace, RIGHT_NS, false), RIGHT_NS);
    assert_int_equal(pace_learn(&pace, LONG_NS, false), LONG_NS);
    assert_int_equal(pace_learn(&pace, UNCHANGED_NS, false), 0);
    int64_t longest_ns = pace_learn(&pace, INT64_MAX, false);
    assert_in_range(longest_ns, LONG_NS, 10 * 1000 * 1000);
}

static void urgent_pieces_are_larger_and_nobody_rests(void **state)
{
    (void)state;
    struct pace pace = pace_make();
    assert_int_equal(pace_learn(&pace, LONG_NS, true), 0);
    assert_int_equal(pace.piece_bytes, 2 * PACE_BYTES_MIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_grow_while_they_are_over_soon),
        cmocka_unit_test(pieces_shrink_when_they_take_long),
        cmocka_unit_test(the_disk_rests_for_as_long_as_it_was_busy),
        cmocka_unit_test(urgent_pieces_are_larger_and_nobody_rests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
