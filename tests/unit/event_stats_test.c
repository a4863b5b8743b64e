#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/engine/event_stats.h"

enum { CONCERT = 7 };

static void note(struct event_stats *stats, enum event_kind kind)
{
    event_stats_note(stats, &(struct event){.kind = kind, .concert_id = CONCERT});
}

/* @return How many of the kind were counted for the concert. */
static uint64_t counted(const struct event_stats *stats, enum event_kind kind)
{
    for (size_t i = 1; i <= stats->concerts_count; i++)
        if (stats->concerts[i].concert_id == CONCERT) return stats->concerts[i].events[kind];
    return 0;
}

static void what_a_batch_that_was_not_applied_noted_is_not_counted(void **state)
{
    (void)state;
    struct event_stats *stats = calloc(1, sizeof *stats);
    assert_non_null(stats);
    event_stats_begin(stats);
    note(stats, EVENT_SEATS_HELD);
    note(stats, EVENT_SEATS_HELD);
    event_stats_begin(stats); /* the batch begins again, without one of them */
    note(stats, EVENT_SEATS_HELD);
    assert_int_equal(counted(stats, EVENT_SEATS_HELD), 0);
    event_stats_count(stats);
    assert_int_equal(counted(stats, EVENT_SEATS_HELD), 1);
    free(stats);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_batch_that_was_not_applied_noted_is_not_counted),
    };
    return cmocka_run_group_tests_name("event stats", tests, NULL, NULL);
}
