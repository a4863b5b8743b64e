#include "tests/store/fixture.h"

#include <string.h>

/* --- events ----------------------------------------------------------------------------------- */

static void make_event(struct event *event, uint64_t number, uint32_t seats_count)
{
    memset(event, 0, sizeof *event);
    event->number = number;
    event->kind = EVENT_SEATS_UNBLOCKED;
    event->occurred_at_ms = INT64_MIN;
    event->concert_id = UINT32_MAX;
    event->performance_id = UINT32_MAX - 1;
    event->user_id = UINT64_MAX;
    memset(event->record_id, 0x11, ID_BYTES);
    memset(event->payment_id, 0x22, ID_BYTES);
    event->entry_number = UINT64_MAX - 1;
    event->amount = INT64_MAX;
    event->until_ms = -1;
    event->seats_count = seats_count;
    for (uint32_t i = 0; i < seats_count; i++)
        event->seat_indexes[i] = UINT32_MAX - i;
}

static void put_events(struct store_txn *txn)
{
    struct event event;
    make_event(&event, 1, 0);
    event_append(txn, &event);
    make_event(&event, 2, SEATS_PER_BLOCK_CALL_MAX);
    event_append(txn, &event);
    make_event(&event, UINT64_MAX, 1);
    event_append(txn, &event);
}

static void check_next_event(struct store_txn *txn, uint64_t after, uint64_t number,
                             uint32_t seats_count)
{
    struct event wanted, found;
    make_event(&wanted, number, seats_count);
    memset(&found, 0, sizeof found);
    assert_true(event_next(txn, after, &found));
    assert_memory_equal(&found, &wanted, sizeof found);
    assert_true(event_get(txn, number, &found));
    assert_memory_equal(&found, &wanted, sizeof found);
}

static void check_events(struct store_txn *txn)
{
    struct event event;
    check_next_event(txn, 0, 1, 0);
    check_next_event(txn, 1, 2, SEATS_PER_BLOCK_CALL_MAX);
    check_next_event(txn, 2, UINT64_MAX, 1);
    assert_false(event_next(txn, UINT64_MAX, &event));
    assert_false(event_get(txn, 3, &event));
}

static void events_come_back_in_order(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_events, check_events});
}

/* --- timers ----------------------------------------------------------------------------------- */

/* In the order in which they are due. */
static const struct timer timers[] = {
    {.due_ms = 0, .kind = TIMER_ADMISSION, .concert_id = UINT32_MAX},
    {.due_ms = 5, .kind = TIMER_HOLD, .reservation_id = {{0}}},
    {.due_ms = 5, .kind = TIMER_HOLD, .reservation_id = {{0xff, 0xff}}},
    {.due_ms = 5, .kind = TIMER_WAITING, .concert_id = 1, .number = 2},
    {.due_ms = 5, .kind = TIMER_WAITING, .concert_id = 1, .number = UINT64_MAX},
    {.due_ms = 5, .kind = TIMER_WAITING, .concert_id = 2, .number = 1},
    {.due_ms = 255, .kind = TIMER_ACTIVE, .concert_id = 1, .number = 2},
    {.due_ms = 256, .kind = TIMER_PURGE, .concert_id = 1, .number = 2},
    {.due_ms = UNIX_MS_NEVER, .kind = TIMER_HOLD, .reservation_id = {{1}}},
};

enum { TIMERS = sizeof timers / sizeof timers[0] };

static void put_timers(struct store_txn *txn)
{
    for (size_t i = 0; i < TIMERS; i++)
        timer_put(txn, &timers[(i * 4 + 1) % TIMERS]);
    timer_put(txn, &timers[0]); /* twice is once */
}

static void check_timer(const struct timer *found, const struct timer *wanted)
{
    assert_int_equal(found->due_ms, wanted->due_ms);
    assert_int_equal(found->kind, wanted->kind);
    assert_int_equal(found->concert_id, wanted->concert_id);
    assert_true(found->number == wanted->number);
    assert_memory_equal(found->reservation_id.bytes, wanted->reservation_id.bytes, ID_BYTES);
}

static void check_timers(struct store_txn *txn)
{
    struct timer timer;
    assert_true(timer_first(txn, &timer));
    check_timer(&timer, &timers[0]);
    for (size_t i = 1; i < TIMERS; i++) {
        assert_true(timer_next(txn, &timers[i - 1], &timer));
        check_timer(&timer, &timers[i]);
    }
    assert_false(timer_next(txn, &timers[TIMERS - 1], &timer));
}

static void timers_come_back_in_the_order_they_are_due(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_timers, check_timers});
}

static void put_and_remove_timers(struct store_txn *txn)
{
    struct timer timer;
    put_timers(txn);
    for (size_t i = 0; i < TIMERS - 1; i++) {
        assert_true(timer_first(txn, &timer));
        timer_remove(txn, &timer);
        timer_remove(txn, &timer);
    }
}

static void check_last_timer(struct store_txn *txn)
{
    struct timer timer;
    assert_true(timer_first(txn, &timer));
    check_timer(&timer, &timers[TIMERS - 1]);
}

static void timers_are_taken_from_the_front(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_and_remove_timers, check_last_timer});
}

static void put_nothing(struct store_txn *txn)
{
    (void)txn;
}

static void check_no_records(struct store_txn *txn)
{
    struct timer timer;
    struct event event;
    struct wallet wallet;
    struct reservation reservation;
    assert_false(timer_first(txn, &timer));
    assert_false(event_next(txn, 0, &event));
    assert_false(wallet_next(txn, 0, &wallet));
    assert_false(reservation_next(txn, (struct reservation_id){{0}}, &reservation));
}

static void a_new_store_has_no_records(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_nothing, check_no_records});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(events_come_back_in_order),
        FIXTURE_TEST(timers_come_back_in_the_order_they_are_due),
        FIXTURE_TEST(timers_are_taken_from_the_front),
        FIXTURE_TEST(a_new_store_has_no_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
