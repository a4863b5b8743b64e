#include "tests/store/fixture.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(events_are_listed_from_any_number),
        FIXTURE_TEST(a_write_sees_its_own_events_and_no_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
