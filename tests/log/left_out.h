/* left_out.h -- Whether a case finds that a rule of the log is left out. */
#ifndef TESTS_LOG_LEFT_OUT_H
#define TESTS_LOG_LEFT_OUT_H

#include "log/plant.h"
#include "tests/log/contract.h"

/** Runs a case in a process of its own, in a world made by `set_up`, without a rule.
 * @return Whether it failed. */
bool fails_without(enum log_rule rule, const struct contract *contract, int (*set_up)(void **state),
                   int (*tear_down)(void **state));

/** Runs all cases of two lists as tests, and `before` as the first of them; for main.
 * @return How many failed. */
int run_cases(const char *group, struct CMUnitTest before, const struct contract *more,
              size_t more_count, int (*set_up)(void **state), int (*tear_down)(void **state),
              int (*group_set_up)(void **state), int (*group_tear_down)(void **state));

/** The case with this name, of `more` or of the contract. */
const struct contract *case_named(const char *what, const struct contract *more, size_t more_count);

#endif
