/* broken_promise.h -- What breaks a promise of a header ends the process, and says which. */
#ifndef TESTS_BROKEN_PROMISE_H
#define TESTS_BROKEN_PROMISE_H

/** A promise, and what breaks it. */
struct broken_promise {
    const char *what;      /* a sentence: the name of the test */
    const char *condition; /* of the REQUIRE that finds it, as it is written */
    void (*commit)(void);
};

/** For cmocka: runs `commit` in a fork, which must end by require_failed with the condition.
 * @param state  Points to a struct broken_promise. */
void broken_promise_test(void **state);

/** A test for a row. */
#define BROKEN_PROMISE_TEST(row)                                                                   \
    {                                                                                              \
        (row).what, broken_promise_test, NULL, NULL, (void *)&(row)                                \
    }

#endif
