#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/catalog.h"
#include "model/reservation.h"
#include "model/seat.h"

enum { NOW = 1000 * 1000, LATER = NOW + 5000 };

static struct seat seat_of(enum seat_state seat_state, unix_ms expires_at_ms)
{
    return (struct seat){.state = seat_state, .tier = 3, .expires_at_ms = expires_at_ms};
}

static void a_seat_is_packed_and_unpacked_over_its_whole_range(void **state)
{
    (void)state;
    static const unix_ms ends[] = {0, 1, 1700000000000, SEAT_END_MS_MAX};
    for (unsigned seat_state = SEAT_AVAILABLE; seat_state <= SEAT_BLOCKED; seat_state++) {
        for (uint8_t tier = 0; tier < TIERS_PER_PERFORMANCE_MAX; tier++) {
            for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
                struct seat seat = {seat_state, tier, ends[i]};
                struct seat unpacked = seat_unpack(seat_pack(seat));
                assert_int_equal(unpacked.state, seat.state);
                assert_int_equal(unpacked.tier, seat.tier);
                assert_int_equal(unpacked.expires_at_ms, seat.expires_at_ms);
            }
        }
    }
}

static void a_hold_ends_at_its_very_instant(void **state)
{
    (void)state;
    struct seat seat = seat_of(SEAT_HELD, NOW);
    assert_int_equal(seat_state_at(seat, NOW - 1), SEAT_HELD);
    assert_int_equal(seat_state_at(seat, NOW), SEAT_AVAILABLE);
    assert_int_equal(seat_state_at(seat, NOW + 1), SEAT_AVAILABLE);
}

static void a_sold_or_blocked_seat_never_comes_back_by_itself(void **state)
{
    (void)state;
    assert_int_equal(seat_state_at(seat_of(SEAT_SOLD, 0), UNIX_MS_NEVER), SEAT_SOLD);
    assert_int_equal(seat_state_at(seat_of(SEAT_BLOCKED, 0), UNIX_MS_NEVER), SEAT_BLOCKED);
}

static void free_seats_are_held_together(void **state)
{
    (void)state;
    struct seat seats[SEATS_PER_HOLD_MAX];
    size_t taken[SEATS_PER_HOLD_MAX], taken_count = 99;
    for (size_t i = 0; i < SEATS_PER_HOLD_MAX; i++)
        seats[i] = i % 2 == 0 ? seat_of(SEAT_AVAILABLE, 0) : seat_of(SEAT_HELD, NOW);
    assert_int_equal(seats_hold(seats, SEATS_PER_HOLD_MAX, NOW, LATER, taken, &taken_count),
                     STATUS_OK);
    assert_int_equal(taken_count, 99);
    for (size_t i = 0; i < SEATS_PER_HOLD_MAX; i++) {
        assert_int_equal(seats[i].state, SEAT_HELD);
        assert_int_equal(seats[i].expires_at_ms, LATER);
        assert_int_equal(seats[i].tier, 3);
    }
}

static void taken_seats_are_named_and_none_is_held(void **state)
{
    (void)state;
    struct seat seats[] = {seat_of(SEAT_AVAILABLE, 0), seat_of(SEAT_HELD, NOW + 1),
                           seat_of(SEAT_AVAILABLE, 0), seat_of(SEAT_SOLD, 0),
                           seat_of(SEAT_BLOCKED, 0)};
    size_t taken[SEATS_PER_HOLD_MAX], taken_count;
    assert_int_equal(seats_hold(seats, 5, NOW, LATER, taken, &taken_count), STATUS_SEAT_TAKEN);
    assert_int_equal(taken_count, 3);
    assert_int_equal(taken[0], 1);
    assert_int_equal(taken[1], 3);
    assert_int_equal(taken[2], 4);
    assert_int_equal(seats[0].state, SEAT_AVAILABLE);
    assert_int_equal(seats[2].state, SEAT_AVAILABLE);
    assert_int_equal(seats[1].expires_at_ms, NOW + 1);
}

static void a_seat_knows_whose_hold_it_is_by_its_end(void **state)
{
    (void)state;
    assert_true(seat_is_held_until(seat_of(SEAT_HELD, LATER), LATER));
    assert_false(seat_is_held_until(seat_of(SEAT_HELD, LATER + 1), LATER));
    assert_false(seat_is_held_until(seat_of(SEAT_SOLD, LATER), LATER));
    assert_false(seat_is_held_until(seat_of(SEAT_AVAILABLE, 0), 0));
}

static struct reservation reservation_of(enum reservation_status status)
{
    return (struct reservation){.user_id = 7,
                                .performance_id = 2,
                                .status = status,
                                .seats_count = 2,
                                .seat_indexes = {10, 11},
                                .expires_at_ms = NOW};
}

static void a_held_reservation_expires_at_its_very_instant(void **state)
{
    (void)state;
    struct reservation held = reservation_of(RESERVATION_HELD);
    assert_int_equal(reservation_status_at(&held, NOW - 1), RESERVATION_HELD);
    assert_int_equal(reservation_status_at(&held, NOW), RESERVATION_EXPIRED);
    assert_int_equal(reservation_status_at(&held, NOW + 1), RESERVATION_EXPIRED);
}

static void paid_and_cancelled_reservations_never_expire(void **state)
{
    (void)state;
    struct reservation paid = reservation_of(RESERVATION_PAID);
    struct reservation cancelled = reservation_of(RESERVATION_CANCELLED);
    assert_int_equal(reservation_status_at(&paid, UNIX_MS_NEVER), RESERVATION_PAID);
    assert_int_equal(reservation_status_at(&cancelled, UNIX_MS_NEVER), RESERVATION_CANCELLED);
}

static void a_reservation_can_be_paid_until_just_before_its_end(void **state)
{
    (void)state;
    struct reservation held = reservation_of(RESERVATION_HELD);
    struct reservation expired = reservation_of(RESERVATION_EXPIRED);
    struct reservation paid = reservation_of(RESERVATION_PAID);
    struct reservation cancelled = reservation_of(RESERVATION_CANCELLED);
    assert_int_equal(reservation_check_payable(&held, NOW - 1), STATUS_OK);
    assert_int_equal(reservation_check_payable(&held, NOW), STATUS_HOLD_EXPIRED);
    assert_int_equal(reservation_check_payable(&expired, NOW - 1), STATUS_HOLD_EXPIRED);
    assert_int_equal(reservation_check_payable(&paid, NOW - 1), STATUS_RESERVATION_PAID);
    assert_int_equal(reservation_check_payable(&cancelled, NOW - 1), STATUS_RESERVATION_CANCELLED);
}

static void a_reservation_can_be_cancelled_until_just_before_its_end(void **state)
{
    (void)state;
    struct reservation held = reservation_of(RESERVATION_HELD);
    struct reservation expired = reservation_of(RESERVATION_EXPIRED);
    struct reservation paid = reservation_of(RESERVATION_PAID);
    struct reservation cancelled = reservation_of(RESERVATION_CANCELLED);
    assert_int_equal(reservation_check_cancellable(&held, NOW - 1), STATUS_OK);
    assert_int_equal(reservation_check_cancellable(&held, NOW), STATUS_HOLD_EXPIRED);
    assert_int_equal(reservation_check_cancellable(&expired, NOW - 1), STATUS_HOLD_EXPIRED);
    assert_int_equal(reservation_check_cancellable(&paid, NOW), STATUS_RESERVATION_PAID);
    assert_int_equal(reservation_check_cancellable(&cancelled, UNIX_MS_NEVER), STATUS_OK);
}

static void a_repeated_request_is_the_same_in_every_part(void **state)
{
    (void)state;
    struct reservation held = reservation_of(RESERVATION_HELD);
    const uint32_t same[] = {10, 11}, swapped[] = {11, 10}, more[] = {10, 11, 12};
    assert_true(reservation_is_same_request(&held, 7, 2, same, 2));
    assert_false(reservation_is_same_request(&held, 8, 2, same, 2));
    assert_false(reservation_is_same_request(&held, 7, 3, same, 2));
    assert_false(reservation_is_same_request(&held, 7, 2, same, 1));
    assert_false(reservation_is_same_request(&held, 7, 2, swapped, 2));
    assert_false(reservation_is_same_request(&held, 7, 2, more, 3));
}

static void a_sale_is_open_from_its_first_to_before_its_last_instant(void **state)
{
    (void)state;
    struct performance performance = {.sale_opens_at_ms = NOW, .sale_closes_at_ms = LATER};
    assert_int_equal(performance_check_on_sale(&performance, NOW - 1), STATUS_SALE_NOT_OPEN);
    assert_int_equal(performance_check_on_sale(&performance, NOW), STATUS_OK);
    assert_int_equal(performance_check_on_sale(&performance, LATER - 1), STATUS_OK);
    assert_int_equal(performance_check_on_sale(&performance, LATER), STATUS_SALE_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_seat_is_packed_and_unpacked_over_its_whole_range),
        cmocka_unit_test(a_hold_ends_at_its_very_instant),
        cmocka_unit_test(a_sold_or_blocked_seat_never_comes_back_by_itself),
        cmocka_unit_test(free_seats_are_held_together),
        cmocka_unit_test(taken_seats_are_named_and_none_is_held),
        cmocka_unit_test(a_seat_knows_whose_hold_it_is_by_its_end),
        cmocka_unit_test(a_held_reservation_expires_at_its_very_instant),
        cmocka_unit_test(paid_and_cancelled_reservations_never_expire),
        cmocka_unit_test(a_reservation_can_be_paid_until_just_before_its_end),
        cmocka_unit_test(a_reservation_can_be_cancelled_until_just_before_its_end),
        cmocka_unit_test(a_repeated_request_is_the_same_in_every_part),
        cmocka_unit_test(a_sale_is_open_from_its_first_to_before_its_last_instant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
