#include "tests/store/fixture.h"

#include <string.h>

/* More than a transaction keeps. */
enum { RESERVATIONS = 5000, LARGE_PRIME = 7919 };

/* In an order as good as random, each once. */
static uint64_t nth(uint64_t i)
{
    return i * LARGE_PRIME % RESERVATIONS + 1;
}

static struct reservation reservation_of(uint64_t number, int64_t total_price)
{
    struct reservation reservation = {.user_id = number,
                                      .concert_id = 1,
                                      .performance_id = 2,
                                      .status = RESERVATION_HELD,
                                      .seats_count = 1,
                                      .total_price = total_price};
    for (unsigned i = 0; i < 8; i++)
        reservation.id.bytes[i] = (uint8_t)(number >> 8 * (7 - i));
    return reservation;
}

static void put(struct store_txn *txn, uint64_t number, int64_t total_price)
{
    struct reservation reservation = reservation_of(number, total_price);
    reservation_put(txn, &reservation);
}

static int64_t price_of(struct store_txn *txn, uint64_t number)
{
    struct reservation found, wanted = reservation_of(number, 0);
    if (!reservation_get(txn, wanted.id, &found)) return -1;
    assert_memory_equal(found.id.bytes, wanted.id.bytes, ID_BYTES);
    assert_int_equal(found.user_id, number);
    return found.total_price;
}

static void check_listed(struct store_txn *txn, uint64_t count, int64_t total_price)
{
    struct reservation reservation = {.id = {{0}}};
    uint64_t listed = 0;
    for (; reservation_next(txn, reservation.id, &reservation); listed++) {
        assert_int_equal(reservation.user_id, listed + 1);
        assert_int_equal(reservation.total_price, total_price);
    }
    assert_int_equal(listed, count);
}

static void put_all(struct store_txn *txn)
{
    for (uint64_t i = 0; i < RESERVATIONS; i++) {
        assert_int_equal(price_of(txn, nth(i)), -1);
        put(txn, nth(i), 7);
        assert_int_equal(price_of(txn, nth(i)), 7);
        assert_int_equal(price_of(txn, nth(i / 2)), 7);
    }
}

static void check_all(struct store_txn *txn)
{
    check_listed(txn, RESERVATIONS, 7);
    assert_int_equal(price_of(txn, RESERVATIONS + 1), -1);
}

static void reservations_put_in_any_order_come_back(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_all, check_all});
}

static void put_again(struct store_txn *txn)
{
    put_all(txn);
    check_listed(txn, RESERVATIONS, 7);
    for (uint64_t i = 0; i < RESERVATIONS; i++) {
        put(txn, nth(i), 8);
        put(txn, nth(i), 9);
        assert_int_equal(price_of(txn, nth(i)), 9);
    }
    check_listed(txn, RESERVATIONS, 9);
}

static void check_again(struct store_txn *txn)
{
    check_listed(txn, RESERVATIONS, 9);
}

static void the_last_put_of_a_reservation_counts(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_again, check_again});
}

static enum status put_odd(struct store_txn *txn, void *context)
{
    const int64_t *total_price = context;
    for (uint64_t number = 1; number <= 1000; number += 2)
        put(txn, number, *total_price);
    return *total_price > 0 ? STATUS_OK : STATUS_NOT_YET;
}

static enum status put_rest(struct store_txn *txn, void *context)
{
    const int64_t *total_price = context;
    for (uint64_t number = 1; number <= 1000; number++) {
        assert_int_equal(price_of(txn, number), number % 2 == 1 ? *total_price : -1);
        if (number % 2 == 0) put(txn, number, *total_price);
    }
    return STATUS_OK;
}

static enum status check_thousand(struct store_txn *txn, void *context)
{
    const int64_t *total_price = context;
    check_listed(txn, 1000, *total_price);
    return store_txn_failure(txn);
}

static void reservations_of_earlier_writes_are_seen_and_those_given_up_are_not(void **state)
{
    struct fixture *fixture = *state;
    int64_t given_up = 0, total_price = 5;
    assert_int_equal(store_write(fixture->store, put_odd, &given_up), STATUS_NOT_YET);
    assert_int_equal(store_write(fixture->store, put_odd, &total_price), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_odd, &given_up), STATUS_NOT_YET);
    assert_int_equal(store_write(fixture->store, put_rest, &total_price), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_thousand, &total_price), STATUS_OK);
}

static void put_greatest(struct store_txn *txn)
{
    struct reservation reservation = reservation_of(1, 3);
    put(txn, 1, 3);
    memset(reservation.id.bytes, UINT8_MAX, ID_BYTES);
    assert_false(reservation_get(txn, reservation.id, &reservation));
    reservation_put(txn, &reservation);
    put(txn, 2, 3);
}

static void check_greatest(struct store_txn *txn)
{
    struct reservation reservation;
    struct reservation_id greatest;
    memset(greatest.bytes, UINT8_MAX, ID_BYTES);
    assert_int_equal(price_of(txn, 1), 3);
    assert_int_equal(price_of(txn, 2), 3);
    assert_true(reservation_get(txn, greatest, &reservation));
}

static void the_greatest_id_of_all_is_no_exception(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_greatest, check_greatest});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(reservations_put_in_any_order_come_back),
        FIXTURE_TEST(the_last_put_of_a_reservation_counts),
        FIXTURE_TEST(reservations_of_earlier_writes_are_seen_and_those_given_up_are_not),
        FIXTURE_TEST(the_greatest_id_of_all_is_no_exception),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
