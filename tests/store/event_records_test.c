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

/* Of each kind in the order in which they are due. */
static const struct timer_list timers[] = {
    {TIMER_HOLD, 0, 5, 1, 0, 2, {{{{0}}}, {{{0xff, 0xff}}}}},
    {TIMER_HOLD, 0, 5, 1, 1, 1, {{{{1}}}}},
    {TIMER_HOLD, 0, 5, 2, 0, 1, {{{{2}}}}},
    {TIMER_HOLD, 0, UNIX_MS_NEVER, 1, 2, 1, {{{{3}}}}},
    {TIMER_WAITING, 0, 255, 7, 0, 1, {{.run = {1, 2, UINT64_MAX}}}},
    {TIMER_WAITING, 0, 256, 7, 0, 1, {{.run = {UINT32_MAX, UINT32_MAX, 3}}}},
    {TIMER_ACTIVE, 0, 3, 8, 0, 2, {{.run = {1, 1, 4}}, {.run = {2, 1, 5}}}},
    {TIMER_PURGE, 0, 2, 9, 0, 1, {{.run = {1, 1, 6}}}},
    {TIMER_ADMISSION, 0, 0, UINT64_MAX, UINT32_MAX, 1, {{.run = {1, 1, 0}}}},
    {TIMER_LINE, 1, 700, 7, 0, 1, {{.run = {1, 2, 7}}}},
    {TIMER_LINE, 1, 800, 7, 0, 1, {{.run = {1, 2, 9}}}},
    {TIMER_LINE, 2, 500, 7, 0, 1, {{.run = {2, 2, 7}}}},
};

enum { TIMERS = sizeof timers / sizeof timers[0] };

static void put_timers(struct store_txn *txn)
{
    for (size_t i = 0; i < TIMERS; i++)
        timer_list_put(txn, &timers[(i * 5 + 1) % TIMERS]);
    timer_list_put(txn, &timers[0]); /* twice is once */
}

static void check_item(enum timer_kind kind, const union timer_item *found,
                       const union timer_item *wanted)
{
    if (kind == TIMER_HOLD) {
        assert_memory_equal(found->reservation_id.bytes, wanted->reservation_id.bytes, ID_BYTES);
        return;
    }
    assert_int_equal(found->run.concert_id, wanted->run.concert_id);
    assert_int_equal(found->run.count, wanted->run.count);
    assert_true(found->run.first == wanted->run.first);
}

static void check_timers_equal(const struct timer_list *found, const struct timer_list *wanted)
{
    assert_int_equal(found->kind, wanted->kind);
    assert_int_equal(found->concert_id, wanted->concert_id);
    assert_int_equal(found->due_ms, wanted->due_ms);
    assert_true(found->batch == wanted->batch);
    assert_int_equal(found->serial, wanted->serial);
    assert_int_equal(found->count, wanted->count);
    for (size_t i = 0; i < wanted->count; i++)
        check_item(wanted->kind, &found->items[i], &wanted->items[i]);
}

static bool check_next_timers(void *context, const struct timer_list *found)
{
    size_t *place = context;
    check_timers_equal(found, &timers[(*place)++]);
    return true;
}

static void check_timers(struct store_txn *txn)
{
    size_t place = 0;
    for (enum timer_kind kind = TIMER_HOLD; kind < TIMER_KINDS; kind++) {
        struct timer_list first;
        if (kind != TIMER_LINE) assert_int_equal(timer_due(txn, kind), timers[place].due_ms);
        assert_true(timer_list_first(txn, kind, &first));
        check_timers_equal(&first, &timers[place]);
        timer_lists_visit(txn, kind, UNIX_MS_NEVER, check_next_timers, &place);
    }
    assert_int_equal(place, TIMERS);
}

static void timers_of_a_kind_come_back_in_the_order_they_are_due(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_timers, check_timers});
}

static void check_due_timers(struct store_txn *txn)
{
    size_t place = 0;
    timer_lists_visit(txn, TIMER_HOLD, 4, check_next_timers, &place);
    assert_int_equal(place, 0);
    timer_lists_visit(txn, TIMER_HOLD, 5, check_next_timers, &place);
    assert_int_equal(place, 3);
}

/* Each line has a clock of its own. */
static void check_lines(struct store_txn *txn)
{
    struct timer_list first;
    size_t place = TIMERS - 3;
    assert_true(timer_line_first(txn, 1, &first));
    check_timers_equal(&first, &timers[TIMERS - 3]);
    assert_true(timer_line_first(txn, 2, &first));
    check_timers_equal(&first, &timers[TIMERS - 1]);
    assert_false(timer_line_first(txn, 3, &first));
    timer_line_visit(txn, 1, 799, check_next_timers, &place);
    assert_int_equal(place, TIMERS - 2);
    place = TIMERS - 3;
    timer_line_visit(txn, 1, UNIX_MS_NEVER, check_next_timers, &place);
    assert_int_equal(place, TIMERS - 1);
    timer_line_visit(txn, 2, UNIX_MS_NEVER, check_next_timers, &place);
    assert_int_equal(place, TIMERS);
}

static void each_line_has_its_timers(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_timers, check_lines});
}

static void only_timers_that_are_due_are_visited(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_timers, check_due_timers});
}

/* What was looked up before must not be believed after a change. */
static void put_and_delete_timers(struct store_txn *txn)
{
    assert_int_equal(timer_due(txn, TIMER_HOLD), UNIX_MS_NEVER);
    put_timers(txn);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(timer_due(txn, TIMER_HOLD), 5);
        timer_list_delete(txn, &timers[i]);
        timer_list_delete(txn, &timers[i]);
    }
}

static void check_last_hold(struct store_txn *txn)
{
    struct timer_list first;
    assert_int_equal(timer_due(txn, TIMER_HOLD), UNIX_MS_NEVER);
    assert_true(timer_list_first(txn, TIMER_HOLD, &first));
    check_timers_equal(&first, &timers[3]);
}

static void timers_are_taken_from_the_front(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_and_delete_timers, check_last_hold});
}

static void put_full_list(struct store_txn *txn)
{
    struct timer_list list = {.kind = TIMER_HOLD, .due_ms = 1, .count = TIMER_ITEMS_MAX};
    for (size_t i = 0; i < TIMER_ITEMS_MAX; i++)
        list.items[i].reservation_id.bytes[ID_BYTES - 1] = (uint8_t)i;
    timer_list_put(txn, &list);
}

static void check_full_list(struct store_txn *txn)
{
    struct timer_list list;
    assert_true(timer_list_first(txn, TIMER_HOLD, &list));
    assert_int_equal(list.count, TIMER_ITEMS_MAX);
    for (size_t i = 0; i < TIMER_ITEMS_MAX; i++)
        assert_int_equal(list.items[i].reservation_id.bytes[ID_BYTES - 1], i);
}

static void a_full_list_of_timers_is_one_record(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_full_list, check_full_list});
}

static void put_nothing(struct store_txn *txn)
{
    (void)txn;
}

static void check_no_records(struct store_txn *txn)
{
    struct timer_list timer;
    struct event event;
    struct wallet wallet;
    struct reservation reservation;
    assert_false(timer_list_first(txn, TIMER_HOLD, &timer));
    assert_int_equal(timer_due(txn, TIMER_ADMISSION), UNIX_MS_NEVER);
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
        FIXTURE_TEST(timers_of_a_kind_come_back_in_the_order_they_are_due),
        FIXTURE_TEST(each_line_has_its_timers),
        FIXTURE_TEST(only_timers_that_are_due_are_visited),
        FIXTURE_TEST(a_full_list_of_timers_is_one_record),
        FIXTURE_TEST(timers_are_taken_from_the_front),
        FIXTURE_TEST(a_new_store_has_no_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
