#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc/channel/budget.h"

enum { CONNECTIONS = 5 };

static size_t take_all(struct channel_budget *budget)
{
    size_t taken = 0;
    while (channel_budget_take(budget))
        taken++;
    return taken;
}

static void earn(struct channel_budget *budget, size_t answers)
{
    for (size_t i = 0; i < answers; i++)
        channel_budget_earn(budget);
}

static void every_connection_may_be_given_up_once(void **state)
{
    (void)state;
    struct channel_budget budget;
    channel_budget_init(&budget, CONNECTIONS);
    assert_int_equal(take_all(&budget), CONNECTIONS);
    assert_false(channel_budget_take(&budget));
}

static void ten_answers_pay_for_one_more(void **state)
{
    (void)state;
    struct channel_budget budget;
    channel_budget_init(&budget, CONNECTIONS);
    take_all(&budget);
    earn(&budget, 1);
    assert_true(channel_budget_take(&budget));
    earn(&budget, 9);
    assert_false(channel_budget_take(&budget));
    earn(&budget, 1);
    assert_true(channel_budget_take(&budget));
    assert_false(channel_budget_take(&budget));
}

static void answers_are_not_saved_up_without_end(void **state)
{
    (void)state;
    struct channel_budget budget;
    channel_budget_init(&budget, CONNECTIONS);
    earn(&budget, 1000);
    assert_int_equal(take_all(&budget), CONNECTIONS);
}

static void over_time_at_most_one_in_ten_is_repeated(void **state)
{
    (void)state;
    struct channel_budget budget;
    size_t repeated = 0;
    channel_budget_init(&budget, CONNECTIONS);
    for (size_t answers = 0; answers < 1000; answers++) {
        channel_budget_earn(&budget);
        repeated += take_all(&budget);
    }
    assert_in_range(repeated, 90, 100 + CONNECTIONS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_connection_may_be_given_up_once),
        cmocka_unit_test(ten_answers_pay_for_one_more),
        cmocka_unit_test(answers_are_not_saved_up_without_end),
        cmocka_unit_test(over_time_at_most_one_in_ten_is_repeated),
    };
    return cmocka_run_group_tests_name("channel budget", tests, NULL, NULL);
}
