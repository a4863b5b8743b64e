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
        assert_true(overload_admit_frame(&overload, 240, false, now_ms));
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
        assert_true(overload_admit_frame(&overload, held_up ? 500 : 10, false, now_ms));
        assert_true(overload_admit_call(&overload, held_up ? 500 : 10, 1000, now_ms));
    }
}

static void once_calls_are_late_a_queue_that_stands_is_cut_back(void **state)
{
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    const int64_t now_ms = begin_overload(&overload);
    assert_true(overload_admit_frame(&overload, OVERLOAD_WAIT_MS, false, now_ms));
    assert_true(
        overload_admit_frame(&overload, OVERLOAD_WAIT_MS + 1, false, now_ms + 1)); /* a burst */
    assert_false(overload_admit_frame(&overload, OVERLOAD_WAIT_MS_MAX + 1, false, now_ms + 2));
    const int64_t stands_ms = now_ms + 1 + OVERLOAD_STANDS_MS;
    assert_false(overload_admit_frame(&overload, OVERLOAD_WAIT_MS + 1, false, stands_ms));
    assert_true(overload_admit_frame(&overload, 1, false, stands_ms + 1));
    assert_true(overload_admit_frame(&overload, OVERLOAD_WAIT_MS + 1, false, stands_ms + 2));
}

static void an_overload_is_over_some_seconds_after_its_last_sign(void **state)
{
    (void)state;
    struct overload overload;
    overload_init(&overload, 0);
    const int64_t now_ms = begin_overload(&overload);
    assert_false(overload_admit_frame(&overload, 200, false, now_ms - 2 + OVERLOAD_LASTS_MS));
    assert_true(overload_admit_frame(&overload, 200, false, now_ms + 2 * OVERLOAD_LASTS_MS));
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
        assert_true(overload_admit_frame(&overload, 1000, false, 100));
        for (int call = 0; call < CALLS; call++)
            assert_false(overload_admit_call(&overload, 1000, 1000, 100));
    }
    overload_admit_frame(&overload, 1, false, 1000); /* the next window */
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

/* --- a crowd -----------------------------------------------------------------------------------
 */

enum {
    FRAME_US = 20, /* what the server takes for a frame, served or refused */
    SECONDS = 20,
    US_PER_MS = 1000,
    US_PER_SECOND = 1000 * 1000,
    CROWD_MAX = 60000,
};

struct crowd {
    uint32_t callers;
    uint32_t timeout_ms;
    int64_t arrived_us[CROWD_MAX]; /* of the frame of each caller that waits in the queue */
    uint32_t queue[CROWD_MAX];     /* callers, a ring */
    uint32_t first, count;
    int64_t due_us[CROWD_MAX]; /* when those who rest come again */
    uint64_t served, refused, late;
    uint64_t waits_ms[1000]; /* of the refused, counted */
};

static void send_frame(struct crowd *crowd, uint32_t caller, int64_t now_us)
{
    crowd->arrived_us[caller] = now_us;
    crowd->due_us[caller] = INT64_MAX;
    crowd->queue[(crowd->first + crowd->count++) % CROWD_MAX] = caller;
}

static void read_one(struct crowd *crowd, struct overload *overload, int64_t now_us, bool counts)
{
    uint32_t caller = crowd->queue[crowd->first];
    int64_t now_ms = now_us / US_PER_MS;
    uint32_t waited_ms = (uint32_t)((now_us - crowd->arrived_us[caller]) / US_PER_MS);
    crowd->first = (crowd->first + 1) % CROWD_MAX;
    crowd->count--;
    if (overload_admit_frame(overload, waited_ms, false, now_ms) &&
        overload_admit_call(overload, waited_ms, crowd->timeout_ms, now_ms)) {
        crowd->served += counts;
        crowd->late += waited_ms >= crowd->timeout_ms;
        send_frame(crowd, caller, now_us); /* and asks for the next thing */
        return;
    }
    crowd->refused += counts;
    if (counts) crowd->waits_ms[waited_ms < 1000 ? waited_ms : 999]++;
    crowd->due_us[caller] = now_us + (int64_t)overload_retry_after_ms(overload, now_ms) * US_PER_MS;
}

static void come_again(struct crowd *crowd, int64_t now_us)
{
    for (uint32_t i = 0; i < crowd->callers; i++)
        if (crowd->due_us[i] <= now_us) send_frame(crowd, i, now_us);
}

/* All come at once; what happens in the first seconds is not counted. */
static struct crowd *run_crowd(uint32_t callers, uint32_t timeout_ms)
{
    enum { UNCOUNTED_SECONDS = 10, LOOK_US = 5000 };
    struct overload overload;
    struct crowd *crowd = calloc(1, sizeof *crowd);
    assert_non_null(crowd);
    crowd->callers = callers;
    crowd->timeout_ms = timeout_ms;
    overload_init(&overload, 0);
    for (int64_t now_us = 0; now_us < SECONDS * US_PER_SECOND; now_us += FRAME_US) {
        if (now_us % LOOK_US == 0) come_again(crowd, now_us);
        if (crowd->count > 0)
            read_one(crowd, &overload, now_us, now_us >= UNCOUNTED_SECONDS * US_PER_SECOND);
    }
    return crowd;
}

static uint32_t refusal_p99_ms(const struct crowd *crowd)
{
    uint64_t left = crowd->refused / 100;
    uint32_t ms = 999;
    while (ms > 0 && crowd->waits_ms[ms] <= left)
        left -= crowd->waits_ms[ms--];
    return ms;
}

static void nine_tenths_of_what_fits_are_served_of_ten_times_as_much(void **state)
{
    (void)state;
    /* 50,000 frames a second: so many callers fit into their timeouts; ten times as many come. */
    static const struct {
        uint32_t callers;
        uint32_t timeout_ms;
    } crowds[] = {{5000, 10}, {10000, 20}, {50000, 100}, {50000, 1000}};
    const uint64_t most = (uint64_t)10 * US_PER_SECOND / FRAME_US;
    for (size_t i = 0; i < sizeof crowds / sizeof crowds[0]; i++) {
        struct crowd *crowd = run_crowd(crowds[i].callers, crowds[i].timeout_ms);
        print_message("%u callers with %u ms: %u%% served, %u%% refused, p99 %u ms\n",
                      crowds[i].callers, crowds[i].timeout_ms,
                      (unsigned)(crowd->served * 100 / most),
                      (unsigned)(crowd->refused * 100 / most), refusal_p99_ms(crowd));
        assert_in_range(crowd->served, most * 9 / 10, most);
        assert_true(refusal_p99_ms(crowd) <= 10);
        assert_int_equal(crowd->late, 0);
        free(crowd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_refused_while_all_are_in_time),
        cmocka_unit_test(a_call_whose_time_is_up_or_nearly_is_refused),
        cmocka_unit_test(calls_that_are_late_for_a_moment_are_no_overload),
        cmocka_unit_test(once_calls_are_late_a_queue_that_stands_is_cut_back),
        cmocka_unit_test(an_overload_is_over_some_seconds_after_its_last_sign),
        cmocka_unit_test(calls_that_are_refused_are_no_frames_that_could_be_served),
        cmocka_unit_test(appointments_are_spread_and_not_too_far),
        cmocka_unit_test(nine_tenths_of_what_fits_are_served_of_ten_times_as_much),
    };
    return cmocka_run_group_tests_name("overload", tests, NULL, NULL);
}
