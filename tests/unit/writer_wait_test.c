#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/engine/writer_wait.h"

/* @return When it is over. */
static int64_t execute(struct writer_wait *wait, size_t commands, int64_t begin_ms, int64_t took_ms)
{
    writer_wait_begin_batch(wait, commands, begin_ms);
    writer_wait_end_batch(wait, begin_ms + took_ms);
    return begin_ms + took_ms;
}

static void nobody_waits_before_the_writer_was_measured(void **state)
{
    (void)state;
    struct writer_wait wait = {0};
    assert_int_equal(writer_wait_ms(&wait, 1000), 0);
    execute(&wait, 100, 1000, WRITER_WAIT_LEARNS_MS - 1);
    assert_int_equal(writer_wait_ms(&wait, 1000), 0);
}

static void who_comes_waits_for_those_that_wait_and_those_being_executed(void **state)
{
    (void)state;
    struct writer_wait wait = {0};
    int64_t now_ms = execute(&wait, 200, 1000, WRITER_WAIT_LEARNS_MS); /* 100 us each */
    assert_int_equal(writer_wait_ms(&wait, 0), 0);
    assert_int_equal(writer_wait_ms(&wait, 500), 50);
    writer_wait_begin_batch(&wait, 300, now_ms);
    assert_int_equal(writer_wait_ms(&wait, 500), 80);
}

static void one_slow_batch_is_forgotten_by_those_after_it_however_short_they_are(void **state)
{
    (void)state;
    struct writer_wait wait = {0};
    int64_t now_ms = execute(&wait, 2, 1000, 1000);
    assert_int_equal(writer_wait_ms(&wait, 100), 50 * 1000);
    for (int i = 0; i < WRITER_WAIT_LEARNS_MS; i++)
        now_ms = execute(&wait, 10, now_ms + 500, 1); /* and long pauses between them */
    assert_int_equal(writer_wait_ms(&wait, 100), 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_waits_before_the_writer_was_measured),
        cmocka_unit_test(who_comes_waits_for_those_that_wait_and_those_being_executed),
        cmocka_unit_test(one_slow_batch_is_forgotten_by_those_after_it_however_short_they_are),
    };
    return cmocka_run_group_tests_name("writer_wait", tests, NULL, NULL);
}
