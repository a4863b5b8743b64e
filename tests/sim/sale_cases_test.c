/* sale_cases_test.c -- What systems that sell seats get wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

#define AVAILABLE ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE
#define HELD ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD
#define SOLD ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD

/* --- The deadline ----------------------------------------------------------------------------- */

static void a_paid_seat_never_returns_to_sale_when_the_sweeper_passes(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 2), STATUS_OK);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    for (int i = 0; i < 3; i++) {
        desk_sleep(desk, DESK_HOLD_MS);
        desk_sweep(desk);
        ProtobufCBinaryData rival = desk_enter(desk, 2, DESK_CONCERT);
        assert_int_equal(desk_seat_state(desk, rival, 0), SOLD);
        assert_int_equal(desk_seat_state(desk, rival, 1), SOLD);
        assert_int_equal(desk_hold(desk, rival, 2, 1, 1), STATUS_SEAT_TAKEN);
    }
}

static void paying_a_millisecond_before_the_deadline_succeeds(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    desk_sleep(desk, DESK_HOLD_MS - 1);
    desk_sweep(desk);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
}

static void paying_at_the_deadline_is_refused_though_nobody_swept(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    desk_sleep(desk, DESK_HOLD_MS);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_HOLD_EXPIRED);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE);
}

static void paying_after_the_sweeper_is_refused_the_same_way(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    desk_sleep(desk, DESK_HOLD_MS);
    desk_sweep(desk);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_HOLD_EXPIRED);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE);
}

static void a_seat_is_free_at_the_very_instant_its_hold_ends(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    desk_sleep(desk, DESK_HOLD_MS - 1);
    ProtobufCBinaryData rival = desk_enter(desk, 2, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, rival, 2, 0, 1), STATUS_SEAT_TAKEN);
    desk_sleep(desk, 1);
    assert_int_equal(desk_seat_state(desk, rival, 0), AVAILABLE);
    assert_int_equal(desk_hold(desk, rival, 2, 0, 1), STATUS_OK);
    assert_int_equal(desk_seat_state(desk, rival, 0), HELD);
}

/* --- Rivals ----------------------------------------------------------------------------------- */

static void overlapping_holds_in_opposite_orders_neither_deadlock_nor_split(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__HoldSeatsRequest *upwards =
        desk_hold_request(desk, desk_enter(desk, 1, DESK_CONCERT), 1, 0, 4);
    Onsale__V1__HoldSeatsRequest *downwards =
        desk_hold_request(desk, desk_enter(desk, 2, DESK_CONCERT), 2, 2, 4);
    for (size_t i = 0; i < 4; i++)
        downwards->seat_indexes[i] = 5 - (uint32_t)i;
    struct desk_call calls[] = {
        {.method = "onsale.v1.ReservationService/HoldSeats", .request = &upwards->base},
        {.method = "onsale.v1.ReservationService/HoldSeats", .request = &downwards->base},
    };
    desk_call_together(desk, calls, 2);
    assert_int_equal(calls[0].status, STATUS_OK);
    assert_int_equal(calls[1].status, STATUS_SEAT_TAKEN);

    const Onsale__V1__SeatsTaken *taken = message_unpack(
        &desk->arena, &onsale__v1__seats_taken__descriptor, calls[1].result->details[0]->value);
    assert_int_equal(taken->n_seats, 2);
    assert_int_equal(taken->seats[0]->seat_index, 3);
    assert_int_equal(taken->seats[1]->seat_index, 2);
    for (uint32_t seat = 0; seat < 6; seat++)
        assert_int_equal(desk_seat_state(desk, upwards->token, seat), seat < 4 ? HELD : AVAILABLE);
}

static void the_purchase_limit_holds_across_the_holds_of_one_batch(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    struct desk_call calls[3];
    for (uint8_t i = 0; i < 3; i++)
        calls[i] = (struct desk_call){
            .method = "onsale.v1.ReservationService/HoldSeats",
            .request = &desk_hold_request(desk, token, (uint8_t)(i + 1), 2U * i, 2)->base,
        };
    desk_call_together(desk, calls, 3);
    assert_int_equal(calls[0].status, STATUS_OK);
    assert_int_equal(calls[1].status, STATUS_OK);
    assert_int_equal(calls[2].status, STATUS_PURCHASE_LIMIT);
    assert_int_equal(desk_seat_state(desk, token, 4), AVAILABLE);
}

static void the_purchase_limit_survives_leaving_and_coming_back(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 2), STATUS_OK);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 2, 2, 2), STATUS_OK);
    assert_int_equal(desk_leave(desk, token), STATUS_OK);
    token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 3, 4, 1), STATUS_PURCHASE_LIMIT);
    assert_int_equal(desk_cancel(desk, 1, 2), STATUS_OK);
    assert_int_equal(desk_hold(desk, token, 3, 4, 2), STATUS_OK);
}

static void a_seat_named_twice_in_one_hold_is_refused(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__HoldSeatsRequest *req =
        desk_hold_request(desk, desk_enter(desk, 1, DESK_CONCERT), 1, 0, 3);
    req->seat_indexes[2] = 0;
    assert_int_equal(desk_call(desk, "onsale.v1.ReservationService/HoldSeats", &req->base),
                     STATUS_SEAT_REPEATED);
    for (uint32_t seat = 0; seat < 3; seat++)
        assert_int_equal(desk_seat_state(desk, req->token, seat), AVAILABLE);
}

static void a_reservation_of_another_user_is_not_there(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    Onsale__V1__GetReservationRequest req = ONSALE__V1__GET_RESERVATION_REQUEST__INIT;
    req.user_id = 2;
    req.reservation_id = desk_id(desk, 1);
    assert_int_equal(desk_call(desk, "onsale.v1.ReservationService/GetReservation", &req.base),
                     STATUS_RESERVATION_NOT_FOUND);
    assert_int_equal(desk_cancel(desk, 2, 1), STATUS_RESERVATION_NOT_FOUND);
    assert_int_equal(desk_pay(desk, 2, 1), STATUS_RESERVATION_NOT_FOUND);
    assert_int_equal(desk_seat_state(desk, token, 0), HELD);
    assert_int_equal(desk_hold(desk, desk_enter(desk, 2, DESK_CONCERT), 1, 0, 1), STATUS_ID_REUSED);
}

/* A repeat says what the first answer said; what became of it GetReservation tells. */
static void a_repeated_hold_answers_as_at_first_whatever_became_of_it(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    Onsale__V1__HoldSeatsRequest *request = desk_hold_request(desk, token, 1, 0, 1);
    const char *method = "onsale.v1.ReservationService/HoldSeats";
    const Onsale__V1__HoldSeatsResponse *first = desk_ask(desk, method, &request->base);
    assert_int_equal(desk_cancel(desk, 1, 1), STATUS_OK);
    const Onsale__V1__HoldSeatsResponse *again = desk_ask(desk, method, &request->base);
    assert_int_equal(again->reservation->status, first->reservation->status);
    assert_int_equal(again->reservation->expires_at_ms, first->reservation->expires_at_ms);
    assert_int_equal(desk_seat_state(desk, token, 0), ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE);
    Onsale__V1__GetReservationRequest get = ONSALE__V1__GET_RESERVATION_REQUEST__INIT;
    get.user_id = 1;
    get.reservation_id = desk_id(desk, 1);
    const Onsale__V1__GetReservationResponse *now =
        desk_ask(desk, "onsale.v1.ReservationService/GetReservation", &get.base);
    assert_int_equal(now->reservation->status,
                     ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_CANCELLED);
}

static void a_hold_whose_time_was_up_before_its_turn_is_never_made(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData bytes =
        frame_of_call(&desk->arena, "onsale.v1.ReservationService/HoldSeats", 10,
                      &desk_hold_request(desk, token, 1, 0, 1)->base);
    struct memory_exchange exchange;
    memory_exchange_init(&exchange, bytes.data, bytes.len);
    world_send(&desk->world, RPC_SOCKET_MAIN, &exchange);
    desk_sleep(desk, 10);
    desk_sweep(desk);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&exchange);
    assert_non_null(reply);
    assert_string_equal(reply->results[0]->reason, "DEADLINE_EXCEEDED");
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(&exchange);
    assert_int_equal(desk_seat_state(desk, token, 0), AVAILABLE);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_paid_seat_never_returns_to_sale_when_the_sweeper_passes),
        CASE(paying_a_millisecond_before_the_deadline_succeeds),
        CASE(paying_at_the_deadline_is_refused_though_nobody_swept),
        CASE(paying_after_the_sweeper_is_refused_the_same_way),
        CASE(a_seat_is_free_at_the_very_instant_its_hold_ends),
        CASE(overlapping_holds_in_opposite_orders_neither_deadlock_nor_split),
        CASE(the_purchase_limit_holds_across_the_holds_of_one_batch),
        CASE(the_purchase_limit_survives_leaving_and_coming_back),
        CASE(a_seat_named_twice_in_one_hold_is_refused),
        CASE(a_reservation_of_another_user_is_not_there),
        CASE(a_repeated_hold_answers_as_at_first_whatever_became_of_it),
        CASE(a_hold_whose_time_was_up_before_its_turn_is_never_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
