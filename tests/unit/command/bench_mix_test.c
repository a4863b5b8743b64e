/* What a bench calls, as it is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/bench_mix.h"

static void names_and_weights_are_read(void **state)
{
    (void)state;
    struct mix mix;
    char problem[256];
    assert_true(mix_parse("enter=1,poll=8,onsale.v1.WalletService/GetBalance,hold=1000000", &mix,
                          problem, sizeof problem));
    assert_int_equal(mix.count, 4);
    assert_string_equal(mix.entries[1].name, "poll");
    assert_int_equal(mix.entries[1].weight, 8);
    assert_string_equal(mix.entries[2].name, "onsale.v1.WalletService/GetBalance");
    assert_int_equal(mix.entries[2].weight, 1);
    assert_int_equal(mix.weights, 1000010);
}

static void assert_problem(const char *text, const char *expected)
{
    struct mix mix;
    char problem[256];
    if (mix_parse(text, &mix, problem, sizeof problem)) fail_msg("%s", text);
    if (strstr(problem, expected) == NULL) fail_msg("%s: %s", text, problem);
}

static void what_is_no_mix_is_named(void **state)
{
    (void)state;
    char many[256] = "a0";
    for (int i = 1; i <= MIX_ENTRIES_MAX; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), ",a%d", i);
    assert_problem("", "a name is missing");
    assert_problem("poll=8,", "a name is missing");
    assert_problem("=8", "a name is missing");
    assert_problem("poll=", "a weight must be 1..1000000, in 'poll='");
    assert_problem("poll=0", "a weight must be");
    assert_problem("poll=-1", "a weight must be");
    assert_problem("poll=1.5", "a weight must be");
    assert_problem("poll=1000001", "a weight must be");
    assert_problem("poll=99999999999999999999", "a weight must be");
    assert_problem("poll=1,enter,poll=2", "a name comes twice, in 'poll=2'");
    assert_problem(many, "more than 16 parts");
}

static void each_is_picked_in_the_measure_of_its_weight(void **state)
{
    (void)state;
    struct mix mix;
    char problem[256];
    size_t picked[3] = {0};
    assert_true(mix_parse("a=1,b=8,c=3", &mix, problem, sizeof problem));
    for (uint64_t random = 0; random < 1200; random++)
        picked[mix_pick(&mix, random)]++;
    assert_int_equal(picked[0], 100);
    assert_int_equal(picked[1], 800);
    assert_int_equal(picked[2], 300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_weights_are_read),
        cmocka_unit_test(what_is_no_mix_is_named),
        cmocka_unit_test(each_is_picked_in_the_measure_of_its_weight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
