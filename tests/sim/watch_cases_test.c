/* watch_cases_test.c -- Long polls: how many wait, what each of them keeps, and whose place is
 * free. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "onsale/rpc/v1/health.pb-c.h"
#include "onsale/v1/event.pb-c.h"
#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

enum { MIB = 1024 * 1024, BUDGET = 256 * MIB, PEERS = 2 };

/* Two connections, and what they have asked. */
struct crowd {
    struct desk *desk;
    struct memory_budget budget;
    struct rpc_peer peers[PEERS];
    struct memory_exchange *exchanges;
    size_t count;
};

static struct crowd *crowd_make(struct desk *desk)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    assert_non_null(crowd);
    crowd->exchanges = calloc(2 * WATCHERS_MAX, sizeof *crowd->exchanges);
    assert_non_null(crowd->exchanges);
    crowd->desk = desk;
    assert_int_equal(engine_commit(desk->world.engine), STATUS_OK);
    memory_budget_init(&crowd->budget, BUDGET);
    for (size_t i = 0; i < PEERS; i++)
        memory_share_init(&crowd->peers[i].memory, &crowd->budget);
    return crowd;
}

/* Ends the waits by time. */
static void crowd_free(struct crowd *crowd)
{
    desk_sleep(crowd->desk, LONG_POLL_WAIT_MS_MAX);
    engine_watch(crowd->desk->world.engine);
    for (size_t i = 0; i < crowd->count; i++) {
        assert_int_equal(crowd->exchanges[i].answers, 1);
        memory_exchange_deinit(&crowd->exchanges[i]);
    }
    assert_int_equal(memory_budget_used(&crowd->budget), 0);
    free(crowd->exchanges);
    free(crowd);
}

static struct memory_exchange *ask(struct crowd *crowd, size_t peer, const char *method,
                                   const ProtobufCMessage *request)
{
    struct memory_exchange *exchange = &crowd->exchanges[crowd->count++];
    ProtobufCBinaryData bytes = frame_of_call(&crowd->desk->arena, method, 100000, request);
    memory_exchange_init(exchange, bytes.data, bytes.len);
    exchange->peer = &crowd->peers[peer];
    world_send(&crowd->desk->world, RPC_SOCKET_WATCH, exchange);
    return exchange;
}

static struct memory_exchange *ask_events(struct crowd *crowd, size_t peer, uint32_t wait_ms)
{
    Onsale__V1__ListEventsRequest req = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    req.after = UINT32_MAX;
    req.wait_ms = wait_ms;
    return ask(crowd, peer, "onsale.v1.EventService/ListEvents", &req.base);
}

static struct memory_exchange *ask_place(struct crowd *crowd, size_t peer,
                                         ProtobufCBinaryData token, uint32_t known_position)
{
    Onsale__V1__WaitQueueEntryRequest req = ONSALE__V1__WAIT_QUEUE_ENTRY_REQUEST__INIT;
    req.token = token;
    req.known_status = ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING;
    req.known_position = known_position;
    req.wait_ms = LONG_POLL_WAIT_MS_MAX;
    return ask(crowd, peer, "onsale.v1.QueueService/WaitQueueEntry", &req.base);
}

static void assert_answer(const struct memory_exchange *exchange, const char *reason)
{
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(exchange);
    assert_non_null(reply);
    assert_string_equal(reply->results[0]->reason, reason);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
}

static void fill_all_places(struct crowd *crowd)
{
    for (size_t i = 0; i < WATCHERS_MAX; i++)
        assert_int_equal(ask_events(crowd, i % PEERS, LONG_POLL_WAIT_MS_MAX)->answers, 0);
}

static size_t places_taken(const struct crowd *crowd)
{
    return engine_gauges(crowd->desk->world.engine).long_polls_waiting;
}

/* --- Cases ------------------------------------------------------------------------------------ */

static void one_poll_more_than_fit_is_refused_at_once_and_others_are_answered(void **state)
{
    struct crowd *crowd = crowd_make(*state);
    Onsale__Rpc__V1__CheckRequest check = ONSALE__RPC__V1__CHECK_REQUEST__INIT;
    fill_all_places(crowd);
    assert_int_equal(places_taken(crowd), WATCHERS_MAX);
    assert_answer(ask_events(crowd, 0, 1), "WATCHERS_FULL");
    assert_answer(ask(crowd, 0, "onsale.rpc.v1.HealthService/Check", &check.base), "");
    assert_answer(ask_events(crowd, 0, 0), ""); /* a short poll */
    engine_watch(crowd->desk->world.engine);
    assert_answer(ask_events(crowd, 1, 1), "WATCHERS_FULL");
    crowd_free(crowd);
}

/* Beside this, a context of nng has 0.8 KiB a call, and its message 0.3. */
static void ten_thousand_polls_keep_less_than_forty_megabytes(void **state)
{
    struct crowd *crowd = crowd_make(*state);
    fill_all_places(crowd);
    assert_true(memory_budget_used(&crowd->budget) < 40 * MIB);
    engine_watch(crowd->desk->world.engine);
    assert_true(memory_budget_used(&crowd->budget) < 40 * MIB);
    crowd_free(crowd);
}

static void the_places_of_a_connection_that_is_gone_are_free_at_once(void **state)
{
    struct crowd *crowd = crowd_make(*state);
    struct engine *engine = crowd->desk->world.engine;
    fill_all_places(crowd);
    rpc_dispatcher_peer_gone(engine_dispatcher(engine), &crowd->peers[0]);
    assert_int_equal(places_taken(crowd), WATCHERS_MAX / PEERS);
    assert_int_equal(ask_events(crowd, 1, LONG_POLL_WAIT_MS_MAX)->answers, 0);
    assert_int_equal(crowd->exchanges[0].answers, 0);
    engine_watch(engine); /* finishes them */
    for (size_t i = 0; i < WATCHERS_MAX; i++)
        assert_int_equal(crowd->exchanges[i].answers, i % PEERS == 0);
    assert_int_equal(places_taken(crowd), WATCHERS_MAX / PEERS + 1);
    crowd_free(crowd);
}

static void a_poll_of_a_connection_that_is_gone_already_takes_no_place(void **state)
{
    struct crowd *crowd = crowd_make(*state);
    struct engine *engine = crowd->desk->world.engine;
    rpc_dispatcher_peer_gone(engine_dispatcher(engine), &crowd->peers[0]);
    struct memory_exchange *poll = ask_events(crowd, 0, LONG_POLL_WAIT_MS_MAX);
    assert_int_equal(places_taken(crowd), 0);
    engine_watch(engine);
    assert_int_equal(poll->answers, 1);
    crowd_free(crowd);
}

static void a_poll_that_is_looked_at_again_and_again_keeps_no_more(void **state)
{
    struct crowd *crowd = crowd_make(*state);
    struct desk *desk = crowd->desk;
    desk_set_caps(desk, 1, 1);
    desk_enter(desk, 1, DESK_CONCERT);
    desk_enter(desk, 2, DESK_CONCERT);
    ProtobufCBinaryData last = desk_enter(desk, 3, DESK_CONCERT);
    struct memory_exchange *poll = ask_place(crowd, 0, last, desk_poll(desk, last)->position);
    size_t used = memory_budget_used(&crowd->budget);
    for (uint64_t user = 4; user < 14; user++) {
        desk_enter(desk, user, DESK_OTHER_CONCERT);
        desk_enter(desk, user, DESK_CONCERT); /* behind */
        engine_watch(desk->world.engine);
    }
    assert_int_equal(poll->answers, 0);
    assert_int_equal(memory_budget_used(&crowd->budget), used);
    crowd_free(crowd);
}

static void a_poll_is_answered_when_somebody_ahead_leaves(void **state)
{
    struct crowd *crowd = crowd_make(*state);
    struct desk *desk = crowd->desk;
    desk_set_caps(desk, 1, 1);
    desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData ahead = desk_enter(desk, 2, DESK_CONCERT);
    ProtobufCBinaryData last = desk_enter(desk, 3, DESK_CONCERT);
    struct memory_exchange *poll = ask_place(crowd, 0, last, desk_poll(desk, last)->position);
    engine_watch(desk->world.engine);
    assert_int_equal(poll->answers, 0);
    assert_int_equal(desk_leave(desk, ahead), STATUS_OK);
    engine_watch(desk->world.engine);
    assert_int_equal(poll->answers, 1);
    crowd_free(crowd);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(one_poll_more_than_fit_is_refused_at_once_and_others_are_answered),
        CASE(ten_thousand_polls_keep_less_than_forty_megabytes),
        CASE(the_places_of_a_connection_that_is_gone_are_free_at_once),
        CASE(a_poll_of_a_connection_that_is_gone_already_takes_no_place),
        CASE(a_poll_that_is_looked_at_again_and_again_keeps_no_more),
        CASE(a_poll_is_answered_when_somebody_ahead_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
