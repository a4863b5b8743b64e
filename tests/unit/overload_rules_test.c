/* Who is refused in an overload, and when they are told to come again: a crowd of callers and a
 * server that reads a frame in a fixed time, in simulated time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rpc/frame/overload.h"

static void nobody_is_refused_while_all_are_in_time(void **state)
{
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    for (int64_t now_ms = 0; now_ms < 10000; now_ms++) {
        assert_true(overload_admit_frame(&overload, 240, now_ms));
        assert_true(overload_admit_call(&overload, 240, 1000, now_ms));
    }
    assert_int_equal(overload.refusals_in_all, 0);
}

static void a_call_whose_time_is_up_or_nearly_is_refused(void **state)
{
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    assert_false(overload_admit_call(&overload, 1000, 1000, 10));
    assert_false(overload_admit_call(&overload, 5000, 1000, 10));
    assert_false(overload_admit_call(&overload, 990, 1000, 10));
    assert_true(overload_admit_call(&overload, 900, 1000, 10));
    assert_true(overload_admit_call(&overload, 0, 1, 10));
    assert_false(overload_admit_call(&overload, 2, 2, 10));
    assert_int_equal(overload.refusals_in_all, 4);
}

/* @return When it has begun. */
static int64_t begin_overload(struct overload *overload)
{
    const int64_t sign_ms = 10 + OVERLOAD_SIGN_MS;
    assert_true(overload_admit_call(overload, 1, 1000, 9));
    assert_true(overload_admit_call(overload, 300, 1000, sign_ms));
    return sign_ms + 1;
}

static void calls_that_are_late_for_a_moment_are_no_overload(void **state)
{
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    for (int64_t now_ms = 0; now_ms < 10000; now_ms++) {
        bool held_up = now_ms % (2 * OVERLOAD_SIGN_MS) > OVERLOAD_SIGN_MS;
        assert_true(overload_admit_frame(&overload, held_up ? 500 : 10, now_ms));
        assert_true(overload_admit_call(&overload, held_up ? 500 : 10, 1000, now_ms));
    }
}

/* Also of a connection whose queue is long where others have none. */
static void in_an_overload_every_frame_that_has_waited_is_refused(void **state)
{
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    assert_true(overload_admit_frame(&overload, OVERLOAD_WAIT_MS + 1, 1));
    int64_t now_ms = begin_overload(&overload);
    for (int i = 0; i < 100; i++) {
        assert_true(overload_admit_frame(&overload, OVERLOAD_WAIT_MS, now_ms + i));
        assert_false(overload_admit_frame(&overload, OVERLOAD_WAIT_MS + 1, now_ms + i));
    }
}

static bool admit_command(struct overload *overload, uint32_t waited_ms, uint32_t ahead_ms,
                          int64_t now_ms)
{
    struct overload_command command = {waited_ms, ahead_ms, 1000, false};
    return overload_admit_command(overload, command, now_ms);
}

static void a_command_that_would_be_executed_too_late_is_refused_when_it_comes(void **state)
{
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    assert_true(admit_command(&overload, 990, 0, 10));
    assert_true(admit_command(&overload, 0, 489, 10));
    assert_true(admit_command(&overload, 800, 89, 10));
    assert_false(admit_command(&overload, 800, 99, 10));
    assert_true(overload_admit_frame(&overload, 10, 11)); /* others may have more time: no sign */
    assert_false(admit_command(&overload, 0, 490, 12));
    assert_false(admit_command(&overload, 0, UINT32_MAX, 12));
    assert_false(overload_admit_frame(&overload, 10, 13));
    assert_int_equal(overload.refusals_in_all, 4);
}

static void in_an_overload_few_commands_are_let_in(void **state)
{
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    assert_true(admit_command(&overload, 0, OVERLOAD_AHEAD_MS + 1, 1));
    int64_t now_ms = begin_overload(&overload);
    assert_true(admit_command(&overload, 0, OVERLOAD_AHEAD_MS, now_ms));
    assert_false(admit_command(&overload, 0, OVERLOAD_AHEAD_MS + 1, now_ms));
    assert_true(admit_command(&overload, 0, OVERLOAD_AHEAD_MS + 1, now_ms + OVERLOAD_LASTS_MS));
}

/* Those that are answered together come again together, and a refusal among them is to be read
 * within 10 ms: to flush, to answer and to read them takes twice as long as to execute them. */
static void what_is_let_in_together_leaves_time_for_a_refusal(void **state)
{
    enum { REFUSAL_MS = 10, OTHERS = 2 };
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    int64_t now_ms = begin_overload(&overload);
    assert_false(admit_command(&overload, 0, REFUSAL_MS / (1 + OTHERS) + 1, now_ms));
}

static void no_command_is_let_in_where_there_is_hardly_room(void **state)
{
    (void)state;
    struct overload overload;
    const struct overload_command command = {.timeout_ms = 1000, .is_crowded = true};
    overload_init(&overload, 0);
    assert_false(overload_admit_command(&overload, command, 10));
    assert_false(overload_admit_frame(&overload, 10, 11)); /* that is an overload */
}

static void an_overload_is_over_some_seconds_after_its_last_sign(void **state)
{
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    const int64_t now_ms = begin_overload(&overload);
    assert_false(overload_admit_frame(&overload, 200, now_ms - 2 + OVERLOAD_LASTS_MS));
    assert_true(overload_admit_frame(&overload, 200, now_ms + 2 * OVERLOAD_LASTS_MS));
}

/* More refusals than frames in a window: so many calls of a frame that is served are too late. */
static void calls_that_are_refused_are_no_frames_that_could_be_served(void **state)
{
    enum { FRAMES = 10, CALLS = 64, CALLERS = 10000 };
    (void)state;
    struct overload overload;
    uint32_t soon = 0;
    overload_init(&overload, 0);
    for (int frame = 0; frame < FRAMES; frame++) {
        assert_true(overload_admit_frame(&overload, 1000, 100));
        for (int call = 0; call < CALLS; call++)
            assert_false(overload_admit_call(&overload, 1000, 1000, 100));
    }
    overload_admit_frame(&overload, 1, 1000); /* the next window */
    for (int i = 0; i < CALLERS; i++)
        soon += overload_retry_after_ms(&overload, 1000) <= 2 * OVERLOAD_SLOT_MS;
    assert_in_range(soon, 1, CALLERS / 2);
}

static void appointments_are_spread_and_not_too_far(void **state)
{
    enum { CALLERS = 1000 };
    (void)state;
    struct overload overload;
    uint32_t in_half[2] = {0};
    uint32_t reach_ms = OVERLOAD_REACH_MIN * OVERLOAD_SLOT_MS;
    overload_init(&overload, 0);
    for (int i = 0; i < CALLERS; i++) {
        uint32_t retry_after_ms = overload_retry_after_ms(&overload, 7);
        assert_in_range(retry_after_ms, 1, reach_ms);
        in_half[retry_after_ms > reach_ms / 2]++;
    }
    assert_in_range(in_half[0], CALLERS / 3, CALLERS);
    /* Slots that are over have room again. */
    assert_in_range(overload_retry_after_ms(&overload, 1000 * 1000), 1, 2 * OVERLOAD_SLOT_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_refused_while_all_are_in_time),
        cmocka_unit_test(a_call_whose_time_is_up_or_nearly_is_refused),
        cmocka_unit_test(calls_that_are_late_for_a_moment_are_no_overload),
        cmocka_unit_test(in_an_overload_every_frame_that_has_waited_is_refused),
        cmocka_unit_test(a_command_that_would_be_executed_too_late_is_refused_when_it_comes),
        cmocka_unit_test(in_an_overload_few_commands_are_let_in),
        cmocka_unit_test(what_is_let_in_together_leaves_time_for_a_refusal),
        cmocka_unit_test(no_command_is_let_in_where_there_is_hardly_room),
        cmocka_unit_test(an_overload_is_over_some_seconds_after_its_last_sign),
        cmocka_unit_test(calls_that_are_refused_are_no_frames_that_could_be_served),
        cmocka_unit_test(appointments_are_spread_and_not_too_far),
    };
    return cmocka_run_group_tests_name("overload", tests, NULL, NULL);
}
