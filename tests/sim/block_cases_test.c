/* block_cases_test.c -- Who is blocked neither enters nor holds nor pays, and is in nobody's way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/desk.h"

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE
#define LEFT ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT

static const Onsale__V1__SetUserBlockedResponse *set_blocked(struct desk *desk, uint64_t user_id,
                                                             bool blocked)
{
    Onsale__V1__SetUserBlockedRequest req = ONSALE__V1__SET_USER_BLOCKED_REQUEST__INIT;
    req.user_id = user_id;
    req.blocked = blocked;
    return desk_ask(desk, "onsale.v1.AdminService/SetUserBlocked", &req.base);
}

static enum status enter(struct desk *desk, uint64_t user_id)
{
    Onsale__V1__EnterQueueRequest req = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    req.user_id = user_id;
    req.concert_id = DESK_CONCERT;
    return desk_call(desk, "onsale.v1.QueueService/EnterQueue", &req.base);
}

static void who_is_blocked_neither_enters_nor_holds_nor_pays(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(set_blocked(desk, 1, true)->places_ended, 1);
    int64_t balance = desk_balance(desk, 1);
    assert_int_equal(enter(desk, 1), STATUS_USER_BLOCKED);
    assert_int_equal(desk_hold(desk, token, 2, 1, 1), STATUS_USER_BLOCKED);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_USER_BLOCKED);
    assert_int_equal(desk_balance(desk, 1), balance);
    assert_int_equal(enter(desk, 2), STATUS_OK); /* others may */
}

static void who_is_let_in_again_pays_for_what_is_still_held(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    set_blocked(desk, 1, true);
    assert_true(set_blocked(desk, 1, false)->changed);
    assert_int_equal(desk_hold(desk, token, 2, 1, 1), STATUS_TOKEN_EXPIRED);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    assert_int_equal(enter(desk, 1), STATUS_OK);
}

static void a_hold_of_somebody_blocked_expires_and_can_be_cancelled(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData other = desk_enter(desk, 2, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_hold(desk, token, 2, 1, 1), STATUS_OK);
    set_blocked(desk, 1, true);
    assert_int_equal(desk_cancel(desk, 1, 1), STATUS_OK);
    assert_int_equal(desk_hold(desk, other, 3, 0, 1), STATUS_OK);
    desk_sleep(desk, DESK_HOLD_MS);
    other = desk_enter(desk, 2, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, other, 4, 1, 1), STATUS_OK);
}

static void the_places_of_somebody_blocked_go_to_the_next_ones(void **state)
{
    struct desk *desk = *state;
    desk_set_caps(desk, 1, 1000);
    ProtobufCBinaryData active = desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData second = desk_enter(desk, 2, DESK_CONCERT);
    ProtobufCBinaryData third = desk_enter(desk, 3, DESK_CONCERT);
    set_blocked(desk, 2, true);
    assert_int_equal(desk_poll(desk, second)->status, LEFT);
    assert_int_equal(desk_poll(desk, third)->status, WAITING);
    assert_int_equal(desk_poll(desk, third)->position, 1);
    set_blocked(desk, 1, true);
    assert_int_equal(desk_poll(desk, active)->status, LEFT);
    assert_int_equal(desk_poll(desk, third)->status, ACTIVE);
}

static void repeats_of_what_was_done_before_are_answered(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    set_blocked(desk, 1, true);
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
}

static void asking_for_what_is_so_changes_nothing(void **state)
{
    struct desk *desk = *state;
    uint64_t before = desk_last_event(desk);
    assert_false(set_blocked(desk, 1, false)->changed);
    assert_int_equal(desk_last_event(desk), before);
    assert_true(set_blocked(desk, 1, true)->changed);
    assert_int_equal(desk_last_event(desk), before + 1);
    assert_false(set_blocked(desk, 1, true)->changed);
    assert_int_equal(desk_last_event(desk), before + 1);
}

static void a_block_is_kept_with_the_money(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__LookUpUserRequest req = ONSALE__V1__LOOK_UP_USER_REQUEST__INIT;
    set_blocked(desk, 1, true);
    assert_int_equal(desk_charge(desk, 1, 1, 5), STATUS_OK);
    req.user_id = 1;
    const Onsale__V1__LookUpUserResponse *res =
        desk_ask(desk, "onsale.v1.AdminService/LookUpUser", &req.base);
    assert_true(res->blocked);
    assert_int_equal(res->balance, DESK_BALANCE + 5);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(who_is_blocked_neither_enters_nor_holds_nor_pays),
        CASE(who_is_let_in_again_pays_for_what_is_still_held),
        CASE(a_hold_of_somebody_blocked_expires_and_can_be_cancelled),
        CASE(the_places_of_somebody_blocked_go_to_the_next_ones),
        CASE(repeats_of_what_was_done_before_are_answered),
        CASE(asking_for_what_is_so_changes_nothing),
        CASE(a_block_is_kept_with_the_money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
