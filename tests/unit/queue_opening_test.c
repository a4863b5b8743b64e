/* queue_opening_test.c -- The opening, the pause, and the clock of those who wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/queue.h"

enum { NOW = 1000 * 1000 };

/* Of an entry that never expires. */
static int64_t estimate_ms(const struct queue *queue, uint64_t ahead)
{
    int64_t ms = -1;
    assert_true(queue_estimate(queue, ahead, UNIX_MS_NEVER, NOW, &ms));
    return ms;
}

/* A queue with many who wait, places enough, and no credit. */
static struct queue queue_without_credit(void)
{
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    queue.waiting = 1000;
    queue.credit_milli = 0;
    return queue;
}

enum { MINUTE = 60 * 1000, OPENS = NOW + 10 * MINUTE };

static struct queue queue_that_opens_later(void)
{
    struct queue queue = queue_make(1, queue_policy_default(), OPENS, NOW);
    queue.waiting = 1000;
    return queue;
}

static void set_paused(struct queue *queue, bool paused, unix_ms now_ms)
{
    struct queue_policy policy = queue->policy;
    policy.admission_paused = paused;
    queue_set_policy(queue, &policy, now_ms);
}

static void set_lead(struct queue *queue, int64_t lead_ms, unix_ms now_ms)
{
    struct queue_policy policy = queue->policy;
    policy.admission_lead_ms = lead_ms;
    queue_set_policy(queue, &policy, now_ms);
}

/* When a wait of five minutes that begins now will be over. */
static unix_ms end_of_wait(const struct queue *queue, unix_ms now_ms)
{
    return queue_clock_reaches(queue, queue_clock_ms(queue, now_ms) + 5 * MINUTE, now_ms);
}

static void nobody_is_admitted_before_the_opening(void **state)
{
    (void)state;
    struct queue queue = queue_that_opens_later();
    assert_false(queue_may_admit(&queue, OPENS - 1));
    assert_true(queue_may_admit(&queue, OPENS));
    assert_int_equal(queue_admission_due(&queue, NOW), OPENS);
    assert_int_equal(queue_admission_due(&queue, OPENS + 1), OPENS + 1);
}

static void a_lead_brings_the_opening_of_admission_nearer(void **state)
{
    (void)state;
    struct queue queue = queue_that_opens_later();
    set_lead(&queue, MINUTE, NOW);
    assert_int_equal(queue_opens_at_ms(&queue), OPENS - MINUTE);
    assert_false(queue_may_admit(&queue, OPENS - MINUTE - 1));
    assert_true(queue_may_admit(&queue, OPENS - MINUTE));
}

static void a_wait_counts_from_the_opening(void **state)
{
    (void)state;
    struct queue queue = queue_that_opens_later();
    assert_int_equal(end_of_wait(&queue, NOW), OPENS + 5 * MINUTE);
    assert_int_equal(end_of_wait(&queue, OPENS - 1), OPENS + 5 * MINUTE);
    assert_int_equal(end_of_wait(&queue, OPENS), OPENS + 5 * MINUTE);
    assert_int_equal(end_of_wait(&queue, OPENS + 7), OPENS + 7 + 5 * MINUTE);
}

static void a_pause_takes_nothing_from_a_wait(void **state)
{
    (void)state;
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    unix_ms clock_ms = queue_clock_ms(&queue, NOW) + 5 * MINUTE;
    set_paused(&queue, true, NOW + MINUTE);
    for (unix_ms now_ms = NOW + MINUTE; now_ms < NOW + 60 * MINUTE; now_ms += MINUTE)
        assert_int_equal(queue_clock_reaches(&queue, clock_ms, now_ms), now_ms + 4 * MINUTE);
    set_paused(&queue, true, NOW + 20 * MINUTE); /* again is the same */
    set_paused(&queue, false, NOW + 60 * MINUTE);
    assert_int_equal(queue_clock_reaches(&queue, clock_ms, NOW + 60 * MINUTE), NOW + 64 * MINUTE);
    assert_int_equal(queue_clock_reaches(&queue, clock_ms, NOW + 64 * MINUTE), NOW + 64 * MINUTE);
}

static void a_pause_over_the_opening_counts_from_its_end(void **state)
{
    (void)state;
    struct queue queue = queue_that_opens_later();
    set_paused(&queue, true, NOW);
    unix_ms clock_ms = queue_clock_ms(&queue, NOW) + 5 * MINUTE;
    assert_int_equal(queue_clock_reaches(&queue, clock_ms, NOW), OPENS + 5 * MINUTE);
    assert_int_equal(queue_clock_reaches(&queue, clock_ms, OPENS + MINUTE), OPENS + 6 * MINUTE);
    set_paused(&queue, false, OPENS + MINUTE);
    assert_int_equal(queue_clock_reaches(&queue, clock_ms, OPENS + MINUTE), OPENS + 6 * MINUTE);
}

static void what_is_left_outlives_every_change_of_the_opening(void **state)
{
    (void)state;
    static const unix_ms openings[] = {OPENS + 60 * MINUTE, OPENS - MINUTE, NOW - MINUTE, OPENS};
    struct queue queue = queue_that_opens_later();
    unix_ms clock_ms = queue_clock_ms(&queue, NOW) + 5 * MINUTE;
    for (size_t i = 0; i < sizeof openings / sizeof openings[0]; i++) {
        unix_ms from_ms = openings[i] > NOW ? openings[i] : NOW;
        queue_set_opening(&queue, openings[i], NOW);
        assert_int_equal(queue_clock_reaches(&queue, clock_ms, NOW), from_ms + 5 * MINUTE);
    }
    set_lead(&queue, MINUTE, NOW);
    assert_int_equal(queue_clock_reaches(&queue, clock_ms, NOW), OPENS + 4 * MINUTE);
    /* Admission had begun, and begins again later. */
    set_lead(&queue, 0, OPENS - MINUTE / 2);
    assert_int_equal(queue_clock_reaches(&queue, clock_ms, OPENS - MINUTE / 2),
                     OPENS + 4 * MINUTE + MINUTE / 2);
}

static void what_is_over_stays_over(void **state)
{
    (void)state;
    struct queue queue = queue_make(1, queue_policy_default(), 0, NOW);
    unix_ms clock_ms = queue_clock_ms(&queue, NOW);
    set_paused(&queue, true, NOW);
    assert_true(queue_clock_reaches(&queue, clock_ms, NOW) <= NOW);
    assert_true(queue_clock_reaches(&queue, clock_ms, NOW + MINUTE) <= NOW + MINUTE);
    queue_set_opening(&queue, OPENS, NOW + MINUTE);
    set_paused(&queue, false, NOW + MINUTE);
    assert_true(queue_clock_reaches(&queue, clock_ms, NOW + MINUTE) <= NOW + MINUTE);
    assert_true(queue_clock_reaches(&queue, clock_ms + 1, NOW + MINUTE) > OPENS);
}

static void the_clock_never_runs_backwards(void **state)
{
    (void)state;
    struct queue queue = queue_that_opens_later();
    unix_ms before_ms = queue_clock_ms(&queue, NOW);
    for (int i = 1; i < 1000; i++) {
        unix_ms now_ms = NOW + i * (MINUTE / 7);
        assert_true(queue_clock_ms(&queue, now_ms) >= before_ms);
        before_ms = queue_clock_ms(&queue, now_ms);
        if (i % 3 == 0) set_paused(&queue, i % 2 == 0, now_ms);
        if (i % 5 == 0) set_lead(&queue, i * 777 % LIFETIME_MS_MAX, now_ms);
        if (i % 11 == 0) queue_set_opening(&queue, OPENS + (500 - i) * MINUTE / 9, now_ms);
        assert_int_equal(queue_clock_ms(&queue, now_ms), before_ms);
    }
}

static void an_opening_can_be_any_time(void **state)
{
    (void)state;
    struct queue never = queue_make(1, queue_policy_default(), INT64_MAX, NOW);
    struct queue ever = queue_make(1, queue_policy_default(), INT64_MIN, NOW);
    never.waiting = ever.waiting = 1;
    set_lead(&ever, LIFETIME_MS_MAX, NOW);
    assert_false(queue_may_admit(&never, NOW));
    assert_true(queue_may_admit(&ever, NOW));
    assert_int_equal(queue_opens_at_ms(&never), OPENING_MS_MAX);
    assert_int_equal(queue_opens_at_ms(&ever), 0);
    assert_int_equal(end_of_wait(&never, NOW), OPENING_MS_MAX + 5 * MINUTE);
    assert_int_equal(end_of_wait(&ever, NOW), NOW + 5 * MINUTE);
}

static void the_estimate_counts_from_the_opening(void **state)
{
    (void)state;
    struct queue queue = queue_that_opens_later();
    queue.credit_milli = 0; /* it will be earned until then */
    assert_int_equal(estimate_ms(&queue, 0), OPENS - NOW);
    assert_int_equal(estimate_ms(&queue, 49), OPENS - NOW);
    assert_int_equal(estimate_ms(&queue, 50), OPENS - NOW + 20);
}

static void the_estimate_knows_the_credit_earned_since_the_last_batch(void **state)
{
    (void)state;
    int64_t ms;
    struct queue queue = queue_without_credit();
    assert_true(queue_estimate(&queue, 0, UNIX_MS_NEVER, NOW + 15, &ms));
    assert_int_equal(ms, 5);
}

static void nobody_knows_the_end_of_a_pause(void **state)
{
    (void)state;
    int64_t ms;
    struct queue queue = queue_without_credit();
    set_paused(&queue, true, NOW);
    assert_false(queue_estimate(&queue, 0, UNIX_MS_NEVER, NOW, &ms));
}

static void no_estimate_goes_beyond_the_end_of_the_wait(void **state)
{
    (void)state;
    int64_t ms;
    struct queue queue = queue_without_credit();
    assert_false(queue_estimate(&queue, 0, NOW + 20, NOW, &ms));
    assert_true(queue_estimate(&queue, 0, NOW + 21, NOW, &ms));
    queue.policy.waiting_from_last_poll = true; /* polling renews it */
    assert_true(queue_estimate(&queue, 0, NOW + 20, NOW, &ms));
    assert_int_equal(ms, 20);
}

static void the_line_is_due_when_the_clock_says(void **state)
{
    (void)state;
    struct queue queue = queue_that_opens_later();
    assert_int_equal(queue_line_due(&queue, NOW), UNIX_MS_NEVER);
    queue.line_due_ms = queue_clock_ms(&queue, NOW) + MINUTE;
    assert_int_equal(queue_line_due(&queue, NOW), OPENS + MINUTE);
    set_paused(&queue, true, NOW);
    assert_int_equal(queue_line_due(&queue, OPENS + 5 * MINUTE), UNIX_MS_NEVER);
    set_paused(&queue, false, OPENS + 5 * MINUTE);
    assert_int_equal(queue_line_due(&queue, OPENS + 5 * MINUTE), OPENS + 6 * MINUTE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_is_admitted_before_the_opening),
        cmocka_unit_test(a_lead_brings_the_opening_of_admission_nearer),
        cmocka_unit_test(a_wait_counts_from_the_opening),
        cmocka_unit_test(a_pause_takes_nothing_from_a_wait),
        cmocka_unit_test(a_pause_over_the_opening_counts_from_its_end),
        cmocka_unit_test(what_is_left_outlives_every_change_of_the_opening),
        cmocka_unit_test(what_is_over_stays_over),
        cmocka_unit_test(the_clock_never_runs_backwards),
        cmocka_unit_test(an_opening_can_be_any_time),
        cmocka_unit_test(the_estimate_counts_from_the_opening),
        cmocka_unit_test(the_estimate_knows_the_credit_earned_since_the_last_batch),
        cmocka_unit_test(nobody_knows_the_end_of_a_pause),
        cmocka_unit_test(no_estimate_goes_beyond_the_end_of_the_wait),
        cmocka_unit_test(the_line_is_due_when_the_clock_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
