/* queue_cases_test.c -- What systems with a waiting room get wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/desk.h"

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE
#define EXPIRED ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED
#define LEFT ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT

/* Users 1, 2, 3 ... enter one after another. */
static void enter_many(struct desk *desk, uint64_t count, ProtobufCBinaryData tokens[DESK_USERS])
{
    for (uint64_t i = 0; i < count; i++)
        tokens[i] = desk_enter(desk, i + 1, DESK_CONCERT);
}

static void admission_without_a_free_place_loses_nobody(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData tokens[DESK_USERS];
    desk_set_caps(desk, 1, 1000);
    enter_many(desk, 5, tokens);
    for (int i = 0; i < 3; i++) {
        desk_sleep(desk, 1000);
        desk_sweep(desk);
    }
    assert_int_equal(desk_poll(desk, tokens[0])->status, ACTIVE);
    for (uint32_t i = 1; i < 5; i++) {
        assert_int_equal(desk_poll(desk, tokens[i])->status, WAITING);
        assert_int_equal(desk_poll(desk, tokens[i])->position, i);
    }
}

static void admission_of_fewer_than_there_are_places_loses_nobody(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData tokens[DESK_USERS];
    desk_set_caps(desk, 1, 1000);
    enter_many(desk, 4, tokens);
    desk_set_caps(desk, 300, 1000);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(desk_poll(desk, tokens[i])->status, ACTIVE);
    assert_int_equal(desk_poll(desk, desk_enter(desk, 5, DESK_CONCERT))->status, ACTIVE);
}

static void places_are_given_in_the_order_of_entry(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData tokens[DESK_USERS];
    desk_set_caps(desk, 1, 1000);
    enter_many(desk, 10, tokens);
    for (uint32_t i = 0; i < 10; i++) {
        assert_int_equal(desk_poll(desk, tokens[i])->status, ACTIVE);
        if (i < 9) assert_int_equal(desk_poll(desk, tokens[i + 1])->position, 1);
        assert_int_equal(desk_leave(desk, tokens[i]), STATUS_OK);
    }
}

static void one_who_leaves_from_the_middle_makes_the_others_move_up(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData tokens[DESK_USERS];
    desk_set_caps(desk, 1, 1000);
    enter_many(desk, 5, tokens);
    assert_int_equal(desk_leave(desk, tokens[2]), STATUS_OK);
    assert_int_equal(desk_poll(desk, tokens[2])->status, LEFT);
    assert_int_equal(desk_poll(desk, tokens[1])->position, 1);
    assert_int_equal(desk_poll(desk, tokens[3])->position, 2);
    assert_int_equal(desk_poll(desk, tokens[4])->position, 3);
}

static void admissions_do_not_exceed_the_rate(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData tokens[DESK_USERS];
    desk_set_caps(desk, 300, 2);
    enter_many(desk, 5, tokens); /* a burst of one second's worth */
    assert_int_equal(desk_poll(desk, tokens[1])->status, ACTIVE);
    assert_int_equal(desk_poll(desk, tokens[2])->status, WAITING);
    desk_sleep(desk, 499);
    desk_sweep(desk);
    assert_int_equal(desk_poll(desk, tokens[2])->status, WAITING);
    desk_sleep(desk, 1);
    assert_true(engine_write_due(desk->world.engine) <= desk->world.clock_ms);
    desk_sweep(desk);
    assert_int_equal(desk_poll(desk, tokens[2])->status, ACTIVE);
    assert_int_equal(desk_poll(desk, tokens[3])->status, WAITING);
}

static void the_poll_right_after_admission_says_active(void **state)
{
    struct desk *desk = *state;
    desk_set_caps(desk, 1, 1000);
    ProtobufCBinaryData first = desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData second = desk_enter(desk, 2, DESK_CONCERT);
    assert_int_equal(desk_poll(desk, second)->status, WAITING);
    assert_int_equal(desk_leave(desk, first), STATUS_OK);
    const Onsale__V1__QueueEntry *entry = desk_poll(desk, second);
    assert_int_equal(entry->status, ACTIVE);
    assert_int_equal(entry->position, 0);
    assert_int_equal(desk_hold(desk, second, 1, 0, 1), STATUS_OK);
}

static void entering_twice_gives_one_place(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__EnterQueueRequest req = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    req.user_id = 1;
    req.concert_id = DESK_CONCERT;
    struct desk_call calls[] = {
        {.method = "onsale.v1.QueueService/EnterQueue", .request = &req.base},
        {.method = "onsale.v1.QueueService/EnterQueue", .request = &req.base},
    };
    desk_call_together(desk, calls, 2);
    const Onsale__V1__EnterQueueResponse *first = calls[0].response;
    const Onsale__V1__EnterQueueResponse *second = calls[1].response;
    assert_non_null(first);
    assert_non_null(second);
    assert_int_equal(first->entry->number, second->entry->number);
    assert_true(message_bytes_equal(first->token, second->token));
    assert_true(message_bytes_equal(first->token, desk_enter(desk, 1, DESK_CONCERT)));
    assert_int_equal(desk_poll(desk, desk_enter(desk, 2, DESK_CONCERT))->number, 2);
}

static void waiting_too_long_ends_the_entry_and_frees_its_position(void **state)
{
    struct desk *desk = *state;
    desk_set_caps(desk, 1, 1000);
    ProtobufCBinaryData active = desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData early = desk_enter(desk, 2, DESK_CONCERT);
    desk_sleep(desk, 299999);
    ProtobufCBinaryData late = desk_enter(desk, 3, DESK_CONCERT);
    assert_int_equal(desk_poll(desk, early)->status, WAITING);
    assert_int_equal(desk_poll(desk, late)->position, 2);
    desk_sleep(desk, 1); /* nobody has reaped */
    assert_int_equal(desk_poll(desk, early)->status, EXPIRED);
    assert_int_equal(desk_poll(desk, active)->status, EXPIRED);
    assert_int_equal(desk_poll(desk, late)->position, 1);
    desk_sweep(desk);
    assert_int_equal(desk_poll(desk, late)->status, ACTIVE);
}

static void a_token_of_another_concert_is_refused(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData other = desk_enter(desk, 1, DESK_OTHER_CONCERT);
    assert_int_equal(desk_hold(desk, other, 1, 0, 1), STATUS_TOKEN_OTHER_CONCERT);
    ProtobufCBinaryData token = desk_enter(desk, 2, DESK_CONCERT);
    assert_int_equal(desk_seat_state(desk, token, 0), ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE);
}

static enum status ask_for_seats(struct desk *desk, ProtobufCBinaryData token, bool is_trusted)
{
    Onsale__V1__GetSeatMapRequest req = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    struct desk_call call = {"onsale.v1.CatalogService/GetSeatMap", &req.base, 0,
                             .is_trusted = is_trusted};
    req.token = token;
    req.performance_id = DESK_PERFORMANCE;
    desk_call_together(desk, &call, 1);
    return call.status;
}

static void only_who_is_trusted_sees_seats_without_a_token(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData none = {0, NULL};
    ProtobufCBinaryData other = desk_enter(desk, 1, DESK_OTHER_CONCERT);
    assert_int_equal(ask_for_seats(desk, none, false), STATUS_TOKEN_MISSING);
    assert_int_equal(ask_for_seats(desk, none, true), STATUS_OK);
    assert_int_equal(ask_for_seats(desk, other, true), STATUS_TOKEN_OTHER_CONCERT);
    other.data[other.len - 1] ^= 1;
    assert_int_equal(ask_for_seats(desk, other, true), STATUS_TOKEN_UNKNOWN);
}

static void a_token_that_was_tampered_with_is_unknown(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    for (size_t i = 0; i < token.len; i++) {
        token.data[i] ^= 1;
        assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_TOKEN_UNKNOWN);
        token.data[i] ^= 1;
    }
    assert_int_equal(desk_hold(desk, token, 1, 0, 1), STATUS_OK);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(admission_without_a_free_place_loses_nobody),
        CASE(admission_of_fewer_than_there_are_places_loses_nobody),
        CASE(places_are_given_in_the_order_of_entry),
        CASE(one_who_leaves_from_the_middle_makes_the_others_move_up),
        CASE(admissions_do_not_exceed_the_rate),
        CASE(the_poll_right_after_admission_says_active),
        CASE(entering_twice_gives_one_place),
        CASE(waiting_too_long_ends_the_entry_and_frees_its_position),
        CASE(a_token_of_another_concert_is_refused),
        CASE(only_who_is_trusted_sees_seats_without_a_token),
        CASE(a_token_that_was_tampered_with_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
