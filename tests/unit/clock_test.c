/* The server's time, from a system clock that is set and one that can't be. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/clock_log.h"
#include "server/engine/clock.h"

#define NOON INT64_C(1800000000000)

enum { JUMP_MS_MAX = 60 * 1000, HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS, BOOTED_MS = 5000 };

/* A machine, its clocks, and a server on it. */
struct machine {
    struct clock_reading clocks;
    _Atomic uint64_t floor;
    struct clock clock;
};

static struct machine machine;

static void start(unix_ms least_ms)
{
    clock_open(&machine.clock, machine.clocks, least_ms, JUMP_MS_MAX, &machine.floor);
}

static int boot(void **state)
{
    memset(&machine, 0, sizeof machine);
    machine.clocks = (struct clock_reading){NOON, BOOTED_MS};
    start(0);
    *state = &machine;
    return 0;
}

static struct clock_view look(void)
{
    return clock_look(&machine.clock, machine.clocks);
}

static void set_by(int64_t ms)
{
    machine.clocks.system_ms += ms;
}

/* Second by second, as the server follows it. */
static void pass(int64_t ms)
{
    while (ms > 0) {
        int64_t step_ms = ms < 1000 ? ms : 1000;
        machine.clocks.system_ms += step_ms;
        machine.clocks.monotonic_ms += step_ms;
        clock_follow(&machine.clock, machine.clocks);
        look();
        ms -= step_ms;
    }
}

static void assert_view(unix_ms now_ms, int64_t jumped_ms, int64_t behind_ms)
{
    struct clock_view view = look();
    assert_int_equal(view.now_ms, now_ms);
    assert_int_equal(view.jumped_ms, jumped_ms);
    assert_int_equal(view.behind_ms, behind_ms);
}

static void time_is_that_of_the_system_clock(void **state)
{
    (void)state;
    assert_view(NOON, 0, 0);
    pass(10500);
    assert_view(NOON + 10500, 0, 0);
}

static void small_jumps_and_slews_are_followed(void **state)
{
    (void)state;
    int64_t gained_ms = 0;
    for (int i = 0; i < 1000;
         i++) { /* half a second in each: far beyond what clocks are slewed by */
        set_by(500);
        pass(1000);
        gained_ms += 500;
        assert_view(NOON + (i + 1) * 1000 + gained_ms, 0, 0);
    }
    set_by(JUMP_MS_MAX);
    assert_view(machine.clocks.system_ms, 0, 0);
}

static void a_jump_beyond_the_limit_is_not_followed(void **state)
{
    (void)state;
    set_by(JUMP_MS_MAX + 1);
    assert_view(NOON, JUMP_MS_MAX + 1, 0);
    pass(HOUR_MS);
    assert_view(NOON + HOUR_MS, JUMP_MS_MAX + 1, 0);
    set_by(DAY_MS);
    assert_view(NOON + HOUR_MS, DAY_MS + JUMP_MS_MAX + 1, 0);
}

static void several_jumps_within_a_second_are_one(void **state)
{
    (void)state;
    set_by(JUMP_MS_MAX / 2);
    assert_view(NOON + JUMP_MS_MAX / 2, 0, 0);
    set_by(JUMP_MS_MAX / 2 + 1);
    assert_int_equal(look().jumped_ms, JUMP_MS_MAX + 1);
}

static void a_jump_is_over_when_the_clock_is_back(void **state)
{
    (void)state;
    set_by(DAY_MS);
    pass(HOUR_MS);
    set_by(-DAY_MS);
    assert_view(NOON + HOUR_MS, 0, 0);
    pass(1000);
    assert_view(NOON + HOUR_MS + 1000, 0, 0);
    set_by(DAY_MS);
    set_by(-DAY_MS + JUMP_MS_MAX); /* within the limit is enough */
    assert_view(NOON + HOUR_MS + 1000 + JUMP_MS_MAX, 0, 0);
}

static void a_jump_that_is_confirmed_is_followed(void **state)
{
    (void)state;
    set_by(DAY_MS);
    struct clock_view confirmed = clock_confirm(&machine.clock, machine.clocks);
    assert_int_equal(confirmed.jumped_ms, DAY_MS);
    assert_view(NOON + DAY_MS, 0, 0);
    pass(1000);
    assert_view(NOON + DAY_MS + 1000, 0, 0);
    confirmed = clock_confirm(&machine.clock, machine.clocks);
    assert_int_equal(confirmed.jumped_ms, 0);
    assert_view(NOON + DAY_MS + 1000, 0, 0);
}

/* A thread that was held up comes with what the clocks said before. */
static void old_readings_do_not_take_back_what_was_confirmed(void **state)
{
    (void)state;
    struct clock_reading before = machine.clocks;
    set_by(DAY_MS);
    clock_confirm(&machine.clock, machine.clocks);
    clock_follow(&machine.clock, before);
    assert_int_equal(clock_look(&machine.clock, before).now_ms, NOON + DAY_MS);
    assert_view(NOON + DAY_MS, 0, 0);
}

static void where_the_clock_is_set_back_time_stands_still(void **state)
{
    (void)state;
    pass(DAY_MS);
    set_by(-HOUR_MS);
    assert_view(NOON + DAY_MS, 0, HOUR_MS);
    pass(HOUR_MS - 1000);
    assert_view(NOON + DAY_MS, 0, 1000);
    pass(1);
    assert_view(NOON + DAY_MS, 0, 0); /* below a second it is not told */
    pass(1999);
    assert_view(NOON + DAY_MS + 1000, 0, 0);
}

static void a_clock_that_was_set_back_may_be_set_right(void **state)
{
    (void)state;
    set_by(-DAY_MS);
    pass(HOUR_MS);
    set_by(DAY_MS);
    assert_view(NOON + HOUR_MS, 0, 0);
    set_by(JUMP_MS_MAX + 1);
    assert_int_equal(look().jumped_ms, JUMP_MS_MAX + 1);
}

static void a_clock_that_has_caught_up_is_watched_for_jumps_again(void **state)
{
    (void)state;
    set_by(-HOUR_MS);
    pass(HOUR_MS + 1000);
    assert_view(NOON + 1000, 0, 0);
    set_by(JUMP_MS_MAX + 1);
    assert_view(NOON + 1000, JUMP_MS_MAX + 1, 0);
}

static void no_time_is_told_again_after_a_restart(void **state)
{
    (void)state;
    pass(DAY_MS);
    assert_view(NOON + DAY_MS, 0, 0);
    set_by(-1);
    start(NOON);
    assert_view(NOON + DAY_MS, 0, 0);
    set_by(-HOUR_MS);
    start(NOON);
    assert_view(NOON + DAY_MS, 0, HOUR_MS + 1);
    start(NOON + DAY_MS + 7); /* the store knows better */
    assert_int_equal(look().now_ms, NOON + DAY_MS + 7);
}

static void a_jump_over_a_restart_is_followed(void **state)
{
    (void)state;
    set_by(DAY_MS);
    assert_int_equal(look().jumped_ms, DAY_MS);
    start(NOON);
    assert_view(NOON + DAY_MS, 0, 0);
}

static void a_clock_that_is_behind_at_the_start_may_be_set_right(void **state)
{
    (void)state;
    set_by(-DAY_MS);
    start(NOON);
    assert_view(NOON, 0, DAY_MS);
    pass(HOUR_MS);
    set_by(DAY_MS);
    assert_view(NOON + HOUR_MS, 0, 0);
}

static void a_floor_whose_check_is_wrong_is_forgotten(void **state)
{
    (void)state;
    pass(1000);
    look();
    uint64_t good = machine.floor;
    for (unsigned bit = 0; bit < 64; bit++) {
        machine.floor = good ^ (UINT64_C(1) << bit);
        start(NOON);
        assert_view(NOON + 1000, 0, 0);
    }
    machine.floor = UINT64_MAX;
    start(NOON);
    assert_view(NOON + 1000, 0, 0);
}

static void times_that_are_none_do_no_harm(void **state)
{
    static const int64_t odd[] = {INT64_MIN / 4, -1, 0, INT64_C(1) << 44, INT64_MAX / 4};
    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        machine.clocks.system_ms = odd[i];
        clock_follow(&machine.clock, machine.clocks);
        assert_true(look().now_ms >= NOON);
        start(NOON);
        assert_true(look().now_ms >= NOON);
    }
}

static bool glance(int64_t ahead_ms, unix_ms *ret_now_ms)
{
    return clock_glance(&machine.clock, machine.clocks.system_ms + ahead_ms, ret_now_ms);
}

static void for_a_moment_the_system_clock_alone_tells_the_time(void **state)
{
    unix_ms now_ms = 0;
    (void)state;
    assert_false(glance(0, &now_ms)); /* nobody has looked */
    look();
    assert_true(glance(0, &now_ms));
    assert_true(glance(CLOCK_GLANCE_MS_MAX, &now_ms));
    assert_int_equal(now_ms, NOON + CLOCK_GLANCE_MS_MAX);
    assert_true(glance(1, &now_ms));
    assert_int_equal(now_ms, NOON + CLOCK_GLANCE_MS_MAX); /* it never runs backwards */
    assert_false(glance(-1, &now_ms));
    assert_false(glance(CLOCK_GLANCE_MS_MAX + 1, &now_ms));
    assert_false(glance(DAY_MS, &now_ms));
}

/* By the system clock alone where that is enough, beside a clock that always looks at both. */
static void what_the_system_clock_alone_tells_is_what_both_tell(void **state)
{
    enum {
        STEPS = 200 * 1000,
        SET_EVERY = 50,
        SET_MS_MAX = 2 * JUMP_MS_MAX,
        GLANCES_MIN = STEPS / 3
    };
    struct machine other = {.clocks = machine.clocks};
    uint32_t random = 1;
    int glances = 0;
    (void)state;
    clock_open(&other.clock, other.clocks, 0, JUMP_MS_MAX, &other.floor);
    for (int i = 0; i < STEPS; i++) {
        random = random * 1664525 + 1013904223;
        if (i % SET_EVERY == 0) set_by((int64_t)(random % SET_MS_MAX) - JUMP_MS_MAX);
        machine.clocks.system_ms += random >> 29;
        machine.clocks.monotonic_ms += random >> 29;
        if (i % 1000 == 0) clock_follow(&machine.clock, machine.clocks);
        if (i % 1000 == 0) clock_follow(&other.clock, machine.clocks);
        unix_ms now_ms;
        bool is_enough = glance(0, &now_ms);
        if (!is_enough) now_ms = look().now_ms;
        glances += is_enough;
        assert_int_equal(now_ms, clock_look(&other.clock, machine.clocks).now_ms);
    }
    assert_in_range(glances, GLANCES_MIN, STEPS);
}

enum { THREADS = 4, LOOKS = 20000 };

static void *look_often(void *context)
{
    bool *is_right = context;
    unix_ms before_ms = 0;
    *is_right = true;
    for (int64_t i = 0; i < LOOKS; i++) {
        struct clock_reading at = {NOON + i, BOOTED_MS + i};
        struct clock_view view = clock_look(&machine.clock, at);
        *is_right &= view.now_ms >= before_ms && view.now_ms >= at.system_ms && view.jumped_ms == 0;
        before_ms = view.now_ms;
        if (i % 100 == 0) clock_follow(&machine.clock, at);
    }
    return NULL;
}

static void many_threads_see_one_time(void **state)
{
    pthread_t threads[THREADS];
    bool is_right[THREADS];
    (void)state;
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_often, &is_right[i]), 0);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_true(is_right[i]);
    }
}

/* --- The log ---------------------------------------------------------------------------------- */

static char said[CLOCK_LOG_BYTES];

static bool says(struct clock_log *log, int64_t jumped_ms, int64_t behind_ms)
{
    said[0] = '\0';
    return clock_log_next(log, (struct clock_view){NOON, jumped_ms, behind_ms}, said);
}

static void what_is_the_matter_is_logged_once_until_it_is_much_worse(void **state)
{
    struct clock_log log = {0};
    (void)state;
    assert_false(says(&log, 0, 0));
    assert_true(says(&log, 0, 5000));
    assert_non_null(strstr(said, "5 s behind"));
    assert_false(says(&log, 0, 5000));
    assert_false(says(&log, 0, 9999));
    assert_true(says(&log, 0, 10000));
    assert_non_null(strstr(said, "10 s behind"));
    assert_false(says(&log, 0, 1000));
    assert_true(says(&log, 0, 0));
    assert_non_null(strstr(said, "followed again"));
    assert_false(says(&log, 0, 0));
}

static void a_jump_is_logged_with_its_end(void **state)
{
    struct clock_log log = {0};
    (void)state;
    assert_true(says(&log, 3600000, 0));
    assert_non_null(strstr(said, "jumped ahead by 3600 s"));
    assert_non_null(strstr(said, "confirm-clock"));
    assert_false(says(&log, 3600000, 0));
    assert_true(says(&log, 0, 0));
    assert_non_null(strstr(said, "writes are served"));
    assert_false(says(&log, 0, 0));
}

static void one_trouble_may_follow_the_other(void **state)
{
    struct clock_log log = {0};
    (void)state;
    assert_true(says(&log, 90000, 0));
    assert_true(says(&log, 0, 90000));
    assert_non_null(strstr(said, "behind"));
    assert_true(says(&log, 90000, 0));
    assert_non_null(strstr(said, "jumped"));
}

#define CASE(name) cmocka_unit_test_setup(name, boot)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(time_is_that_of_the_system_clock),
        CASE(small_jumps_and_slews_are_followed),
        CASE(a_jump_beyond_the_limit_is_not_followed),
        CASE(several_jumps_within_a_second_are_one),
        CASE(a_jump_is_over_when_the_clock_is_back),
        CASE(a_jump_that_is_confirmed_is_followed),
        CASE(old_readings_do_not_take_back_what_was_confirmed),
        CASE(where_the_clock_is_set_back_time_stands_still),
        CASE(a_clock_that_was_set_back_may_be_set_right),
        CASE(a_clock_that_has_caught_up_is_watched_for_jumps_again),
        CASE(no_time_is_told_again_after_a_restart),
        CASE(a_jump_over_a_restart_is_followed),
        CASE(a_clock_that_is_behind_at_the_start_may_be_set_right),
        CASE(a_floor_whose_check_is_wrong_is_forgotten),
        CASE(times_that_are_none_do_no_harm),
        CASE(for_a_moment_the_system_clock_alone_tells_the_time),
        CASE(what_the_system_clock_alone_tells_is_what_both_tell),
        CASE(many_threads_see_one_time),
        CASE(what_is_the_matter_is_logged_once_until_it_is_much_worse),
        CASE(a_jump_is_logged_with_its_end),
        CASE(one_trouble_may_follow_the_other),
    };
    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
