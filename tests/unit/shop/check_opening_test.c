/* check_opening_test.c -- What the check finds of openings, pauses, stops, and queues that would
 * sleep for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "onsale/v1/queue.methods.h"
#include "tests/unit/shop/shop.h"

enum { HELD_ID = 0x10 };

/* USER is ACTIVE and holds three seats; OTHER_USER is ACTIVE, too. */
static int open_sound_shop(void **state)
{
    static struct shop shop;
    const struct method enter = {METHOD_ENTER_QUEUE};
    Onsale__V1__EnterQueueRequest request = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    Onsale__V1__EnterQueueResponse entered;
    shop_open(&shop);
    shop_stock(&shop);
    shop_hold(&shop, HELD_ID);
    request.user_id = OTHER_USER;
    request.concert_id = CONCERT;
    *state = &shop;
    return shop_call(&shop, &enter, &request, &entered) == STATUS_OK ? 0 : -1;
}

static void expect_found(struct shop *shop, void (*plant)(struct store_txn *txn),
                         const char *invariant)
{
    assert_int_equal(shop_check(shop).violations_count, 0);
    shop_expect_found(shop, plant, invariant);
}

static struct queue queue_of(struct store_txn *txn)
{
    struct queue queue;
    assert_true(queue_get(txn, CONCERT, &queue));
    return queue;
}

/* --- The queue's record ----------------------------------------------------------------------- */

static void open_later(struct store_txn *txn)
{
    struct queue queue = queue_of(txn);
    queue.sale_opens_at_ms++;
    queue_put(txn, &queue);
}

static void run_clock_back(struct store_txn *txn)
{
    struct queue queue = queue_of(txn);
    queue.clock_behind_ms = INT64_C(1) << 60;
    queue_put(txn, &queue);
}

static void make_place(struct store_txn *txn)
{
    struct queue queue = queue_of(txn);
    assert_int_equal(queue.waiting, 0); /* the default policy has room for both */
    queue.waiting = 1;
    queue_put(txn, &queue);
}

static void put_line(struct store_txn *txn, uint32_t concert_id, bool tell_queue)
{
    struct queue queue = queue_of(txn);
    const struct timer_list line = {.kind = TIMER_LINE,
                                    .concert_id = CONCERT,
                                    .due_ms = queue_clock_ms(&queue, meta_get(txn).now_ms) + 1,
                                    .count = 1,
                                    .items = {{.run = {concert_id, 1, 1}}}};
    timer_list_put(txn, &line);
    if (tell_queue) queue.line_due_ms = line.due_ms;
    queue_put(txn, &queue);
}

static void mix_lines(struct store_txn *txn)
{
    put_line(txn, CONCERT + 1, false);
}

static void hide_line(struct store_txn *txn)
{
    put_line(txn, CONCERT, false);
}

static void forget_timer_of_line(struct store_txn *txn)
{
    put_line(txn, CONCERT, true);
}

static void an_opening_of_no_performance_is_found(void **state)
{
    expect_found(*state, open_later, "queue-opening-wrong");
}

static void a_waiting_clock_before_all_time_is_found(void **state)
{
    expect_found(*state, run_clock_back, "waiting-clock-wrong");
}

static void a_place_that_nobody_would_be_given_is_found(void **state)
{
    expect_found(*state, make_place, "admission-without-timer");
}

static void a_line_with_entries_of_another_concert_is_found(void **state)
{
    expect_found(*state, mix_lines, "line-of-another-concert");
}

static void a_line_that_its_queue_does_not_know_of_is_found(void **state)
{
    expect_found(*state, hide_line, "line-due-too-late");
}

static void a_line_that_nobody_would_look_at_is_found(void **state)
{
    expect_found(*state, forget_timer_of_line, "line-without-timer");
}

/* --- Events ----------------------------------------------------------------------------------- */

static void append(struct store_txn *txn, struct event event)
{
    struct store_meta meta = meta_get(txn);
    event.number = ++meta.last_event;
    event.occurred_at_ms = meta.now_ms;
    event.concert_id = CONCERT;
    event_append(txn, &event);
    meta_put(txn, &meta);
}

static void admit_in_a_pause(struct store_txn *txn)
{
    append(txn, (struct event){.kind = EVENT_ADMISSION_PAUSED});
    append(txn, (struct event){.kind = EVENT_QUEUE_ADMITTED, .entry_number = 2});
}

static void admit_too_early(struct store_txn *txn)
{
    append(txn, (struct event){.kind = EVENT_POLICY_SET, .until_ms = meta_get(txn).now_ms + 1});
    append(txn, (struct event){.kind = EVENT_QUEUE_ADMITTED, .entry_number = 2});
}

static void tell_other_opening(struct store_txn *txn)
{
    append(txn, (struct event){.kind = EVENT_POLICY_SET, .until_ms = 1});
}

static void tell_pause_alone(struct store_txn *txn)
{
    append(txn, (struct event){.kind = EVENT_ADMISSION_PAUSED});
}

static void tell_stop_alone(struct store_txn *txn)
{
    append(txn, (struct event){.kind = EVENT_PAYING_STOPPED});
}

static void tell_stop_of_nothing(struct store_txn *txn)
{
    append(txn, (struct event){.kind = EVENT_PAYING_STOPPED, .performance_id = SHOW + 9});
}

static void stop_without_event(struct store_txn *txn)
{
    struct performance_state *state = performance_state_edit(txn, SHOW);
    state->holding_stopped = true;
}

static void resume_what_goes_on(struct store_txn *txn)
{
    append(txn, (struct event){.kind = EVENT_HOLDING_RESUMED, .performance_id = SHOW});
}

static void hold_in_a_stop(struct store_txn *txn)
{
    append(txn, (struct event){.kind = EVENT_HOLDING_STOPPED});
    append(txn, (struct event){.kind = EVENT_SEATS_HELD, .performance_id = SHOW});
}

static void pay_in_a_stop(struct store_txn *txn)
{
    append(txn, (struct event){.kind = EVENT_PAYING_STOPPED, .performance_id = SHOW});
    append(txn, (struct event){.kind = EVENT_RESERVATION_PAID, .performance_id = SHOW});
}

static void an_admission_in_a_pause_is_found(void **state)
{
    expect_found(*state, admit_in_a_pause, "admitted-while-closed");
}

static void an_admission_before_the_opening_is_found(void **state)
{
    expect_found(*state, admit_too_early, "admitted-while-closed");
}

static void an_opening_or_pause_of_no_event_is_found(void **state)
{
    expect_found(*state, tell_other_opening, "replay-gives-other-opening");
}

static void a_pause_that_the_queue_does_not_have_is_found(void **state)
{
    expect_found(*state, tell_pause_alone, "replay-gives-other-opening");
}

static void a_stop_that_nobody_has_is_found(void **state)
{
    expect_found(*state, tell_stop_alone, "replay-gives-other-stops");
}

static void a_stop_of_a_performance_that_is_not_there_is_found(void **state)
{
    expect_found(*state, tell_stop_of_nothing, "event-of-unknown-performance");
}

static void a_stop_of_no_event_is_found(void **state)
{
    expect_found(*state, stop_without_event, "replay-gives-other-stops");
}

static void a_stop_that_ends_before_it_began_is_found(void **state)
{
    expect_found(*state, resume_what_goes_on, "event-in-wrong-order");
}

static void a_hold_in_a_stop_is_found(void **state)
{
    expect_found(*state, hold_in_a_stop, "held-while-stopped");
}

static void a_payment_in_a_stop_is_found(void **state)
{
    expect_found(*state, pay_in_a_stop, "paid-while-stopped");
}

#define CHECK_TEST(name)                                                                           \
    cmocka_unit_test_setup_teardown(name, open_sound_shop, shop_teardown_spoilt)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHECK_TEST(an_opening_of_no_performance_is_found),
        CHECK_TEST(a_waiting_clock_before_all_time_is_found),
        CHECK_TEST(a_place_that_nobody_would_be_given_is_found),
        CHECK_TEST(a_line_with_entries_of_another_concert_is_found),
        CHECK_TEST(a_line_that_its_queue_does_not_know_of_is_found),
        CHECK_TEST(a_line_that_nobody_would_look_at_is_found),
        CHECK_TEST(an_admission_in_a_pause_is_found),
        CHECK_TEST(an_admission_before_the_opening_is_found),
        CHECK_TEST(an_opening_or_pause_of_no_event_is_found),
        CHECK_TEST(a_pause_that_the_queue_does_not_have_is_found),
        CHECK_TEST(a_stop_that_nobody_has_is_found),
        CHECK_TEST(a_stop_of_a_performance_that_is_not_there_is_found),
        CHECK_TEST(a_stop_of_no_event_is_found),
        CHECK_TEST(a_stop_that_ends_before_it_began_is_found),
        CHECK_TEST(a_hold_in_a_stop_is_found),
        CHECK_TEST(a_payment_in_a_stop_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
