#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc/listen/arrival.h"

/* A frame of FRAME bytes is read in one go; times are in milliseconds. */
enum { FRAME = 100, NS_PER_MS = 1000000 };

static const int64_t never = ARRIVAL_NOT_STALLED;

static int64_t wait_ms(const struct arrival *arrival, int64_t now_ms, int64_t stalled_since_ns)
{
    int64_t now_ns = now_ms * NS_PER_MS;
    return (now_ns - arrival_of_next_ns(arrival, now_ns, stalled_since_ns)) / NS_PER_MS;
}

/* As a listener does: asks, reads, and looks at what is left if it is time. */
static int64_t read_frame(struct arrival *arrival, int64_t now_ms, uint64_t left,
                          int64_t stalled_since_ns)
{
    int64_t waited_ms = wait_ms(arrival, now_ms, stalled_since_ns);
    arrival_read(arrival, FRAME);
    if (arrival_wants_mark(arrival, now_ms * NS_PER_MS))
        arrival_mark(arrival, left, now_ms * NS_PER_MS, stalled_since_ns);
    return waited_ms;
}

static void find_empty(struct arrival *arrival, int64_t now_ms)
{
    arrival_mark(arrival, 0, now_ms * NS_PER_MS, never);
}

static void a_frame_that_is_read_as_it_comes_has_not_waited(void **state)
{
    (void)state;
    struct arrival arrival = {0};
    for (int64_t now_ms = 1000; now_ms < 100000; now_ms += 700) {
        assert_int_equal(read_frame(&arrival, now_ms, 0, never), 0);
        find_empty(&arrival, now_ms);
    }
}

static void frames_that_were_seen_waiting_have_waited_since(void **state)
{
    (void)state;
    struct arrival arrival = {0};
    find_empty(&arrival, 990);
    assert_int_equal(read_frame(&arrival, 1000, 3 * FRAME, never), 0);
    assert_in_range(read_frame(&arrival, 1050, 2 * FRAME, never), 50, 60);
    assert_in_range(read_frame(&arrival, 1100, FRAME, never), 100, 110);
    assert_in_range(read_frame(&arrival, 1150, 0, never), 150, 160);
}

/* The buffer is always full: what is read at any time came in when its last place was free. */
static void the_wait_in_a_buffer_that_never_empties_is_known_all_along(void **state)
{
    (void)state;
    enum { BUFFERED = 200, EVERY_MS = 2, WAIT_MS = BUFFERED * EVERY_MS };
    struct arrival arrival = {0};
    for (int64_t i = 0; i < 10 * BUFFERED; i++) {
        int64_t waited_ms =
            read_frame(&arrival, 1000 + i * EVERY_MS, (uint64_t)BUFFERED * FRAME, never);
        if (i > 2 * BUFFERED) assert_in_range(waited_ms, WAIT_MS - 4, WAIT_MS + WAIT_MS / 8);
    }
}

static void a_wait_of_many_seconds_is_known_within_an_eighth(void **state)
{
    (void)state;
    enum { BUFFERED = 20000, WAIT_MS = BUFFERED };
    struct arrival arrival = {0};
    for (int64_t i = 0; i < 3 * BUFFERED; i++) {
        int64_t waited_ms = read_frame(&arrival, 1000 + i, (uint64_t)BUFFERED * FRAME, never);
        if (i > 2 * BUFFERED) assert_in_range(waited_ms, WAIT_MS - WAIT_MS / 8, WAIT_MS * 9 / 8);
    }
}

static void a_frame_after_a_backlog_was_read_up_has_not_waited(void **state)
{
    (void)state;
    struct arrival arrival = {0};
    read_frame(&arrival, 1000, 2 * FRAME, never);
    read_frame(&arrival, 1500, FRAME, never);
    read_frame(&arrival, 2000, 0, never);
    find_empty(&arrival, 2000);
    assert_int_equal(read_frame(&arrival, 9000, 0, never), 0);
}

static void frames_that_came_while_the_process_stood_still_count_from_its_begin(void **state)
{
    (void)state;
    const int64_t stalled_since_ns = INT64_C(1000) * NS_PER_MS;
    struct arrival arrival = {0};
    find_empty(&arrival, 990);
    assert_int_equal(read_frame(&arrival, 3000, 2 * FRAME, stalled_since_ns), 2000);
    assert_in_range(read_frame(&arrival, 3010, FRAME, stalled_since_ns), 2010, 2020);
    assert_in_range(read_frame(&arrival, 3500, 0, never), 2500, 2510);
    find_empty(&arrival, 3500);
    assert_int_equal(read_frame(&arrival, 9000, 0, never), 0);
}

static void a_connection_that_was_read_during_a_stall_is_not_counted_from_its_begin(void **state)
{
    (void)state;
    struct arrival arrival = {0};
    find_empty(&arrival, 2990);
    assert_int_equal(read_frame(&arrival, 3000, 0, INT64_C(1000) * NS_PER_MS), 10);
}

static void marks_of_an_older_connection_on_the_same_descriptor_are_forgotten(void **state)
{
    (void)state;
    struct arrival arrival = {0};
    read_frame(&arrival, 1000, 1000 * FRAME, never);
    /* Its peer is gone, and another has the descriptor; only one frame is there. */
    read_frame(&arrival, 60000, FRAME, never);
    assert_in_range(read_frame(&arrival, 60010, 0, never), 0, 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_that_is_read_as_it_comes_has_not_waited),
        cmocka_unit_test(frames_that_were_seen_waiting_have_waited_since),
        cmocka_unit_test(the_wait_in_a_buffer_that_never_empties_is_known_all_along),
        cmocka_unit_test(a_wait_of_many_seconds_is_known_within_an_eighth),
        cmocka_unit_test(a_frame_after_a_backlog_was_read_up_has_not_waited),
        cmocka_unit_test(frames_that_came_while_the_process_stood_still_count_from_its_begin),
        cmocka_unit_test(a_connection_that_was_read_during_a_stall_is_not_counted_from_its_begin),
        cmocka_unit_test(marks_of_an_older_connection_on_the_same_descriptor_are_forgotten),
    };
    return cmocka_run_group_tests_name("arrival", tests, NULL, NULL);
}
