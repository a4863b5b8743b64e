/* Token buckets, by a clock that is an argument. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "gateway/rates.h"

enum { MANY = 100 * 1000, TICKS_OF_ALL = 64 };

static int open_rates(void **state)
{
    *state = rates_open();
    return *state == NULL;
}

static int close_rates(void **state)
{
    rates_close(*state);
    return 0;
}

/* Asks, and is answered at once. @return When to come again; 0: it was let in. */
static uint32_t ask(struct rates *rates, const char *who, const struct rate_limit *limit,
                    int64_t now_ms)
{
    struct rate *rate;
    uint32_t retry_after_ms;
    if (!rates_take(rates, who, limit, now_ms, &rate, &retry_after_ms)) return retry_after_ms;
    rates_give(rate);
    return 0;
}

static void a_burst_is_let_in_and_then_the_rate(void **state)
{
    const struct rate_limit limit = {.per_second = 10, .burst = 3};
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask(*state, "a", &limit, 1000), 0);
    assert_int_equal(ask(*state, "a", &limit, 1000), 100);
    assert_int_equal(ask(*state, "a", &limit, 1060), 40);
    assert_int_equal(ask(*state, "a", &limit, 1100), 0);
    assert_int_equal(ask(*state, "a", &limit, 1100), 100);
}

static void what_was_not_asked_for_is_kept_up_to_the_burst(void **state)
{
    const struct rate_limit limit = {.per_second = 10, .burst = 3};
    assert_int_equal(ask(*state, "a", &limit, 0), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask(*state, "a", &limit, 1000000), 0);
    assert_int_equal(ask(*state, "a", &limit, 1000000), 100);
}

static void each_name_has_its_own(void **state)
{
    const struct rate_limit limit = {.per_second = 1, .burst = 1};
    assert_int_equal(ask(*state, "a", &limit, 0), 0);
    assert_int_equal(ask(*state, "b", &limit, 0), 0);
    assert_int_equal(ask(*state, "a", &limit, 0), 1000);
}

static void no_more_are_under_way_than_may(void **state)
{
    const struct rate_limit limit = {.at_once = 2};
    struct rate *rates[3];
    uint32_t retry_after_ms;
    assert_true(rates_take(*state, "a", &limit, 0, &rates[0], &retry_after_ms));
    assert_true(rates_take(*state, "a", &limit, 0, &rates[1], &retry_after_ms));
    assert_false(rates_take(*state, "a", &limit, 0, &rates[2], &retry_after_ms));
    assert_true(retry_after_ms > 0);
    rates_give(rates[0]);
    assert_true(rates_take(*state, "a", &limit, 0, &rates[2], &retry_after_ms));
    rates_give(rates[1]);
    rates_give(rates[2]);
}

static void without_a_limit_nothing_is_counted(void **state)
{
    const struct rate_limit limit = {0};
    struct rate *rate;
    uint32_t retry_after_ms;
    assert_true(rates_take(*state, "a", &limit, 0, &rate, &retry_after_ms));
    assert_null(rate);
}

/* Were they kept, the last ones would find no room: there is some for 262,144. */
static void who_asks_no_more_is_forgotten(void **state)
{
    const struct rate_limit limit = {.per_second = 1000, .burst = 1};
    char who[16];
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < MANY; i++) {
            snprintf(who, sizeof who, "%d.%d", round, i);
            assert_int_equal(ask(*state, who, &limit, round * 1000), 0);
        }
        for (int i = 0; i < TICKS_OF_ALL; i++)
            rates_tick(*state, round * 1000 + 500);
    }
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_rates, close_rates)
    const struct CMUnitTest tests[] = {
        CASE(a_burst_is_let_in_and_then_the_rate),
        CASE(what_was_not_asked_for_is_kept_up_to_the_burst),
        CASE(each_name_has_its_own),
        CASE(no_more_are_under_way_than_may),
        CASE(without_a_limit_nothing_is_counted),
        CASE(who_asks_no_more_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
