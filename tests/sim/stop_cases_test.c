/* stop_cases_test.c -- Stop means stop, from the very next command on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/desk.h"

#define LEAVE ONSALE__V1__STOP_CHANGE__STOP_CHANGE_UNSPECIFIED
#define STOP ONSALE__V1__STOP_CHANGE__STOP_CHANGE_STOP
#define RESUME ONSALE__V1__STOP_CHANGE__STOP_CHANGE_RESUME

static enum status change(struct desk *desk, uint32_t concert_id, uint32_t performance_id,
                          Onsale__V1__StopChange holding, Onsale__V1__StopChange paying)
{
    Onsale__V1__SetSaleStopsRequest req = ONSALE__V1__SET_SALE_STOPS_REQUEST__INIT;
    req.concert_id = concert_id;
    req.performance_id = performance_id;
    req.holding = holding;
    req.paying = paying;
    return desk_call(desk, "onsale.v1.AdminService/SetSaleStops", &req.base);
}

static void nothing_is_held_while_holding_is_stopped(void **state)
{
    static const uint32_t of[] = {0, DESK_PERFORMANCE};
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    for (uint8_t i = 0; i < 2; i++) {
        assert_int_equal(change(desk, DESK_CONCERT, of[i], STOP, LEAVE), STATUS_OK);
        assert_int_equal(desk_hold(desk, token, (uint8_t)(i + 1), i, 1), STATUS_HOLDING_STOPPED);
        assert_int_equal(desk_seat_state(desk, token, i),
                         ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE);
        assert_int_equal(change(desk, DESK_CONCERT, of[i], RESUME, LEAVE), STATUS_OK);
        assert_int_equal(desk_hold(desk, token, (uint8_t)(i + 1), i, 1), STATUS_OK);
    }
}

static void nothing_is_paid_while_paying_is_stopped(void **state)
{
    static const uint32_t of[] = {0, DESK_PERFORMANCE};
    struct desk *desk = *state;
    for (uint8_t i = 0; i < 2; i++) {
        uint64_t user_id = i + 1U;
        uint8_t id = (uint8_t)(i + 1);
        ProtobufCBinaryData token = desk_enter(desk, user_id, DESK_CONCERT);
        assert_int_equal(desk_hold(desk, token, id, i, 1), STATUS_OK);
        assert_int_equal(change(desk, DESK_CONCERT, of[i], LEAVE, STOP), STATUS_OK);
        int64_t balance = desk_balance(desk, user_id);
        assert_int_equal(desk_pay(desk, user_id, id), STATUS_PAYING_STOPPED);
        assert_int_equal(desk_balance(desk, user_id), balance);
        assert_int_equal(change(desk, DESK_CONCERT, of[i], LEAVE, RESUME), STATUS_OK);
        assert_int_equal(desk_pay(desk, user_id, id), STATUS_OK);
    }
}

static void a_stop_holds_for_the_next_command_of_the_same_batch(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    Onsale__V1__SetSaleStopsRequest stop = ONSALE__V1__SET_SALE_STOPS_REQUEST__INIT;
    stop.concert_id = DESK_CONCERT;
    stop.holding = STOP;
    struct desk_call calls[] = {
        {.method = "onsale.v1.ReservationService/HoldSeats",
         .request = &desk_hold_request(desk, token, 1, 0, 1)->base},
        {.method = "onsale.v1.AdminService/SetSaleStops", .request = &stop.base},
        {.method = "onsale.v1.ReservationService/HoldSeats",
         .request = &desk_hold_request(desk, token, 2, 1, 1)->base},
    };
    desk_call_together(desk, calls, 3);
    assert_int_equal(calls[0].status, STATUS_OK);
    assert_int_equal(calls[1].status, STATUS_OK);
    assert_int_equal(calls[2].status, STATUS_HOLDING_STOPPED);
}

static void repeats_of_what_was_done_before_a_stop_are_answered(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    assert_int_equal(change(desk, DESK_CONCERT, 0, STOP, STOP), STATUS_OK);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
}

static void holds_can_be_cancelled_and_expire_while_all_is_stopped(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_hold(desk, token, 2, 1, 1), STATUS_OK);
    assert_int_equal(change(desk, DESK_CONCERT, 0, STOP, STOP), STATUS_OK);
    assert_int_equal(desk_cancel(desk, 1, 1), STATUS_OK);
    desk_sleep(desk, DESK_HOLD_MS);
    assert_int_equal(desk_pay(desk, 1, 2), STATUS_HOLD_EXPIRED);
}

static void other_concerts_and_performances_go_on(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(change(desk, DESK_OTHER_CONCERT, 0, STOP, STOP), STATUS_OK);
    assert_int_equal(change(desk, DESK_CONCERT, DESK_PERFORMANCE + 1, STOP, STOP), STATUS_OK);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
}

static void a_performance_goes_on_when_neither_it_nor_its_concert_is_stopped(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(change(desk, DESK_CONCERT, 0, STOP, LEAVE), STATUS_OK);
    assert_int_equal(change(desk, DESK_CONCERT, DESK_PERFORMANCE, STOP, LEAVE), STATUS_OK);
    assert_int_equal(change(desk, DESK_CONCERT, 0, RESUME, LEAVE), STATUS_OK);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_HOLDING_STOPPED);
    world_restart(&desk->world);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_HOLDING_STOPPED);
    assert_int_equal(change(desk, DESK_CONCERT, DESK_PERFORMANCE, RESUME, LEAVE), STATUS_OK);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
}

static void what_is_stopped_is_shown_to_buyers_and_administrators(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__ListPerformancesRequest list = ONSALE__V1__LIST_PERFORMANCES_REQUEST__INIT;
    Onsale__V1__GetSaleStopsRequest get = ONSALE__V1__GET_SALE_STOPS_REQUEST__INIT;
    list.token = desk_enter(desk, 1, DESK_CONCERT);
    get.concert_id = DESK_CONCERT;
    assert_int_equal(change(desk, DESK_CONCERT, 0, LEAVE, STOP), STATUS_OK);
    assert_int_equal(change(desk, DESK_CONCERT, DESK_PERFORMANCE, STOP, LEAVE), STATUS_OK);

    const Onsale__V1__ListPerformancesResponse *listed =
        desk_ask(desk, "onsale.v1.CatalogService/ListPerformances", &list.base);
    assert_true(listed->performances[0]->holding_stopped);
    assert_false(listed->performances[1]->holding_stopped);
    assert_true(listed->performances[0]->paying_stopped);
    assert_true(listed->performances[1]->paying_stopped);

    const Onsale__V1__GetSaleStopsResponse *got =
        desk_ask(desk, "onsale.v1.AdminService/GetSaleStops", &get.base);
    assert_false(got->concert->holding_stopped);
    assert_true(got->concert->paying_stopped);
    assert_int_equal(got->n_performances, 1);
    assert_int_equal(got->performances[0]->performance_id, DESK_PERFORMANCE);
    assert_true(got->performances[0]->holding_stopped);
    assert_false(got->performances[0]->paying_stopped);
}

static void only_changes_are_events(void **state)
{
    struct desk *desk = *state;
    uint64_t before = desk_last_event(desk);
    assert_int_equal(change(desk, DESK_CONCERT, 0, STOP, STOP), STATUS_OK);
    assert_int_equal(desk_last_event(desk), before + 2);
    assert_int_equal(change(desk, DESK_CONCERT, 0, STOP, LEAVE), STATUS_OK);
    assert_int_equal(desk_last_event(desk), before + 2);
    assert_int_equal(change(desk, DESK_CONCERT, 0, RESUME, LEAVE), STATUS_OK);
    assert_int_equal(desk_last_event(desk), before + 3);
}

static void a_stop_of_nothing_that_is_there_is_refused(void **state)
{
    struct desk *desk = *state;
    assert_int_equal(change(desk, 99, 0, STOP, STOP), STATUS_CONCERT_NOT_FOUND);
    assert_int_equal(change(desk, DESK_CONCERT, 99, STOP, STOP), STATUS_PERFORMANCE_NOT_FOUND);
    assert_int_equal(change(desk, DESK_OTHER_CONCERT, DESK_PERFORMANCE, STOP, STOP),
                     STATUS_PERFORMANCE_NOT_FOUND);
    assert_int_equal(change(desk, DESK_CONCERT, 0, (Onsale__V1__StopChange)3, LEAVE),
                     STATUS_ARGUMENT_INVALID);
    assert_int_equal(change(desk, DESK_CONCERT, 0, LEAVE, (Onsale__V1__StopChange)-1),
                     STATUS_ARGUMENT_INVALID);
    Onsale__V1__GetSaleStopsRequest get = ONSALE__V1__GET_SALE_STOPS_REQUEST__INIT;
    get.concert_id = 99;
    assert_int_equal(desk_call(desk, "onsale.v1.AdminService/GetSaleStops", &get.base),
                     STATUS_CONCERT_NOT_FOUND);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(nothing_is_held_while_holding_is_stopped),
        CASE(nothing_is_paid_while_paying_is_stopped),
        CASE(a_stop_holds_for_the_next_command_of_the_same_batch),
        CASE(repeats_of_what_was_done_before_a_stop_are_answered),
        CASE(holds_can_be_cancelled_and_expire_while_all_is_stopped),
        CASE(other_concerts_and_performances_go_on),
        CASE(a_performance_goes_on_when_neither_it_nor_its_concert_is_stopped),
        CASE(what_is_stopped_is_shown_to_buyers_and_administrators),
        CASE(only_changes_are_events),
        CASE(a_stop_of_nothing_that_is_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
