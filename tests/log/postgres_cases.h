/* postgres_cases.h -- What a log does when the servers under it fail. */
#ifndef TESTS_LOG_POSTGRES_CASES_H
#define TESTS_LOG_POSTGRES_CASES_H

#include "tests/log/contract.h"

enum { POSTGRES_CASES = 10, POSTGRES_CHECK_CASES = 13 };

extern const struct contract postgres_cases[POSTGRES_CASES];

/* --- postgres_check_cases.c ------------------------------------------------------------------- */

/** Checks and --log-init. */
extern const struct contract postgres_check_cases[POSTGRES_CHECK_CASES];

#endif
