/* event_cases_test.c -- Listing the events that are wanted, forth and back, against all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "onsale/v1/event.pb-c.h"
#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

#define LIST "onsale.v1.EventService/ListEvents"
#define HELD ONSALE__V1__EVENT_KIND__EVENT_KIND_SEATS_HELD
#define PAID ONSALE__V1__EVENT_KIND__EVENT_KIND_RESERVATION_PAID

enum { EVENTS_MAX = 4000, WANTED = 10 };

/* Every event there is, and the numbers of those that a listing gave. */
struct history {
    size_t count;
    const Onsale__V1__Event *events[EVENTS_MAX];
    size_t found_count;
    uint64_t found[EVENTS_MAX];
};

static struct history history;

static const Onsale__V1__ListEventsResponse *list(struct desk *desk,
                                                  const Onsale__V1__ListEventsRequest *req)
{
    return desk_ask(desk, LIST, &req->base);
}

static void read_history(struct desk *desk)
{
    Onsale__V1__ListEventsRequest req = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    const Onsale__V1__ListEventsResponse *res;
    req.max = EVENTS_PER_CALL_MAX;
    memset(&history, 0, sizeof history);
    do {
        res = list(desk, &req);
        for (size_t i = 0; i < res->n_events; i++)
            history.events[history.count++] = res->events[i];
        req.after = res->looked_to;
    } while (res->looked_to < res->last_event_number);
    assert_int_equal(history.count, res->last_event_number);
}

/* Five buyers, each a second later: seats held, paid, given back and expired. */
static void sell(struct desk *desk)
{
    for (uint8_t user = 1; user <= 5; user++) {
        desk_sleep(desk, 1000);
        ProtobufCBinaryData token = desk_enter(desk, user, DESK_CONCERT);
        assert_int_equal(desk_hold(desk, token, user, 2U * user, 2), STATUS_OK);
        if (user % 2 == 0) assert_int_equal(desk_pay(desk, user, user), STATUS_OK);
        if (user == 3) assert_int_equal(desk_cancel(desk, user, user), STATUS_OK);
        desk_enter(desk, user, DESK_OTHER_CONCERT);
    }
    desk_sleep(desk, DESK_HOLD_MS);
    desk_sweep(desk);
}

static bool has_seat(const Onsale__V1__Event *event, const Onsale__V1__ListEventsRequest *req)
{
    for (size_t i = 0; i < event->n_seat_indexes; i++)
        for (size_t k = 0; k < req->n_seat_indexes; k++)
            if (event->seat_indexes[i] == req->seat_indexes[k]) return true;
    return req->n_seat_indexes == 0;
}

static bool has_kind(const Onsale__V1__Event *event, const Onsale__V1__ListEventsRequest *req)
{
    for (size_t k = 0; k < req->n_kinds; k++)
        if (event->kind == req->kinds[k]) return true;
    return req->n_kinds == 0;
}

static bool is_wanted(const Onsale__V1__Event *event, const Onsale__V1__ListEventsRequest *req)
{
    if (req->user_id != 0 && event->user_id != req->user_id) return false;
    if (req->concert_id != 0 && event->concert_id != req->concert_id) return false;
    if (req->performance_id != 0 && event->performance_id != req->performance_id) return false;
    if (event->occurred_at_ms < req->since_ms || event->event_number <= req->after) return false;
    if (req->before != 0 && event->event_number >= req->before) return false;
    return has_seat(event, req) && has_kind(event, req);
}

/* Asks until there is no more. */
static void walk(struct desk *desk, const Onsale__V1__ListEventsRequest *wanted)
{
    Onsale__V1__ListEventsRequest req = *wanted;
    const Onsale__V1__ListEventsResponse *res;
    bool is_over;
    history.found_count = 0;
    do {
        res = list(desk, &req);
        assert_true(res->n_events <= req.max);
        for (size_t i = 0; i < res->n_events; i++)
            history.found[history.found_count++] = res->events[i]->event_number;
        if (req.before != 0)
            req.before = res->looked_to;
        else
            req.after = res->looked_to;
        is_over = wanted->before != 0 ? req.before == 0 : req.after == res->last_event_number;
    } while (!is_over);
}

static void assert_finds_what_is_wanted(struct desk *desk,
                                        const Onsale__V1__ListEventsRequest *wanted)
{
    size_t found = 0;
    walk(desk, wanted);
    for (size_t i = 0; i < history.count; i++) {
        bool back = wanted->before != 0;
        const Onsale__V1__Event *event = history.events[back ? history.count - 1 - i : i];
        if (!is_wanted(event, wanted)) continue;
        assert_true(found < history.found_count);
        assert_int_equal(history.found[found++], event->event_number);
    }
    assert_int_equal(found, history.found_count);
}

static void both_ways(struct desk *desk, Onsale__V1__ListEventsRequest wanted)
{
    static const uint32_t sizes[] = {1, 2, 3, 500};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        wanted.max = sizes[i];
        wanted.before = 0;
        assert_finds_what_is_wanted(desk, &wanted);
        assert_true(history.found_count > 0);
        wanted.before = UINT64_MAX;
        assert_finds_what_is_wanted(desk, &wanted);
        wanted.before = history.count / 2;
        assert_finds_what_is_wanted(desk, &wanted);
    }
}

/* --- Cases ------------------------------------------------------------------------------------ */

static void each_field_and_all_together_choose_the_events_that_are_listed(void **state)
{
    struct desk *desk = *state;
    uint32_t seats[] = {5, 8};
    Onsale__V1__EventKind kinds[] = {HELD, PAID};
    Onsale__V1__ListEventsRequest wanted = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    Onsale__V1__ListEventsRequest all = wanted;
    sell(desk);
    read_history(desk);
    both_ways(desk, wanted);
    wanted.user_id = all.user_id = 4;
    both_ways(desk, wanted);
    wanted.user_id = 0;
    wanted.concert_id = all.concert_id = DESK_OTHER_CONCERT;
    both_ways(desk, wanted);
    wanted.concert_id = 0;
    wanted.n_kinds = 2;
    wanted.kinds = kinds;
    both_ways(desk, wanted);
    wanted.n_kinds = 0;
    wanted.performance_id = DESK_PERFORMANCE;
    both_ways(desk, wanted);
    wanted.n_seat_indexes = 2;
    wanted.seat_indexes = seats;
    both_ways(desk, wanted);
    all.concert_id = DESK_CONCERT;
    all.performance_id = DESK_PERFORMANCE;
    all.n_seat_indexes = 2;
    all.seat_indexes = seats;
    all.n_kinds = 2;
    all.kinds = kinds;
    both_ways(desk, all);
    assert_true(history.found_count <= 2);
}

static void since_begins_with_the_first_event_at_that_instant(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__ListEventsRequest wanted = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    sell(desk);
    read_history(desk);
    for (size_t i = 0; i < history.count; i += 7) {
        wanted.since_ms = history.events[i]->occurred_at_ms;
        both_ways(desk, wanted);
        wanted.since_ms++;
        wanted.max = 3;
        assert_finds_what_is_wanted(desk, &wanted);
    }
    wanted.since_ms = INT64_MAX;
    const Onsale__V1__ListEventsResponse *res = list(desk, &wanted);
    assert_int_equal(res->n_events, 0);
    assert_int_equal(res->looked_to, res->last_event_number);
}

static void a_call_looks_at_so_many_events_and_says_how_far_it_has_come(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__ListEventsRequest wanted = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    sell(desk);
    read_history(desk);
    wanted.user_id = DESK_USERS + 1;
    wanted.max = 1;
    const Onsale__V1__ListEventsResponse *res = list(desk, &wanted);
    assert_int_equal(res->n_events, 0);
    assert_int_equal(res->looked_to, EVENTS_LOOKED_AT_PER_LISTED);
    wanted.before = history.count;
    res = list(desk, &wanted);
    assert_int_equal(res->n_events, 0);
    assert_int_equal(res->looked_to, history.count - EVENTS_LOOKED_AT_PER_LISTED);
}

static void a_wish_that_makes_no_sense_is_refused(void **state)
{
    struct desk *desk = *state;
    uint32_t seats[SEATS_PER_HOLD_MAX + 1] = {0};
    Onsale__V1__EventKind kinds[33] = {HELD};
    Onsale__V1__ListEventsRequest wanted = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    wanted.n_seat_indexes = 1;
    wanted.seat_indexes = seats;
    assert_int_equal(desk_call(desk, LIST, &wanted.base), STATUS_ARGUMENT_INVALID);
    wanted.performance_id = DESK_PERFORMANCE;
    assert_int_equal(desk_call(desk, LIST, &wanted.base), STATUS_OK);
    wanted.n_seat_indexes = SEATS_PER_HOLD_MAX + 1;
    assert_int_equal(desk_call(desk, LIST, &wanted.base), STATUS_ARGUMENT_INVALID);
    wanted.n_seat_indexes = 0;
    wanted.kinds = kinds;
    wanted.n_kinds = 33;
    assert_int_equal(desk_call(desk, LIST, &wanted.base), STATUS_ARGUMENT_INVALID);
}

static struct memory_exchange *wait_for(struct desk *desk,
                                        const Onsale__V1__ListEventsRequest *wanted)
{
    static struct memory_exchange exchange;
    ProtobufCBinaryData bytes = frame_of_call(&desk->arena, LIST, 100000, &wanted->base);
    memory_exchange_init(&exchange, bytes.data, bytes.len);
    world_send(&desk->world, RPC_SOCKET_WATCH, &exchange);
    return &exchange;
}

static const Onsale__V1__ListEventsResponse *answer_of(struct desk *desk,
                                                       struct memory_exchange *exchange)
{
    assert_int_equal(exchange->answers, 1);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(exchange);
    const Onsale__V1__ListEventsResponse *res = message_unpack(
        &desk->arena, &onsale__v1__list_events_response__descriptor, reply->results[0]->payload);
    assert_non_null(res);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(exchange);
    return res;
}

static void write_and_look(struct desk *desk, uint64_t user_id)
{
    desk_enter(desk, user_id, DESK_CONCERT);
    assert_int_equal(engine_commit(desk->world.engine), STATUS_OK);
    engine_watch(desk->world.engine);
}

static void a_long_poll_is_answered_by_what_is_wanted_and_by_nothing_else(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__ListEventsRequest wanted = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    read_history(desk);
    wanted.after = history.count;
    wanted.user_id = 2;
    wanted.wait_ms = 30000;
    struct memory_exchange *exchange = wait_for(desk, &wanted);
    write_and_look(desk, 1);
    assert_int_equal(exchange->answers, 0);
    write_and_look(desk, 2);
    const Onsale__V1__ListEventsResponse *res = answer_of(desk, exchange);
    assert_true(res->n_events >= 1);
    assert_int_equal(res->events[0]->user_id, 2);
}

static void a_long_poll_that_has_passed_over_many_says_so_and_asks_anew(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__ListEventsRequest wanted = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    read_history(desk);
    wanted.after = history.count;
    wanted.max = WANTED;
    wanted.user_id = DESK_USERS + 1;
    wanted.wait_ms = 30000;
    struct memory_exchange *exchange = wait_for(desk, &wanted);
    for (uint64_t user = 1; exchange->answers == 0 && user <= WANTED; user++)
        write_and_look(desk, user);
    const Onsale__V1__ListEventsResponse *res = answer_of(desk, exchange);
    assert_int_equal(res->n_events, 0);
    assert_int_equal(res->looked_to, wanted.after + WANTED);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_field_and_all_together_choose_the_events_that_are_listed),
        CASE(since_begins_with_the_first_event_at_that_instant),
        CASE(a_call_looks_at_so_many_events_and_says_how_far_it_has_come),
        CASE(a_wish_that_makes_no_sense_is_refused),
        CASE(a_long_poll_is_answered_by_what_is_wanted_and_by_nothing_else),
        CASE(a_long_poll_that_has_passed_over_many_says_so_and_asks_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
