#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/engine/writer_pace.h"

enum { MANY = WRITER_PACE_MANY };

/* @return When it is over. */
static int64_t execute(struct writer_pace *pace, size_t commands, int64_t begin_ms, int64_t took_ms)
{
    writer_pace_begin(pace, commands, begin_ms);
    writer_pace_learn(pace, begin_ms + took_ms);
    return begin_ms + took_ms;
}

static void nobody_waits_before_many_were_executed_together(void **state)
{
    (void)state;
    struct writer_pace pace = {0};
    execute(&pace, MANY - 1, 1000, 500); /* that may have been the flush */
    assert_false(writer_pace_is_known(&pace));
    assert_int_equal(writer_pace_wait_ms(&pace, 8192), 0);
    execute(&pace, MANY, 2000, MANY / 4);
    assert_true(writer_pace_is_known(&pace));
    assert_int_equal(writer_pace_wait_ms(&pace, 4000), 1000);
}

static void who_comes_waits_for_those_that_wait_and_those_being_executed(void **state)
{
    (void)state;
    struct writer_pace pace = {0};
    int64_t now_ms = execute(&pace, 1000, 1000, 100); /* 100 us each */
    assert_int_equal(writer_pace_wait_ms(&pace, 500), 50);
    writer_pace_begin(&pace, 300, now_ms);
    assert_int_equal(writer_pace_wait_ms(&pace, 500), 80);
}

/* As on a full disk: however long it took to find out, others are to find out, too. */
static void nobody_waits_behind_few_and_nothing_is_learned_from_what_was_refused(void **state)
{
    (void)state;
    struct writer_pace pace = {0};
    writer_pace_begin(&pace, MANY, 1000);
    writer_pace_forget(&pace);
    assert_false(writer_pace_is_known(&pace));
    execute(&pace, MANY, 2000, 60 * 1000);
    assert_int_equal(writer_pace_wait_ms(&pace, MANY - 1), 0);
}

static void one_slow_batch_is_forgotten_by_those_after_it_however_small_they_are(void **state)
{
    (void)state;
    struct writer_pace pace = {0};
    int64_t now_ms = execute(&pace, MANY, 1000, 1000);
    assert_in_range(writer_pace_wait_ms(&pace, MANY), 990, 1000);
    for (int i = 0; i < 20; i++)
        now_ms = execute(&pace, 1, now_ms + WRITER_PACE_LASTS_MS, 1);
    assert_int_equal(writer_pace_wait_ms(&pace, 8192), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_waits_before_many_were_executed_together),
        cmocka_unit_test(who_comes_waits_for_those_that_wait_and_those_being_executed),
        cmocka_unit_test(nobody_waits_behind_few_and_nothing_is_learned_from_what_was_refused),
        cmocka_unit_test(one_slow_batch_is_forgotten_by_those_after_it_however_small_they_are),
    };
    return cmocka_run_group_tests_name("writer_pace", tests, NULL, NULL);
}
