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

/* Every kind of content, so that an event that borrows from another one shows. */
static struct event event_of(uint64_t number)
{
    struct event event = {.number = number, .kind = EVENT_USER_CREATED};
    event.occurred_at_ms = 1000 + (unix_ms)(number / 7);
    if (number % 2 == 0) event.concert_id = (uint32_t)number;
    if (number % 3 == 0) event.performance_id = UINT32_MAX;
    if (number % 4 == 0) event.user_id = number << 40;
    if (number % 5 == 0) event.record_id[15] = (uint8_t)number;
    if (number % 6 == 0) event.payment_id[0] = 1;
    if (number % 7 == 0) event.entry_number = number;
    if (number % 8 == 0) event.amount = -(int64_t)number;
    if (number % 9 == 0) event.until_ms = number % 2 == 0 ? INT64_MIN : INT64_MAX;
    event.seats_count = number % 50 == 0 ? 100 : number % 4;
    for (uint32_t i = 0; i < event.seats_count; i++)
        event.seat_indexes[i] = i % 2 == 0 ? i : UINT32_MAX - i;
    return event;
}

enum { EVENTS = 700, GAP_BEFORE = 350 };

static uint64_t nth_number(uint64_t i)
{
    return i < GAP_BEFORE ? i + 1 : i + 2;
}

static enum status append_some(struct store_txn *txn, void *context)
{
    uint64_t *appended = context;
    for (uint64_t i = *appended % 90 + 1; i > 0 && *appended < EVENTS; i--) {
        struct event event = event_of(nth_number((*appended)++));
        event_append(txn, &event);
    }
    return STATUS_OK;
}

static void check_event(const struct event *found, uint64_t number)
{
    struct event wanted = event_of(number);
    assert_int_equal(found->number, number);
    assert_int_equal(found->kind, wanted.kind);
    assert_int_equal(found->occurred_at_ms, wanted.occurred_at_ms);
    assert_memory_equal(&found->concert_id, &wanted.concert_id,
                        offsetof(struct event, seats_count) - offsetof(struct event, concert_id));
    assert_int_equal(found->seats_count, wanted.seats_count);
    assert_memory_equal(found->seat_indexes, wanted.seat_indexes,
                        wanted.seats_count * sizeof wanted.seat_indexes[0]);
}

static enum status list_from_everywhere(struct store_txn *txn, void *context)
{
    struct event event;
    (void)context;
    for (uint64_t first = 0; first < EVENTS; first += first % 13 + 1) {
        uint64_t after = first == 0 ? 0 : nth_number(first) - 1;
        for (uint64_t i = first; i < EVENTS && i < first + 100; i++) {
            assert_true(event_next(txn, after, &event));
            check_event(&event, nth_number(i));
            after = event.number;
        }
    }
    assert_false(event_next(txn, nth_number(EVENTS - 1), &event));
    for (uint64_t i = EVENTS; i > 0; i--) {
        assert_true(event_get(txn, nth_number(i - 1), &event));
        check_event(&event, nth_number(i - 1));
    }
    assert_false(event_get(txn, nth_number(GAP_BEFORE) - 1, &event));
    assert_false(event_get(txn, 0, &event));
    return store_txn_failure(txn);
}

static void events_are_listed_from_any_number(void **state)
{
    struct fixture *fixture = *state;
    uint64_t appended = 0;
    while (appended < EVENTS)
        assert_int_equal(store_write(fixture->store, append_some, &appended), STATUS_OK);
    assert_int_equal(store_read(fixture->store, list_from_everywhere, NULL), STATUS_OK);
    assert_int_equal(store_write(fixture->store, list_from_everywhere, NULL), STATUS_OK);
}

static void append_and_list(struct store_txn *txn)
{
    struct event event = event_of(1);
    event_append(txn, &event);
    assert_true(event_next(txn, 0, &event));
    check_event(&event, 1);
    assert_false(event_next(txn, 1, &event));
    event = event_of(2);
    event_append(txn, &event);
    assert_true(event_next(txn, 1, &event));
    check_event(&event, 2);
}

static enum status append_and_give_up(struct store_txn *txn, void *context)
{
    struct event event = event_of(9);
    (void)context;
    event_append(txn, &event);
    return STATUS_NOT_YET;
}

static void check_two_events(struct store_txn *txn)
{
    struct event event;
    assert_true(event_get(txn, 1, &event));
    assert_true(event_get(txn, 2, &event));
    assert_false(event_next(txn, 2, &event));
}

static void a_write_sees_its_own_events_and_no_others(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, append_and_give_up, NULL), STATUS_NOT_YET);
    fixture_check_round_trip(fixture, (struct kind){append_and_list, check_two_events});
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
        FIXTURE_TEST(events_are_listed_from_any_number),
        FIXTURE_TEST(a_write_sees_its_own_events_and_no_others),
        FIXTURE_TEST(timers_come_back_in_the_order_they_are_due),
        FIXTURE_TEST(timers_are_taken_from_the_front),
        FIXTURE_TEST(a_new_store_has_no_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
