/* restart_cases_test.c -- What must outlive the process, and how it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

enum { SMALL_MAP_BYTES = 1024 * 1024, CHARGES_MAX = 20000, REFUSALS = 5 };

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE

static void a_restart_keeps_the_deadlines_of_holds(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_hold(desk, token, 2, 1, 1), STATUS_OK);
    world_restart(&desk->world);
    desk_sleep(desk, DESK_HOLD_MS - 1);
    world_restart(&desk->world);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    desk_sleep(desk, 1);
    world_restart(&desk->world);
    assert_int_equal(desk_pay(desk, 1, 2), STATUS_HOLD_EXPIRED);
}

static void a_restart_keeps_the_order_of_the_queue(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData tokens[6];
    desk_set_caps(desk, 1, 1000);
    for (uint64_t i = 0; i < 6; i++)
        tokens[i] = desk_enter(desk, i + 1, DESK_CONCERT);
    world_restart(&desk->world);
    assert_int_equal(desk_poll(desk, tokens[0])->status, ACTIVE);
    for (uint32_t i = 1; i < 6; i++) {
        assert_int_equal(desk_poll(desk, tokens[i])->status, WAITING);
        assert_int_equal(desk_poll(desk, tokens[i])->position, i);
    }
    assert_int_equal(desk_leave(desk, tokens[0]), STATUS_OK);
    world_restart(&desk->world);
    assert_int_equal(desk_poll(desk, tokens[1])->status, ACTIVE);
    assert_int_equal(desk_poll(desk, desk_enter(desk, 1, DESK_CONCERT))->number, 7);
}

/* read_reply of the desk checks the time of every answer. */
static void time_does_not_run_backwards_over_a_restart(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    desk_sleep(desk, DESK_HOLD_MS / 2);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    unix_ms held_at_ms = desk->server_time_ms;
    desk_sleep(desk, -DESK_HOLD_MS);
    world_restart(&desk->world);
    assert_true(engine_now_ms(desk->world.engine) >= held_at_ms);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    assert_true(desk->server_time_ms >= held_at_ms);
}

static void a_server_that_stops_answers_what_it_accepted_and_refuses_the_rest(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData bytes =
        frame_of_call(&desk->arena, "onsale.v1.ReservationService/HoldSeats", 1000,
                      &desk_hold_request(desk, token, 1, 0, 1)->base);
    struct memory_exchange accepted, late;
    memory_exchange_init(&accepted, bytes.data, bytes.len);
    memory_exchange_init(&late, bytes.data, bytes.len);
    world_send(&desk->world, RPC_SOCKET_MAIN, &accepted);
    engine_drain(desk->world.engine);
    world_send(&desk->world, RPC_SOCKET_MAIN, &late);
    world_restart(&desk->world);

    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&accepted);
    assert_non_null(reply);
    assert_string_equal(reply->results[0]->reason, "");
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    reply = memory_exchange_reply(&late);
    assert_non_null(reply);
    assert_string_equal(reply->results[0]->reason, "SHUTTING_DOWN");
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(&accepted);
    memory_exchange_deinit(&late);
    assert_int_equal(desk_seat_state(desk, token, 0), ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD);
}

static void what_was_answered_outlives_a_crash(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    world_crash(&desk->world);
    assert_int_equal(desk_seat_state(desk, token, 0), ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    int64_t balance = desk_balance(desk, 1);
    for (int i = 0; i < 3; i++) {
        world_crash(&desk->world);
        assert_int_equal(desk_balance(desk, 1), balance);
        assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK); /* a repeat */
    }
    world_restart(&desk->world);
    assert_int_equal(desk_balance(desk, 1), balance);
    desk_check_invariants(desk);
}

/* Charges one unit again and again until there is no room so many times.
 * @return How many charges were made. */
static int64_t fill(struct desk *desk)
{
    Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    req.user_id = 1;
    req.amount = 1;
    int64_t charges = 0;
    int refusals = 0;
    for (uint32_t i = 0; refusals < REFUSALS && i < CHARGES_MAX; i++) {
        uint8_t id[ID_BYTES] = {3, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
        req.charge_id = message_bytes(&desk->arena, id, sizeof id);
        enum status err = desk_call(desk, "onsale.v1.WalletService/ChargeBalance", &req.base);
        assert_true(err == STATUS_OK || err == STATUS_STORAGE_FULL);
        if (err == STATUS_OK)
            charges++;
        else
            refusals++;
    }
    assert_int_equal(refusals, REFUSALS);
    return charges;
}

static void a_full_store_refuses_writes_and_goes_on_with_reads(void **state)
{
    struct desk *desk = desk_open_small(SMALL_MAP_BYTES);
    *state = desk;
    int64_t charges = fill(desk);
    assert_true(charges > 0);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE + charges);
    desk_check_invariants(desk);

    desk->world.map_bytes = WORLD_MAP_BYTES;
    world_restart(&desk->world);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE + charges);
    assert_int_equal(desk_charge(desk, 1, 1, 1), STATUS_OK);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE + charges + 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_restart_keeps_the_deadlines_of_holds),
        CASE(a_restart_keeps_the_order_of_the_queue),
        CASE(time_does_not_run_backwards_over_a_restart),
        CASE(what_was_answered_outlives_a_crash),
        CASE(a_server_that_stops_answers_what_it_accepted_and_refuses_the_rest),
        cmocka_unit_test_teardown(a_full_store_refuses_writes_and_goes_on_with_reads, desk_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
