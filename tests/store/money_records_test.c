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

/* --- wallets ---------------------------------------------------------------------------------- */

static void put_wallets(struct store_txn *txn)
{
    wallet_put(txn, &(struct wallet){.user_id = USER_ID_MAX, .balance = BALANCE_MAX});
    wallet_put(txn, &(struct wallet){.user_id = 1, .balance = 5});
    wallet_put(txn, &(struct wallet){.user_id = 1, .is_blocked = true});
}

static void check_wallets(struct store_txn *txn)
{
    struct wallet wallet;
    assert_true(wallet_get(txn, 1, &wallet));
    assert_int_equal(wallet.balance, 0);
    assert_true(wallet.is_blocked);
    assert_false(wallet_get(txn, 2, &wallet));
    assert_true(wallet_next(txn, 0, &wallet));
    assert_int_equal(wallet.user_id, 1);
    assert_true(wallet_next(txn, 1, &wallet));
    assert_int_equal(wallet.user_id, USER_ID_MAX);
    assert_int_equal(wallet.balance, BALANCE_MAX);
    assert_false(wallet.is_blocked);
    assert_false(wallet_next(txn, USER_ID_MAX, &wallet));
}

static void wallets_come_back_in_order(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_wallets, check_wallets});
}

/* --- ledger ----------------------------------------------------------------------------------- */

static struct ledger_entry make_ledger(uint64_t user_id, struct ledger_id id)
{
    struct ledger_entry entry;
    memset(&entry, 0, sizeof entry);
    entry.user_id = user_id;
    entry.id = id;
    entry.kind = LEDGER_PAYMENT;
    entry.amount = INT64_MIN;
    entry.balance_after = INT64_MAX;
    entry.created_at_ms = -1;
    entry.reservation_id = reservation_id_of(3, 4);
    entry.first_ticket = UINT64_MAX;
    entry.tickets_count = UINT32_MAX;
    return entry;
}

static void put_ledgers(struct store_txn *txn)
{
    struct ledger_entry entries[] = {
        make_ledger(1, ledger_id_of(0, 1)),
        make_ledger(1, ledger_id_of(0xff, 0xff)),
        make_ledger(2, ledger_id_of(0, 1)),
    };
    for (size_t i = 0; i < 3; i++)
        ledger_put(txn, &entries[i]);
}

static void check_ledgers(struct store_txn *txn)
{
    struct ledger_entry wanted = make_ledger(2, ledger_id_of(0, 1)), found;
    memset(&found, 0, sizeof found);
    assert_true(ledger_get(txn, 2, ledger_id_of(0, 1), &found));
    assert_memory_equal(&found, &wanted, sizeof found);
    assert_false(ledger_get(txn, 2, ledger_id_of(0, 2), &found));
    assert_true(ledger_next_of_user(txn, 1, ledger_id_of(0, 0), &found));
    assert_memory_equal(found.id.bytes, ledger_id_of(0, 1).bytes, ID_BYTES);
    assert_true(ledger_next_of_user(txn, 1, ledger_id_of(0, 1), &found));
    assert_memory_equal(found.id.bytes, ledger_id_of(0xff, 0xff).bytes, ID_BYTES);
    assert_false(ledger_next_of_user(txn, 1, ledger_id_of(0xff, 0xff), &found));
    assert_false(ledger_next_of_user(txn, 2, ledger_id_of(0, 1), &found));
}

static void ledger_entries_of_a_user_are_listed_without_others(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_ledgers, check_ledgers});
}

static struct ledger_entry make_charge(void)
{
    struct ledger_entry entry;
    memset(&entry, 0, sizeof entry);
    entry.user_id = 1;
    entry.id = ledger_id_of(1, 1);
    entry.kind = LEDGER_CHARGE;
    entry.amount = CHARGE_AMOUNT_MAX;
    entry.balance_after = BALANCE_MAX;
    entry.created_at_ms = INT64_MAX;
    return entry;
}

static void put_charge(struct store_txn *txn)
{
    struct ledger_entry entry = make_charge();
    ledger_put(txn, &entry);
}

static void check_charge(struct store_txn *txn)
{
    struct ledger_entry wanted = make_charge(), found;
    memset(&found, 0xff, sizeof found); /* what a charge does not have comes back as zeros */
    assert_true(ledger_get(txn, 1, wanted.id, &found));
    assert_memory_equal(found.reservation_id.bytes, wanted.reservation_id.bytes, ID_BYTES);
    assert_true(found.first_ticket == 0);
    assert_int_equal(found.tickets_count, 0);
    assert_true(found.amount == wanted.amount);
    assert_true(found.balance_after == wanted.balance_after);
    assert_true(found.created_at_ms == wanted.created_at_ms);
}

static void a_charge_comes_back_without_a_reservation(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_charge, check_charge});
}

/* --- tickets ---------------------------------------------------------------------------------- */

static struct ticket make_ticket(uint64_t user_id, uint64_t id)
{
    struct ticket ticket;
    memset(&ticket, 0, sizeof ticket);
    ticket.id = id;
    ticket.user_id = user_id;
    ticket.concert_id = UINT32_MAX;
    ticket.performance_id = UINT32_MAX - 1;
    ticket.seat_index = UINT32_MAX - 2;
    ticket.tier = TIERS_PER_PERFORMANCE_MAX - 1;
    ticket.price = INT64_MAX;
    ticket.payment_id = ledger_id_of(5, 6);
    ticket.reservation_id = reservation_id_of(7, 8);
    ticket.issued_at_ms = INT64_MIN;
    return ticket;
}

static void put_tickets(struct store_txn *txn)
{
    struct ticket tickets[] = {make_ticket(1, 1), make_ticket(1, UINT64_MAX), make_ticket(2, 2)};
    for (size_t i = 0; i < 3; i++)
        tickets_put(txn, &tickets[i], 1);
}

static void check_tickets(struct store_txn *txn)
{
    struct ticket wanted = make_ticket(1, UINT64_MAX), found;
    memset(&found, 0, sizeof found);
    assert_true(ticket_get(txn, 1, UINT64_MAX, &found));
    assert_memory_equal(&found, &wanted, sizeof found);
    assert_false(ticket_get(txn, 1, 2, &found)); /* which is another's */
    assert_true(ticket_next_of_user(txn, 1, 0, &found));
    assert_int_equal(found.id, 1);
    assert_true(ticket_next_of_user(txn, 1, 1, &found));
    assert_memory_equal(&found, &wanted, sizeof found);
    assert_false(ticket_next_of_user(txn, 1, UINT64_MAX, &found));
}

static void tickets_of_a_user_are_listed_without_others(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_tickets, check_tickets});
}

enum { SEATS = 3, FIRST = 10 };

static void put_packs(struct store_txn *txn)
{
    struct ticket tickets[SEATS_PER_HOLD_MAX];
    for (uint32_t i = 0; i < SEATS_PER_HOLD_MAX; i++) {
        tickets[i] = make_ticket(1, FIRST + i);
        tickets[i].seat_index = i;
        tickets[i].tier = (uint8_t)i;
        tickets[i].price = i;
    }
    tickets_put(txn, tickets, SEATS);
    tickets_put(txn, tickets + SEATS, SEATS_PER_HOLD_MAX - SEATS);
    tickets_put(txn, &(struct ticket){.id = FIRST - 1, .user_id = 2}, 1);
    tickets_put(txn, &(struct ticket){.id = FIRST + SEATS_PER_HOLD_MAX, .user_id = 2}, 1);
}

static void check_packs(struct store_txn *txn)
{
    struct ticket wanted, found = {0};
    memset(&found, 0, sizeof found);
    for (uint32_t i = 0; i < SEATS_PER_HOLD_MAX; i++) {
        wanted = make_ticket(1, FIRST + i);
        wanted.seat_index = i;
        wanted.tier = (uint8_t)i;
        wanted.price = i;
        assert_true(ticket_next_of_user(txn, 1, found.id, &found));
        assert_memory_equal(&found, &wanted, sizeof found);
        memset(&found, 0, sizeof found);
        assert_true(ticket_get(txn, 1, FIRST + i, &found));
        assert_memory_equal(&found, &wanted, sizeof found);
    }
    assert_false(ticket_next_of_user(txn, 1, found.id, &wanted));
    assert_false(ticket_get(txn, 1, FIRST - 1, &wanted));
    assert_false(ticket_get(txn, 1, FIRST + SEATS_PER_HOLD_MAX, &wanted));
    assert_true(ticket_next_of_user(txn, 2, FIRST - 1, &found));
    assert_int_equal(found.id, FIRST + SEATS_PER_HOLD_MAX);
}

static void tickets_of_a_payment_are_found_one_by_one(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_packs, check_packs});
}

/* --- all of them ------------------------------------------------------------------------------ */

/* All kinds of two neighbours, in one tree. */
static void put_neighbours(struct store_txn *txn)
{
    for (uint64_t user = 1; user <= 2; user++) {
        struct ticket ticket = make_ticket(user, 1);
        struct ledger_entry entry = {
            .user_id = user, .id = ledger_id_of(0, 1), .kind = LEDGER_CHARGE, .amount = 1};
        tickets_put(txn, &ticket, 1);
        ledger_put(txn, &entry);
        wallet_put(txn, &(struct wallet){.user_id = user, .balance = (int64_t)user});
    }
}

static void check_neighbours(struct store_txn *txn)
{
    struct wallet wallet = {0};
    struct ledger_entry entry;
    struct ticket ticket;
    for (uint64_t user = 1; user <= 2; user++) {
        assert_true(wallet_next(txn, user - 1, &wallet));
        assert_int_equal(wallet.user_id, user);
        assert_int_equal(wallet.balance, user);
        assert_true(ledger_next_of_user(txn, user, ledger_id_of(0, 0), &entry));
        assert_int_equal(entry.user_id, user);
        assert_false(ledger_next_of_user(txn, user, entry.id, &entry));
        assert_true(ticket_next_of_user(txn, user, 0, &ticket));
        assert_int_equal(ticket.user_id, user);
        assert_false(ticket_next_of_user(txn, user, 1, &ticket));
    }
    assert_false(wallet_next(txn, 2, &wallet));
    assert_false(wallet_next(txn, UINT64_MAX, &wallet));
}

static void what_belongs_to_users_does_not_meet(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_neighbours, check_neighbours});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(wallets_come_back_in_order),
        FIXTURE_TEST(ledger_entries_of_a_user_are_listed_without_others),
        FIXTURE_TEST(tickets_of_a_user_are_listed_without_others),
        FIXTURE_TEST(a_charge_comes_back_without_a_reservation),
        FIXTURE_TEST(tickets_of_a_payment_are_found_one_by_one),
        FIXTURE_TEST(what_belongs_to_users_does_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
