/* What people read of a place in a queue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "client/command/view.h"

static Onsale__V1__QueueEntry waiting(void)
{
    Onsale__V1__QueueEntry entry = ONSALE__V1__QUEUE_ENTRY__INIT;
    entry.status = ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING;
    return entry;
}

static void an_estimate_is_told_as_a_span(void **state)
{
    Onsale__V1__QueueEntry entry = waiting();
    (void)state;
    entry.estimated_wait_ms = 90 * 1000;
    assert_string_equal(text_of_wait(&entry).bytes, "about 1 min 30 s");
}

static void no_span_is_made_up_where_nobody_knows(void **state)
{
    Onsale__V1__QueueEntry entry = waiting();
    (void)state;
    entry.estimate_unknown = true;
    assert_string_equal(text_of_wait(&entry).bytes, "unknown: longer than the waiting time left");
    entry.admission_paused = true;
    assert_string_equal(text_of_wait(&entry).bytes, "unknown: admission is paused");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_estimate_is_told_as_a_span),
        cmocka_unit_test(no_span_is_made_up_where_nobody_knows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
