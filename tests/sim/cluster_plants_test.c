/* cluster_plants_test.c -- The simulation of a cluster finds what happens without each of the rules
 * of docs/CLUSTER.md that it can show. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/planted.h"
#include "base/require.h"
#include "log/plant.h"
#include "tests/lib/temp_folder.h"
#include "tests/sim/cluster.h"
#include "tests/sim/cluster_fixture.h"
#include "tests/sim/cluster_run.h"
#include "tests/sim/cluster_warned.h"

enum { SEEDS = 60, FOUND = 3 };

unsigned planted_rule;

static char *folder;
static uint64_t first_index;

/* In a process of its own, for it may end with a promise that was broken. */
static void look_for_it(void)
{
    struct cluster_tally tally = {0};
    char complaint[COMPLAINT_BYTES];
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        if (!cluster_run(seed, folder, first_index, &tally, complaint)) {
            printf("found at seed %" PRIu64 ": %s\n", seed, complaint);
            fflush(stdout);
            _exit(FOUND);
        }
    _exit(0);
}

/* @return How that process has ended. */
static int run_without(unsigned rule, void (*look)(void))
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        planted_rule = rule;
        log_plant(rule < 12 ? (enum log_rule)rule : (enum log_rule)0);
        look();
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void expect_found(unsigned rule)
{
    int status = run_without(rule, look_for_it);
    if (!WIFSIGNALED(status) && WEXITSTATUS(status) != FOUND)
        fail_msg("%d seeds without rule %u, and nothing was found", SEEDS, rule);
}

static void an_append_that_does_not_mind_what_is_there_is_found(void **state)
{
    (void)state;
    expect_found(LOG_RULE_FENCE);
}

static void a_takeover_that_did_not_read_to_the_end_is_found(void **state)
{
    (void)state;
    expect_found(LOG_RULE_BETWEEN);
}

static bool is_kept;

static void charge_with_a_warning(void **state)
{
    is_kept = cluster_keeps_what_came_with_a_warning(*state);
}

static void look_with_a_warning(void)
{
    const struct CMUnitTest test[] = {cmocka_unit_test_setup_teardown(
        charge_with_a_warning, cluster_fixture_set_up, cluster_fixture_tear_down)};
    REQUIRE(freopen("/dev/null", "w", stdout) != NULL);
    REQUIRE(freopen("/dev/null", "w", stderr) != NULL);
    if (cmocka_run_group_tests(test, NULL, NULL) != 0) _exit(FOUND + 1);
    _exit(is_kept ? 0 : FOUND);
}

/* By a case of its own: at a random moment the primary seldom dies right behind it. */
static void a_warning_taken_for_a_commit_is_found(void **state)
{
    (void)state;
    int status = run_without(LOG_RULE_WARNING, look_with_a_warning);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), FOUND);
    assert_int_equal(run_without(0, look_with_a_warning), 0);
}

static void a_follower_that_shows_what_is_not_acknowledged_is_found(void **state)
{
    (void)state;
    expect_found(LOG_RULE_DURABLE);
}

static void a_commit_ahead_of_the_log_is_found(void **state)
{
    (void)state;
    expect_found(12);
}

static void a_leader_that_answers_reads_without_a_lease_is_found(void **state)
{
    (void)state;
    expect_found(13);
}

static void polls_forgotten_at_a_takeover_are_found(void **state)
{
    (void)state;
    expect_found(14);
}

static void a_hash_that_is_off_by_one_is_found(void **state)
{
    (void)state;
    expect_found(16);
}

static void holds_that_lose_the_time_of_an_outage_are_found(void **state)
{
    (void)state;
    expect_found(17);
}

static int set_up(void **state)
{
    (void)state;
    folder = cluster_make_folder(&first_index);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    temp_folder_remove(folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_append_that_does_not_mind_what_is_there_is_found),
        cmocka_unit_test(a_takeover_that_did_not_read_to_the_end_is_found),
        cmocka_unit_test(a_warning_taken_for_a_commit_is_found),
        cmocka_unit_test(a_follower_that_shows_what_is_not_acknowledged_is_found),
        cmocka_unit_test(a_commit_ahead_of_the_log_is_found),
        cmocka_unit_test(a_leader_that_answers_reads_without_a_lease_is_found),
        cmocka_unit_test(polls_forgotten_at_a_takeover_are_found),
        cmocka_unit_test(a_hash_that_is_off_by_one_is_found),
        cmocka_unit_test(holds_that_lose_the_time_of_an_outage_are_found),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
