#include "tests/store/fixture.h"

#include <string.h>

static struct reservation_id reservation_id_of(uint8_t first, uint8_t last)
{
    struct reservation_id id = {{0}};
    id.bytes[0] = first;
    id.bytes[ID_BYTES - 1] = last;
    return id;
}

static struct ledger_id ledger_id_of(uint8_t first, uint8_t last)
{
    struct ledger_id id;
    memcpy(id.bytes, reservation_id_of(first, last).bytes, ID_BYTES);
    return id;
}

/* --- reservations ----------------------------------------------------------------------------- */

static struct reservation make_reservation(struct reservation_id id, uint32_t seats_count)
{
    struct reservation reservation;
    memset(&reservation, 0, sizeof reservation);
    reservation.id = id;
    reservation.user_id = UINT64_MAX;
    reservation.concert_id = UINT32_MAX;
    reservation.performance_id = UINT32_MAX - 1;
    reservation.status = RESERVATION_CANCELLED;
    reservation.seats_count = seats_count;
    for (uint32_t i = 0; i < seats_count; i++) {
        reservation.seat_indexes[i] = UINT32_MAX - i;
        reservation.seat_tiers[i] = TIERS_PER_PERFORMANCE_MAX - 1;
    }
    reservation.total_price = INT64_MAX;
    reservation.held_at_ms = INT64_MIN;
    reservation.expires_at_ms = INT64_MAX - 1;
    reservation.payment_id = ledger_id_of(0xaa, 0xbb);
    reservation.previous = reservation_id_of(0xcc, 0xdd);
    return reservation;
}

static void put_reservations(struct store_txn *txn)
{
    struct reservation first = make_reservation(reservation_id_of(0, 1), 1);
    struct reservation last = make_reservation(reservation_id_of(0xff, 0xff), SEATS_PER_HOLD_MAX);
    reservation_put(txn, &last);
    reservation_put(txn, &first);
}

static void check_reservations(struct store_txn *txn)
{
    struct reservation first = make_reservation(reservation_id_of(0, 1), 1);
    struct reservation last = make_reservation(reservation_id_of(0xff, 0xff), SEATS_PER_HOLD_MAX);
    struct reservation found;
    memset(&found, 0, sizeof found);
    assert_true(reservation_next(txn, (struct reservation_id){{0}}, &found));
    assert_memory_equal(&found, &first, sizeof found);
    assert_true(reservation_next(txn, first.id, &found));
    assert_memory_equal(&found, &last, sizeof found);
    assert_false(reservation_next(txn, last.id, &found));
    assert_false(reservation_get(txn, reservation_id_of(0, 2), &found));
    memset(&found, 0, sizeof found);
    assert_true(reservation_get(txn, first.id, &found));
    assert_memory_equal(&found, &first, sizeof found);
}

static void reservations_come_back_in_order(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_reservations, check_reservations});
}

/* --- queues ----------------------------------------------------------------------------------- */

static struct queue make_queue(uint32_t concert_id)
{
    struct queue queue;
    memset(&queue, 0, sizeof queue);
    queue.concert_id = concert_id;
    queue.policy = (struct queue_policy){1, 2, 3, true, 4, 5, 6, true, 7};
    queue.last_number = UINT64_MAX;
    queue.waiting = UINT32_MAX;
    queue.active = UINT32_MAX - 1;
    queue.credit_milli = INT64_MIN;
    queue.credit_at_ms = INT64_MAX;
    queue.admission_due_ms = -1;
    queue.holding_stopped = true;
    queue.sale_opens_at_ms = OPENING_MS_MAX;
    queue.paused_at_ms = INT64_MAX;
    queue.clock_behind_ms = INT64_MIN;
    queue.line_due_ms = UNIX_MS_NEVER;
    queue.waiting_due_ms = 8;
    return queue;
}

static void put_queues(struct store_txn *txn)
{
    struct queue queue = make_queue(7);
    queue_put(txn, &queue);
}

static void check_policy(const struct queue_policy *found, const struct queue_policy *wanted)
{
    assert_int_equal(found->active_max, wanted->active_max);
    assert_int_equal(found->admissions_per_second, wanted->admissions_per_second);
    assert_int_equal(found->waiting_lifetime_ms, wanted->waiting_lifetime_ms);
    assert_int_equal(found->waiting_from_last_poll, wanted->waiting_from_last_poll);
    assert_int_equal(found->active_lifetime_ms, wanted->active_lifetime_ms);
    assert_int_equal(found->hold_lifetime_ms, wanted->hold_lifetime_ms);
    assert_int_equal(found->purchase_limit, wanted->purchase_limit);
    assert_int_equal(found->admission_paused, wanted->admission_paused);
    assert_int_equal(found->admission_lead_ms, wanted->admission_lead_ms);
}

static void check_queues(struct store_txn *txn)
{
    struct queue wanted = make_queue(7), found;
    assert_false(queue_get(txn, 8, &found));
    assert_true(queue_get(txn, 7, &found));
    assert_int_equal(found.concert_id, 7);
    check_policy(&found.policy, &wanted.policy);
    assert_true(found.last_number == wanted.last_number);
    assert_int_equal(found.waiting, wanted.waiting);
    assert_int_equal(found.active, wanted.active);
    assert_true(found.credit_milli == wanted.credit_milli);
    assert_true(found.credit_at_ms == wanted.credit_at_ms);
    assert_true(found.admission_due_ms == wanted.admission_due_ms);
    assert_true(found.holding_stopped);
    assert_false(found.paying_stopped);
    assert_true(found.sale_opens_at_ms == wanted.sale_opens_at_ms);
    assert_true(found.paused_at_ms == wanted.paused_at_ms);
    assert_true(found.clock_behind_ms == wanted.clock_behind_ms);
    assert_true(found.line_due_ms == wanted.line_due_ms);
    assert_true(found.waiting_due_ms == wanted.waiting_due_ms);
}

static void queues_come_back_with_their_policy(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_queues, check_queues});
}

static struct queue_entry make_entry(uint32_t concert_id, uint64_t number, uint32_t holdings)
{
    struct queue_entry entry;
    memset(&entry, 0, sizeof entry);
    entry.concert_id = concert_id;
    entry.number = number;
    entry.user_id = UINT64_MAX;
    memset(entry.secret, 0x5a, sizeof entry.secret);
    entry.status = QUEUE_ENTRY_LEFT;
    entry.entered_at_ms = INT64_MIN;
    entry.expires_at_ms = INT64_MAX;
    entry.last_reservation = reservation_id_of(1, 2);
    for (uint32_t i = 0; i < holdings; i++)
        holdings_add(&entry.holdings, (struct holding){UINT32_MAX - i, i, INT64_MAX - i});
    return entry;
}

/* As they are for the most part: without purchases, and with times of today. */
static struct queue_entry make_waiting_entry(uint32_t concert_id, uint64_t number, unix_ms until_ms)
{
    struct queue_entry entry;
    memset(&entry, 0, sizeof entry);
    entry.concert_id = concert_id;
    entry.number = number;
    entry.user_id = 1;
    memset(entry.secret, 0xa5, sizeof entry.secret);
    entry.status = QUEUE_ENTRY_WAITING;
    entry.entered_at_ms = INT64_C(1800000000000);
    entry.expires_at_ms = entry.entered_at_ms + until_ms;
    return entry;
}

enum { LIFETIMES = 4 };
static const unix_ms lifetimes_ms[LIFETIMES] = {0, UINT32_MAX, INT64_C(1) << 32, -1};

static void put_waiting_entries(struct store_txn *txn)
{
    for (uint64_t i = 0; i < LIFETIMES; i++) {
        struct queue_entry entry = make_waiting_entry(1, i + 1, lifetimes_ms[i]);
        queue_entry_put(txn, &entry);
    }
}

static void check_waiting_entries(struct store_txn *txn)
{
    for (uint64_t i = 0; i < LIFETIMES; i++) {
        struct queue_entry wanted = make_waiting_entry(1, i + 1, lifetimes_ms[i]), found;
        memset(&found, 0, sizeof found);
        assert_true(queue_entry_get(txn, 1, i + 1, &found));
        assert_memory_equal(&found, &wanted, sizeof found);
    }
}

static void queue_entries_keep_their_times_however_long(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_waiting_entries, check_waiting_entries});
}

static void put_entries(struct store_txn *txn)
{
    struct queue_entry entries[] = {
        make_entry(1, 1, 0),
        make_entry(1, UINT64_MAX, HOLDINGS_PER_ENTRY_MAX),
        make_entry(2, 5, 1),
    };
    for (size_t i = 0; i < 3; i++)
        queue_entry_put(txn, &entries[i]);
}

static void check_entry(struct store_txn *txn, uint32_t concert_id, uint64_t number,
                        uint32_t holdings)
{
    struct queue_entry wanted = make_entry(concert_id, number, holdings), found;
    memset(&found, 0, sizeof found);
    assert_true(queue_entry_get(txn, concert_id, number, &found));
    assert_memory_equal(&found, &wanted, sizeof found);
}

static void check_entries(struct store_txn *txn)
{
    struct queue_entry entry;
    check_entry(txn, 1, 1, 0);
    check_entry(txn, 1, UINT64_MAX, HOLDINGS_PER_ENTRY_MAX);
    check_entry(txn, 2, 5, 1);
    assert_false(queue_entry_get(txn, 2, 1, &entry));
    assert_true(queue_entry_next(txn, 1, 0, &entry));
    assert_int_equal(entry.number, 1);
    assert_true(queue_entry_next(txn, 1, 1, &entry));
    assert_true(entry.number == UINT64_MAX);
    assert_false(queue_entry_next(txn, 1, UINT64_MAX, &entry));
    assert_false(queue_entry_next(txn, 2, 5, &entry));
}

static void queue_entries_come_back_in_order(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_entries, check_entries});
}

static void put_and_delete_entries(struct store_txn *txn)
{
    put_entries(txn);
    queue_entry_delete(txn, 1, 1);
    queue_entry_delete(txn, 1, 1);
    queue_user_put(txn, 1, 9, UINT64_MAX);
    queue_user_put(txn, 1, UINT64_MAX, 3);
    queue_user_put(txn, 2, 9, 4);
    queue_user_delete(txn, 2, 9);
    queue_user_delete(txn, 2, 10);
}

static void check_deleted_entries(struct store_txn *txn)
{
    struct queue_entry entry;
    uint64_t number;
    assert_false(queue_entry_get(txn, 1, 1, &entry));
    assert_true(queue_entry_get(txn, 2, 5, &entry));
    assert_true(queue_user_get(txn, 1, 9, &number));
    assert_true(number == UINT64_MAX);
    assert_true(queue_user_get(txn, 1, UINT64_MAX, &number));
    assert_int_equal(number, 3);
    assert_false(queue_user_get(txn, 2, 9, &number));
}

static void deleted_entries_and_users_are_gone_and_others_stay(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_and_delete_entries, check_deleted_entries});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(reservations_come_back_in_order),
        FIXTURE_TEST(queues_come_back_with_their_policy),
        FIXTURE_TEST(queue_entries_come_back_in_order),
        FIXTURE_TEST(queue_entries_keep_their_times_however_long),
        FIXTURE_TEST(deleted_entries_and_users_are_gone_and_others_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
