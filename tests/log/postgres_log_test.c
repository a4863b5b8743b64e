/* postgres_log_test.c -- The log in three servers of PostgreSQL, which are killed and frozen; and
 * that the tests find each rule that is left out. Usage: postgres_log_test SCRIPT [PATTERN]: that
 * of the cluster, and which tests. */
#include <stdio.h>
#include <string.h>

#include "base/require.h"
#include "tests/log/left_out.h"
#include "tests/log/postgres_cases.h"
#include "tests/log/postgres_group.h"
#include "tests/log/postgres_world.h"

enum { ALL_CASES = POSTGRES_CASES + POSTGRES_CHECK_CASES, SKIPPED = 77 };

static struct contract cases[ALL_CASES];

static const struct {
    enum log_rule rule;
    const char *what;
} planted[] = {
    {LOG_RULE_FENCE, "the_next_leader_deposes_the_one_before"},
    {LOG_RULE_BETWEEN, "what_comes_before_start_deposes_who_did_not_read_it"},
    {LOG_RULE_SAME_ROW, "an_append_that_is_killed_after_it_landed_is_found"},
    {LOG_RULE_WARNING, "a_commit_whose_wait_was_cancelled_is_not_acknowledged"},
    {LOG_RULE_BARRIER, "a_commit_whose_wait_was_cancelled_is_not_acknowledged"},
    {LOG_RULE_DURABLE, "a_follower_takes_what_a_later_row_calls_acknowledged"},
    {LOG_RULE_FIT, "commits_that_do_not_wait_are_unfit"},
    {LOG_RULE_VOID, "a_void_row_makes_room"},
    {LOG_RULE_DEPOSED, "a_row_of_a_later_epoch_is_never_removed"},
};

/* A case that fails leaves what it froze. */
static void mend(void)
{
    group_command("cont", "n1");
    group_command("cont", "n2");
    group_command("cont", "n3");
}

static void each_rule_that_is_left_out_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof planted / sizeof planted[0]; i++) {
        bool is_found =
            fails_without(planted[i].rule, case_named(planted[i].what, cases, ALL_CASES),
                          postgres_world_set_up, postgres_world_tear_down);
        mend();
        if (!is_found)
            fail_msg("rule %d was left out, and %s found nothing", planted[i].rule,
                     planted[i].what);
    }
}

static int tear_down(void **state)
{
    mend();
    return postgres_world_tear_down(state);
}

int main(int argument_count, char **arguments)
{
    REQUIRE(argument_count == 2 || argument_count == 3);
    if (argument_count == 3) cmocka_set_test_filter(arguments[2]);
    memcpy(cases, postgres_check_cases, sizeof postgres_check_cases);
    memcpy(cases + POSTGRES_CHECK_CASES, postgres_cases, sizeof postgres_cases);
    if (!group_start(arguments[1])) {
        fputs("skipped: PostgreSQL is not installed\n", stderr);
        return SKIPPED;
    }
    struct CMUnitTest before = cmocka_unit_test(each_rule_that_is_left_out_is_found);
    int failed = run_cases("postgres_log", before, cases, ALL_CASES, postgres_world_set_up,
                           tear_down, NULL, NULL);
    group_stop();
    return failed;
}
