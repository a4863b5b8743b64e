#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/codec.h"
#include "store/ledger_ids.h"
#include "store/record.h"
#include "store/user_key.h"
#include "tests/unit/shop/shop.h"

enum { HELD_ID = 0x10, PAID_ID = 0x20 };

/* USER has paid for the seats 0, 1 and 100; nothing else has happened. */
static int open_sound_shop(void **state)
{
    static struct shop shop;
    shop_open(&shop);
    shop_stock(&shop);
    shop_hold(&shop, PAID_ID);
    shop_pay(&shop, PAID_ID);
    *state = &shop;
    return 0;
}

static void a_sound_store_has_no_violation(void **state)
{
    struct check_report report = shop_check(*state);
    for (size_t i = 0; i < report.violations_count; i++)
        print_error("found %s: %s\n", report.violations[i].invariant,
                    report.violations[i].description);
    assert_int_equal(report.violations_count, 0);
    assert_int_equal(report.seats_checked, SHOW_SEATS);
    assert_int_equal(report.reservations_checked, 1);
    assert_int_equal(report.tickets_checked, 3);
    assert_int_equal(report.wallets_checked, 2);
    assert_int_equal(report.queue_entries_checked, 1);
}

/* --- seats ------------------------------------------------------------------------------------ */

static void set_seat(struct store_txn *txn, uint32_t index, struct seat seat)
{
    struct seat_block block;
    assert_true(seat_block_get(txn, SHOW, index / SEATS_PER_BLOCK, &block));
    seat_block_set(&block, index % SEATS_PER_BLOCK, seat);
    seat_block_put(txn, SHOW, index / SEATS_PER_BLOCK, &block);
}

static void free_sold_seat(struct store_txn *txn)
{
    set_seat(txn, 0, (struct seat){.state = SEAT_AVAILABLE});
}

static void sell_free_seat(struct store_txn *txn)
{
    set_seat(txn, 9, (struct seat){.state = SEAT_SOLD});
}

static void hold_free_seat(struct store_txn *txn)
{
    set_seat(txn, 9, (struct seat){.state = SEAT_HELD, .expires_at_ms = INT64_C(1) << 40});
}

static void reserve_again(struct store_txn *txn)
{
    struct reservation reservation;
    assert_true(reservation_get(txn, shop_id(PAID_ID), &reservation));
    reservation.id = shop_id(HELD_ID);
    reservation.status = RESERVATION_HELD;
    reservation_put(txn, &reservation);
}

static void miscount_remaining(struct store_txn *txn)
{
    struct performance_state performance_state;
    assert_true(performance_state_get(txn, SHOW, &performance_state));
    performance_state.remaining[1]++;
    performance_state_put(txn, &performance_state);
}

static void issue_second_ticket(struct store_txn *txn)
{
    struct ticket ticket = {0};
    assert_true(ticket_next_of_user(txn, USER, 0, &ticket));
    ticket.id += 3;
    tickets_put(txn, &ticket, 1);
}

static void a_sold_seat_that_came_back_is_found(void **state)
{
    shop_expect_found(*state, free_sold_seat, "paid-seat-not-sold");
}

static void a_seat_sold_to_nobody_is_found(void **state)
{
    shop_expect_found(*state, sell_free_seat, "sold-seat-without-reservation");
}

static void a_seat_held_for_nobody_is_found(void **state)
{
    shop_expect_found(*state, hold_free_seat, "held-seat-without-reservation");
}

static void a_seat_in_two_reservations_is_found(void **state)
{
    shop_expect_found(*state, reserve_again, "seat-in-two-reservations");
    shop_expect_found(*state, reserve_again, "live-reservation-without-seat");
    shop_expect_found(*state, reserve_again, "hold-without-timer");
}

static void a_wrong_count_of_seats_is_found(void **state)
{
    shop_expect_found(*state, miscount_remaining, "remaining-seats-miscounted");
}

static void a_second_ticket_for_a_seat_is_found(void **state)
{
    shop_expect_found(*state, issue_second_ticket, "sold-seat-without-one-ticket");
}

/* --- money ------------------------------------------------------------------------------------ */

static void give_money(struct store_txn *txn)
{
    wallet_put(txn, &(struct wallet){.user_id = USER, .balance = 999});
}

/* What wallet_put would not put. */
static void make_debt(struct store_txn *txn)
{
    struct key key = user_key(OTHER_USER, USER_WALLET);
    uint8_t bytes[wallet_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    wallet_pack(&value, &(struct wallet){.user_id = OTHER_USER, .balance = -1});
    record_put(txn, TREE_USERS, &key, &value);
}

static void lose_payment(struct store_txn *txn)
{
    struct reservation reservation;
    assert_true(reservation_get(txn, shop_id(PAID_ID), &reservation));
    memset(reservation.payment_id.bytes, 9, ID_BYTES);
    reservation_put(txn, &reservation);
}

static void money_from_nowhere_is_found(void **state)
{
    shop_expect_found(*state, give_money, "balance-not-sum-of-ledger");
    shop_expect_found(*state, give_money, "replay-gives-other-balance");
}

static void note_an_id_of_nothing(struct store_txn *txn)
{
    ledger_id_put(txn, (struct ledger_id){{0x77}}, USER);
}

static void an_id_that_stands_for_nothing_is_found(void **state)
{
    shop_expect_found(*state, note_an_id_of_nothing, "record-without-owner");
}

static void forget_an_id(struct store_txn *txn)
{
    struct ledger_id id;
    uint64_t user_id;
    struct key key = {0};
    assert_true(ledger_id_next(txn, (struct ledger_id){{0}}, &id, &user_id));
    key_add_id(&key, id.bytes);
    record_delete(txn, TREE_LEDGER_IDS, &key);
}

static void an_entry_whose_id_is_free_again_is_found(void **state)
{
    shop_expect_found(*state, forget_an_id, "ledger-entry-without-id");
}

static void a_negative_balance_is_found(void **state)
{
    shop_expect_found(*state, make_debt, "balance-out-of-range");
}

static void a_reservation_paid_by_nothing_is_found(void **state)
{
    shop_expect_found(*state, lose_payment, "paid-reservation-without-payment");
    shop_expect_found(*state, lose_payment, "payment-without-reservation");
}

/* --- queues ----------------------------------------------------------------------------------- */

static void lose_entry(struct store_txn *txn)
{
    struct queue queue;
    assert_true(queue_get(txn, CONCERT, &queue));
    queue.last_number = 2;
    queue_put(txn, &queue);
}

static void count_one_more(struct store_txn *txn)
{
    struct queue queue;
    assert_true(queue_get(txn, CONCERT, &queue));
    queue.waiting++;
    queue_put(txn, &queue);
}

static void rank_nobody(struct store_txn *txn)
{
    queue_rank_add(txn, CONCERT, 1);
}

static void forget_index(struct store_txn *txn)
{
    queue_user_delete(txn, CONCERT, USER);
}

static void revive_entry(struct store_txn *txn)
{
    struct queue_entry entry;
    assert_true(queue_entry_get(txn, CONCERT, 1, &entry));
    entry.status = QUEUE_ENTRY_ACTIVE;
    queue_entry_put(txn, &entry);
}

static void lower_cap(struct store_txn *txn)
{
    struct queue queue;
    assert_true(queue_get(txn, CONCERT, &queue));
    queue.policy.active_max = 0;
    queue_put(txn, &queue);
}

static void an_entry_that_vanished_is_found(void **state)
{
    shop_expect_found(*state, lose_entry, "replay-gives-other-queue-entry");
}

static void a_wrong_count_of_entries_is_found(void **state)
{
    shop_expect_found(*state, count_one_more, "queue-miscounted");
}

static void a_rank_of_nobody_is_found(void **state)
{
    shop_expect_found(*state, rank_nobody, "queue-rank-wrong");
}

static void an_entry_that_its_user_can_not_find_is_found(void **state)
{
    shop_expect_found(*state, forget_index, "queue-entry-not-indexed");
}

static void an_entry_with_a_status_of_no_event_is_found(void **state)
{
    shop_expect_found(*state, revive_entry, "replay-gives-other-queue-entry");
}

static void more_active_than_the_cap_is_found(void **state)
{
    shop_expect_found(*state, lower_cap, "queue-cap-exceeded");
}

/* --- events ----------------------------------------------------------------------------------- */

static void append(struct store_txn *txn, uint64_t gap, struct event event)
{
    event.number = meta_get(txn).last_event + 1 + gap;
    event_append(txn, &event);
}

static void skip_event(struct store_txn *txn)
{
    append(txn, 1, (struct event){.kind = EVENT_POLICY_SET, .concert_id = CONCERT});
}

static void turn_clock_back(struct store_txn *txn)
{
    append(txn, 0, (struct event){.kind = EVENT_POLICY_SET, .concert_id = CONCERT});
}

static void overtake(struct store_txn *txn)
{
    struct event event = {
        .kind = EVENT_QUEUE_ENTERED, .concert_id = CONCERT, .occurred_at_ms = meta_get(txn).now_ms};
    for (event.entry_number = 2; event.entry_number <= 3; event.entry_number++)
        append(txn, event.entry_number - 2, event);
    event.kind = EVENT_QUEUE_ADMITTED;
    event.entry_number = 3;
    append(txn, 2, event);

    struct queue queue;
    assert_true(queue_get(txn, CONCERT, &queue));
    queue.last_number = 3;
    queue_put(txn, &queue);
}

static void miscount_users(struct store_txn *txn)
{
    struct store_meta meta = meta_get(txn);
    meta.users++;
    meta_put(txn, &meta);
}

static void let_in_for_ever(struct store_txn *txn)
{
    struct queue_entry entry;
    struct timer_list timers;
    assert_true(queue_entry_get(txn, CONCERT, 1, &entry));
    entry.status = QUEUE_ENTRY_ACTIVE;
    queue_entry_put(txn, &entry);
    while (timer_list_first(txn, TIMER_ACTIVE, &timers))
        timer_list_delete(txn, &timers);
}

static void let_wait_for_ever(struct store_txn *txn)
{
    struct queue_entry entry;
    assert_true(queue_entry_get(txn, CONCERT, 1, &entry));
    entry.status = QUEUE_ENTRY_WAITING;
    queue_entry_put(txn, &entry);
}

static void an_entry_that_would_never_end_is_found(void **state)
{
    shop_expect_found(*state, let_wait_for_ever, "queue-entry-without-timer");
    shop_expect_found(*state, let_in_for_ever, "queue-entry-without-timer");
}

static void a_gap_in_the_events_is_found(void **state)
{
    shop_expect_found(*state, skip_event, "event-missing");
}

static void time_that_ran_backwards_is_found(void **state)
{
    shop_expect_found(*state, turn_clock_back, "time-ran-backwards");
}

static void an_entry_that_was_overtaken_is_found(void **state)
{
    shop_expect_found(*state, overtake, "queue-overtaken");
}

static void a_wrong_counter_is_found(void **state)
{
    shop_expect_found(*state, miscount_users, "counter-wrong");
}

#define CHECK_TEST(name)                                                                           \
    cmocka_unit_test_setup_teardown(name, open_sound_shop, shop_teardown_spoilt)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CHECK_TEST(a_sound_store_has_no_violation),
        CHECK_TEST(a_sold_seat_that_came_back_is_found),
        CHECK_TEST(a_seat_sold_to_nobody_is_found),
        CHECK_TEST(a_seat_held_for_nobody_is_found),
        CHECK_TEST(a_seat_in_two_reservations_is_found),
        CHECK_TEST(a_wrong_count_of_seats_is_found),
        CHECK_TEST(a_second_ticket_for_a_seat_is_found),
        CHECK_TEST(money_from_nowhere_is_found),
        CHECK_TEST(an_id_that_stands_for_nothing_is_found),
        CHECK_TEST(an_entry_whose_id_is_free_again_is_found),
        CHECK_TEST(a_negative_balance_is_found),
        CHECK_TEST(a_reservation_paid_by_nothing_is_found),
        CHECK_TEST(an_entry_that_vanished_is_found),
        CHECK_TEST(a_wrong_count_of_entries_is_found),
        CHECK_TEST(a_rank_of_nobody_is_found),
        CHECK_TEST(an_entry_that_its_user_can_not_find_is_found),
        CHECK_TEST(an_entry_with_a_status_of_no_event_is_found),
        CHECK_TEST(more_active_than_the_cap_is_found),
        CHECK_TEST(an_entry_that_would_never_end_is_found),
        CHECK_TEST(a_gap_in_the_events_is_found),
        CHECK_TEST(time_that_ran_backwards_is_found),
        CHECK_TEST(an_entry_that_was_overtaken_is_found),
        CHECK_TEST(a_wrong_counter_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
