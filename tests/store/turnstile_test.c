/* turnstile_test.c -- A lock that goes by turns. */
#include "store/turnstile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>

enum { ROUNDS = 200 };

struct other {
    struct turnstile turnstile;
    bool has_been_in; /* read and written inside */
};

static void *enter_once(void *context)
{
    struct other *other = context;
    turnstile_enter(&other->turnstile);
    other->has_been_in = true;
    turnstile_leave(&other->turnstile);
    return NULL;
}

static void who_leaves_and_enters_again_comes_after_who_waits(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct other other = {.has_been_in = false};
        pthread_t thread;
        turnstile_init(&other.turnstile);
        turnstile_enter(&other.turnstile);
        assert_int_equal(pthread_create(&thread, NULL, enter_once, &other), 0);
        while (turnstile_count(&other.turnstile) < 2)
            poll(NULL, 0, 1);
        assert_false(other.has_been_in);
        turnstile_leave(&other.turnstile);
        turnstile_enter(&other.turnstile);
        assert_true(other.has_been_in);
        turnstile_leave(&other.turnstile);
        assert_int_equal(pthread_join(thread, NULL), 0);
        turnstile_deinit(&other.turnstile);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_leaves_and_enters_again_comes_after_who_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
