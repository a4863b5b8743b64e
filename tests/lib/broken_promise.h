/* broken_promise.h -- What breaks a promise of a header ends the process, and says which. */
#ifndef TESTS_BROKEN_PROMISE_H
#define TESTS_BROKEN_PROMISE_H

#include <stddef.h>

/** A promise, and what breaks it. */
struct broken_promise {
    const char *what;      /* a sentence: the name of the test */
    const char *condition; /* of the REQUIRE that finds it, as it is written */
    void (*commit)(void);
};

/** Breaks each promise in a fork, which must end by require_failed with the condition: a cmocka
 * test for each row.
 * @param set_up     Before the first of them, what they are broken on. NULL for nothing, as is
 * @param tear_down  after the last.
 * @return For main. */
int broken_promises_run(const struct broken_promise *promises, size_t count,
                        int (*set_up)(void **state), int (*tear_down)(void **state));

#endif
