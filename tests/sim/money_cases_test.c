/* money_cases_test.c -- What systems with a wallet get wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "tests/sim/desk.h"

enum { CHARGES = 100 };

static void many_charges_in_one_batch_all_count(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__ChargeBalanceRequest requests[CHARGES];
    struct desk_call calls[CHARGES];
    int64_t sum = 0;
    for (uint8_t i = 0; i < CHARGES; i++) {
        requests[i] = (Onsale__V1__ChargeBalanceRequest)ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
        requests[i].user_id = 1;
        requests[i].charge_id = desk_id(desk, i);
        requests[i].amount = i + 1;
        sum += i + 1;
        calls[i] = (struct desk_call){.method = "onsale.v1.WalletService/ChargeBalance",
                                      .request = &requests[i].base};
    }
    desk_call_together(desk, calls, CHARGES);
    for (int i = 0; i < CHARGES; i++)
        assert_int_equal(calls[i].status, STATUS_OK);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE + sum);
}

static void a_charge_that_is_repeated_counts_once(void **state)
{
    struct desk *desk = *state;
    for (int i = 0; i < 3; i++)
        assert_int_equal(desk_charge(desk, 1, 1, 5000), STATUS_OK);
    assert_int_equal(desk_charge(desk, 1, 1, 5001), STATUS_ID_REUSED);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE + 5000);
}

static enum status charge_by(struct desk *desk, uint64_t user_id, ProtobufCBinaryData id)
{
    Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    req.user_id = user_id;
    req.charge_id = id;
    req.amount = 5000;
    return desk_call(desk, "onsale.v1.WalletService/ChargeBalance", &req.base);
}

static enum status pay_by(struct desk *desk, uint64_t user_id, uint8_t reservation,
                          ProtobufCBinaryData id)
{
    Onsale__V1__PayReservationRequest req = ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    req.user_id = user_id;
    req.reservation_id = desk_id(desk, reservation);
    req.payment_id = id;
    return desk_call(desk, "onsale.v1.PaymentService/PayReservation", &req.base);
}

static void an_id_of_a_charge_or_a_payment_is_one_for_all_users(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData charge = desk_id(desk, 7), payment = desk_id(desk, 3);
    assert_int_equal(desk_hold(desk, desk_enter(desk, 1, DESK_CONCERT), 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_hold(desk, desk_enter(desk, 2, DESK_CONCERT), 2, 1, 1), STATUS_OK);
    assert_int_equal(charge_by(desk, 1, charge), STATUS_OK);
    assert_int_equal(charge_by(desk, 2, charge), STATUS_ID_REUSED);
    assert_int_equal(pay_by(desk, 2, 2, charge), STATUS_ID_REUSED);
    assert_int_equal(pay_by(desk, 1, 1, payment), STATUS_OK);
    assert_int_equal(pay_by(desk, 2, 2, payment), STATUS_ID_REUSED);
    assert_int_equal(charge_by(desk, 2, payment), STATUS_ID_REUSED);
    assert_int_equal(desk_balance(desk, 2), DESK_BALANCE);
    world_crash(&desk->world);
    assert_int_equal(pay_by(desk, 2, 2, payment), STATUS_ID_REUSED);
    assert_int_equal(pay_by(desk, 1, 1, payment), STATUS_OK); /* a repeat */
    assert_int_equal(charge_by(desk, 1, charge), STATUS_OK);  /* likewise */
    assert_int_equal(pay_by(desk, 2, 2, desk_id(desk, 99)), STATUS_OK);
}

static void of_two_users_with_one_id_in_a_batch_the_first_has_it(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__ChargeBalanceRequest requests[2];
    struct desk_call calls[2];
    for (uint64_t i = 0; i < 2; i++) {
        requests[i] = (Onsale__V1__ChargeBalanceRequest)ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
        requests[i].user_id = i + 1;
        requests[i].charge_id = desk_id(desk, 200);
        requests[i].amount = 1;
        calls[i] = (struct desk_call){.method = "onsale.v1.WalletService/ChargeBalance",
                                      .request = &requests[i].base};
    }
    desk_call_together(desk, calls, 2);
    assert_int_equal(calls[0].status, STATUS_OK);
    assert_int_equal(calls[1].status, STATUS_ID_REUSED);
}

static void amounts_that_are_not_positive_or_too_large_change_nothing(void **state)
{
    struct desk *desk = *state;
    const int64_t wrong[] = {0, -1, INT64_MIN, CHARGE_AMOUNT_MAX + 1, INT64_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(desk_charge(desk, 1, 1, wrong[i]), STATUS_AMOUNT_INVALID);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE);
}

/* The largest charges, until one does not fit. */
static void a_balance_does_not_overflow(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    req.user_id = 1;
    req.amount = CHARGE_AMOUNT_MAX;
    int64_t balance = DESK_BALANCE;
    uint32_t number = 0;
    for (; balance + CHARGE_AMOUNT_MAX <= BALANCE_MAX; balance += CHARGE_AMOUNT_MAX) {
        uint8_t id[ID_BYTES] = {2, (uint8_t)(number >> 8), (uint8_t)number};
        number++;
        req.charge_id = message_bytes(&desk->arena, id, sizeof id);
        assert_int_equal(desk_call(desk, "onsale.v1.WalletService/ChargeBalance", &req.base),
                         STATUS_OK);
    }
    assert_int_equal(desk_charge(desk, 1, 1, CHARGE_AMOUNT_MAX), STATUS_BALANCE_OVERFLOW);
    assert_int_equal(desk_charge(desk, 1, 1, BALANCE_MAX - balance + 1), STATUS_BALANCE_OVERFLOW);
    assert_int_equal(desk_balance(desk, 1), balance);
    assert_int_equal(desk_charge(desk, 1, 1, BALANCE_MAX - balance), STATUS_OK);
    assert_int_equal(desk_balance(desk, 1), BALANCE_MAX);
}

static void a_payment_that_is_repeated_debits_once(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 2), STATUS_OK);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    int64_t balance = desk_balance(desk, 1);
    assert_true(balance < DESK_BALANCE);
    desk_sleep(desk, DESK_HOLD_MS);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    assert_int_equal(desk_balance(desk, 1), balance);

    Onsale__V1__ListTicketsRequest req = ONSALE__V1__LIST_TICKETS_REQUEST__INIT;
    req.user_id = 1;
    const Onsale__V1__ListTicketsResponse *tickets =
        desk_ask(desk, "onsale.v1.PaymentService/ListTickets", &req.base);
    assert_int_equal(tickets->n_tickets, 2);
}

static void too_little_money_leaves_the_hold_as_it_was(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__CreateUserRequest poor = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    poor.user_id = DESK_USERS + 1;
    assert_int_equal(desk_call(desk, "onsale.v1.AdminService/CreateUser", &poor.base), STATUS_OK);
    ProtobufCBinaryData token = desk_enter(desk, poor.user_id, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_pay(desk, poor.user_id, 1), STATUS_INSUFFICIENT_BALANCE);
    assert_int_equal(desk_seat_state(desk, token, 0), ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD);
    assert_int_equal(desk_charge(desk, poor.user_id, 1, DESK_BALANCE), STATUS_OK);
    assert_int_equal(desk_pay(desk, poor.user_id, 1), STATUS_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(many_charges_in_one_batch_all_count),
        CASE(a_charge_that_is_repeated_counts_once),
        CASE(an_id_of_a_charge_or_a_payment_is_one_for_all_users),
        CASE(of_two_users_with_one_id_in_a_batch_the_first_has_it),
        CASE(amounts_that_are_not_positive_or_too_large_change_nothing),
        CASE(a_balance_does_not_overflow),
        CASE(a_payment_that_is_repeated_debits_once),
        CASE(too_little_money_leaves_the_hold_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
