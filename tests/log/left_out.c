#include "tests/log/left_out.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/require.h"

enum { TESTS_MAX = 128 };

static const struct contract *running;
static int (*make_world)(void **state);

static void hold(void **state)
{
    running->hold(*state);
}

/* The initial state of a test is its case. */
static int set_up(void **state)
{
    if (*state != NULL) running = *state;
    *state = NULL;
    return make_world(state);
}

bool fails_without(enum log_rule rule, const struct contract *contract, int (*make)(void **state),
                   int (*tear_down)(void **state))
{
    int status = 0;
    fflush(NULL);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        REQUIRE(freopen("/dev/null", "w", stdout) != NULL);
        REQUIRE(freopen("/dev/null", "w", stderr) != NULL);
        const struct CMUnitTest test[] = {cmocka_unit_test_setup_teardown(hold, set_up, tear_down)};
        running = contract;
        make_world = make;
        log_plant(rule);
        _exit(cmocka_run_group_tests(test, NULL, NULL) == 0 ? 0 : 1);
    }
    REQUIRE(waitpid(child, &status, 0) == child);
    return status != 0;
}

int run_cases(const char *group, struct CMUnitTest before, const struct contract *more,
              size_t more_count, int (*make)(void **state), int (*tear_down)(void **state),
              int (*group_set_up)(void **state), int (*group_tear_down)(void **state))
{
    struct CMUnitTest tests[TESTS_MAX] = {before};
    size_t count = 1;
    REQUIRE(contracts_count + more_count < TESTS_MAX);
    for (size_t i = 0; i < contracts_count + more_count; i++) {
        const struct contract *contract =
            i < contracts_count ? &contracts[i] : &more[i - contracts_count];
        tests[count++] = (struct CMUnitTest){contract->what, hold, set_up, tear_down,
                                             (void *)(uintptr_t)contract};
    }
    make_world = make;
    return _cmocka_run_group_tests(group, tests, count, group_set_up, group_tear_down);
}

const struct contract *case_named(const char *what, const struct contract *more, size_t more_count)
{
    for (size_t i = 0; i < contracts_count; i++)
        if (strcmp(contracts[i].what, what) == 0) return &contracts[i];
    for (size_t i = 0; i < more_count; i++)
        if (strcmp(more[i].what, what) == 0) return &more[i];
    REQUIRE(false);
    return NULL;
}
