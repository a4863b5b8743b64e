#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/progress_watch.h"

static void a_thread_that_takes_steps_is_well_however_many(void **state)
{
    (void)state;
    struct progress_watch watch = {0};
    for (uint64_t steps = 1; steps < 100; steps++)
        assert_true(progress_watch_look(&watch, steps * steps));
}

static void a_thread_is_stalled_after_ten_looks_without_a_step(void **state)
{
    (void)state;
    struct progress_watch watch = {0};
    assert_true(progress_watch_look(&watch, 5));
    for (int look = 1; look < PROGRESS_LOOKS_STALLED; look++)
        assert_true(progress_watch_look(&watch, 5));
    for (int look = 0; look < 100; look++)
        assert_false(progress_watch_look(&watch, 5));
}

static void one_step_makes_it_well_again(void **state)
{
    (void)state;
    struct progress_watch watch = {0};
    for (int look = 0; look < 2 * PROGRESS_LOOKS_STALLED; look++)
        progress_watch_look(&watch, 0);
    assert_false(progress_watch_look(&watch, 0));
    assert_true(progress_watch_look(&watch, 1));
    assert_true(progress_watch_look(&watch, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_that_takes_steps_is_well_however_many),
        cmocka_unit_test(a_thread_is_stalled_after_ten_looks_without_a_step),
        cmocka_unit_test(one_step_makes_it_well_again),
    };
    return cmocka_run_group_tests_name("progress watch", tests, NULL, NULL);
}
