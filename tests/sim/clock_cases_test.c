/* clock_cases_test.c -- What a system clock that is set does to the server, and what it does not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "onsale/rpc/v1/health.pb-c.h"
#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

enum { DAY_MS = 24 * 3600 * 1000, SEED_ROUNDS = 40 };

#define HELD ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD
#define AVAILABLE ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE

static const Onsale__Rpc__V1__CheckResponse *health(struct desk *desk)
{
    Onsale__Rpc__V1__CheckRequest req = ONSALE__RPC__V1__CHECK_REQUEST__INIT;
    return desk_ask(desk, "onsale.rpc.v1.HealthService/Check", &req.base);
}

static const Onsale__V1__GetStatsResponse *stats(struct desk *desk)
{
    Onsale__V1__GetStatsRequest req = ONSALE__V1__GET_STATS_REQUEST__INIT;
    return desk_ask(desk, "onsale.v1.AdminService/GetStats", &req.base);
}

static const Onsale__V1__ConfirmClockResponse *confirm(struct desk *desk)
{
    Onsale__V1__ConfirmClockRequest req = ONSALE__V1__CONFIRM_CLOCK_REQUEST__INIT;
    return desk_ask(desk, "onsale.v1.AdminService/ConfirmClock", &req.base);
}

static void jump(struct desk *desk, int64_t ms)
{
    desk_sweep(desk); /* which follows the clock as it is */
    world_set_clock(&desk->world, ms);
}

static void while_the_clock_has_jumped_writes_are_refused_and_reads_served(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    jump(desk, DAY_MS);
    struct desk_call call = {.method = "onsale.v1.ReservationService/HoldSeats",
                             .request = &desk_hold_request(desk, token, 2, 1, 1)->base};
    desk_call_together(desk, &call, 1);
    assert_int_equal(call.status, STATUS_CLOCK_JUMPED);
    assert_int_equal(call.result->retry_after_ms, 1000);
    assert_int_equal(desk_charge(desk, 1, 77, 1), STATUS_CLOCK_JUMPED);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_CLOCK_JUMPED);
    assert_int_equal(desk_leave(desk, token), STATUS_CLOCK_JUMPED);
    assert_int_equal(desk_seat_state(desk, token, 0), HELD);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE);
    assert_int_equal(health(desk)->status,
                     ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_CLOCK_JUMPED);
    assert_int_equal(stats(desk)->clock_jumped_ms, DAY_MS);

    world_set_clock(&desk->world, -DAY_MS);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    assert_int_equal(health(desk)->status, ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_SERVING);
    assert_int_equal(stats(desk)->clock_jumped_ms, 0);
}

static void send_create_user(struct desk *desk, uint64_t user_id, struct memory_exchange *exchange)
{
    Onsale__V1__CreateUserRequest req = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    req.user_id = user_id;
    ProtobufCBinaryData bytes =
        frame_of_call(&desk->arena, "onsale.v1.AdminService/CreateUser", 60000, &req.base);
    memory_exchange_init(exchange, bytes.data, bytes.len);
    world_send(&desk->world, RPC_SOCKET_ADMIN, exchange);
}

static void expect_reason(struct memory_exchange *exchange, const char *reason)
{
    assert_int_equal(exchange->answers, 1);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(exchange);
    assert_string_equal(reply->results[0]->reason, reason);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(exchange);
}

static struct desk *jumping;
static struct memory_exchange late;

static void jump_and_send(struct world *world)
{
    world_set_clock(world, DAY_MS);
    send_create_user(jumping, 1000, &late);
}

/* Whenever the writer has read the clock. */
static void a_write_that_comes_after_a_jump_is_refused(void **state)
{
    struct memory_exchange before;
    unsigned reads = 0;
    jumping = *state;
    for (bool has_jumped = true; has_jumped; reads++) {
        send_create_user(jumping, 2000 + reads, &before);
        jumping->world.act = jump_and_send;
        jumping->world.act_after = reads;
        assert_int_equal(engine_write(jumping->world.engine), STATUS_OK);
        has_jumped = jumping->world.act == NULL;
        jumping->world.act = NULL;
        world_step(&jumping->world);
        expect_reason(&before, "");
        if (!has_jumped) continue;
        expect_reason(&late, "CLOCK_JUMPED");
        world_set_clock(&jumping->world, -DAY_MS);
    }
    assert_true(reads > 1);
}

/* By the monotonic clock, and the writer reaps though no command may write. */
static void what_ends_while_the_clock_has_jumped_ends_at_its_moment(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    uint64_t events = stats(desk)->last_event_number;
    jump(desk, DAY_MS);
    desk_sleep(desk, DESK_HOLD_MS - 1);
    desk_sweep(desk);
    assert_int_equal(desk_seat_state(desk, token, 0), HELD);
    desk_sleep(desk, 1);
    desk_sweep(desk);
    assert_true(stats(desk)->last_event_number > events);
    world_set_clock(&desk->world, -DAY_MS);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_HOLD_EXPIRED);
}

static void a_clock_that_is_confirmed_is_followed_at_once(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    unix_ms before_ms = desk->server_time_ms;
    jump(desk, DAY_MS);
    const Onsale__V1__ConfirmClockResponse *confirmed = confirm(desk);
    assert_int_equal(confirmed->jumped_ms, DAY_MS);
    assert_true(confirmed->now_ms >= before_ms + DAY_MS);
    assert_true(desk->server_time_ms >= before_ms + DAY_MS);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_HOLD_EXPIRED);
    assert_int_equal(desk_charge(desk, 1, 77, 1), STATUS_OK);
    confirmed = confirm(desk);
    assert_int_equal(confirmed->jumped_ms, 0);
    assert_int_equal(confirmed->now_ms, desk->server_time_ms);
}

/* The batch in which it is confirmed goes on at its own time. */
static void a_write_beside_the_confirmation_is_refused(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__ConfirmClockRequest confirmation = ONSALE__V1__CONFIRM_CLOCK_REQUEST__INIT;
    Onsale__V1__CreateUserRequest user = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    user.user_id = 1000;
    jump(desk, DAY_MS);
    struct desk_call calls[] = {
        {.method = "onsale.v1.AdminService/ConfirmClock", .request = &confirmation.base},
        {.method = "onsale.v1.AdminService/CreateUser", .request = &user.base},
    };
    desk_call_together(desk, calls, 2);
    assert_int_equal(calls[0].status, STATUS_OK);
    assert_int_equal(calls[1].status, STATUS_CLOCK_JUMPED);
    desk_call_together(desk, &calls[1], 1);
    assert_int_equal(calls[1].status, STATUS_OK);
}

static void a_clock_that_is_behind_is_told_and_nothing_ends_meanwhile(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    desk_sleep(desk, DESK_HOLD_MS - 1);
    assert_int_equal(health(desk)->clock_behind_ms, 0);
    desk_sleep(desk, -DAY_MS);
    assert_int_equal(health(desk)->clock_behind_ms, DAY_MS);
    assert_int_equal(health(desk)->status, ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_SERVING);
    desk_sleep(desk, DAY_MS / 2);
    desk_sweep(desk);
    assert_int_equal(stats(desk)->clock_behind_ms, DAY_MS / 2);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
}

static void a_jump_over_a_restart_is_followed(void **state)
{
    struct desk *desk = *state;
    jump(desk, DAY_MS);
    assert_int_equal(desk_charge(desk, 1, 77, 1), STATUS_CLOCK_JUMPED);
    world_restart(&desk->world);
    assert_int_equal(desk_charge(desk, 1, 77, 1), STATUS_OK);
    assert_int_equal(stats(desk)->clock_jumped_ms, 0);
}

/* read_reply of the desk checks the time of every answer. Reads alone save no time. */
static void what_was_told_is_never_told_again_after_a_kill(void **state)
{
    struct desk *desk = *state;
    for (int i = 1; i <= SEED_ROUNDS; i++) {
        desk_sleep(desk, 37 * i);
        health(desk);
        unix_ms told_ms = desk->server_time_ms;
        desk->world.set_at_restart_ms = -(int64_t)i * 53;
        world_crash(&desk->world);
        health(desk);
        assert_int_equal(desk->server_time_ms, told_ms);
        desk_sleep(desk, (int64_t)i * 53); /* which it was set back by */
        health(desk);
        assert_int_equal(desk->server_time_ms, told_ms);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(while_the_clock_has_jumped_writes_are_refused_and_reads_served),
        CASE(a_write_that_comes_after_a_jump_is_refused),
        CASE(what_ends_while_the_clock_has_jumped_ends_at_its_moment),
        CASE(a_clock_that_is_confirmed_is_followed_at_once),
        CASE(a_write_beside_the_confirmation_is_refused),
        CASE(a_clock_that_is_behind_is_told_and_nothing_ends_meanwhile),
        CASE(a_jump_over_a_restart_is_followed),
        CASE(what_was_told_is_never_told_again_after_a_kill),
    };
    return cmocka_run_group_tests_name("clock cases", tests, NULL, NULL);
}
