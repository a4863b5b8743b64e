/* large_read_cases_test.c -- Frames of large reads take turns, and nobody else waits for them. One
 * thread does here what several do in the server: what comes while a large read has its turn is
 * sent when that asks for the time of its reply. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "onsale/v1/event.pb-c.h"
#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

enum { EVENTS = 500, TIMEOUT_MS = 1000 };

/* What is sent meanwhile, and what had been answered then. */
struct meanwhile {
    struct desk *desk;
    struct memory_exchange large;
    struct memory_exchange small;
    unsigned large_answers;
    unsigned small_answers;
    bool was_left;         /* to another thread than that of the turn */
    int64_t takes_ms;      /* the turn */
    struct rpc_peer *peer; /* whose large read that is, who is gone then; NULL: nobody's */
};

static struct meanwhile meanwhile;

static void send(struct desk *desk, const char *method, const ProtobufCMessage *request,
                 struct rpc_peer *peer, struct memory_exchange *exchange)
{
    ProtobufCBinaryData bytes = frame_of_call(&desk->arena, method, TIMEOUT_MS, request);
    memory_exchange_init(exchange, bytes.data, bytes.len);
    exchange->peer = peer;
    world_send(&desk->world, RPC_SOCKET_MAIN, exchange);
}

static void send_large(struct desk *desk, struct rpc_peer *peer, struct memory_exchange *exchange)
{
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    request.max = EVENTS;
    send(desk, "onsale.v1.EventService/ListEvents", &request.base, peer, exchange);
}

static void send_small(struct desk *desk, struct memory_exchange *exchange)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    request.user_id = 1;
    send(desk, "onsale.v1.WalletService/GetBalance", &request.base, NULL, exchange);
}

static void send_both(struct world *world)
{
    send_large(meanwhile.desk, meanwhile.peer, &meanwhile.large);
    if (meanwhile.peer != NULL)
        rpc_dispatcher_peer_gone(engine_dispatcher(world->engine), meanwhile.peer);
    send_small(meanwhile.desk, &meanwhile.small);
    meanwhile.large_answers = meanwhile.large.answers;
    meanwhile.small_answers = meanwhile.small.answers;
    world->clock_ms += meanwhile.takes_ms;
}

static uint32_t code_of(const struct memory_exchange *exchange)
{
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(exchange);
    assert_non_null(reply);
    uint32_t code = reply->results[0]->code;
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    return code;
}

/* @return What the large read that came during the turn of another was answered. */
static uint32_t read_much_at_once(struct desk *desk)
{
    struct memory_exchange first;
    desk_balance(desk, 1); /* what was written is shown and flushed before this is answered */
    meanwhile.desk = desk;
    desk->world.act = send_both;
    desk->world.act_after = 1; /* when it reads the clock for its reply */
    send_large(desk, NULL, &first);
    assert_int_equal(first.answers, 1);
    assert_int_equal(code_of(&first), 0);
    assert_int_equal(meanwhile.large_answers, 0);
    assert_int_equal(meanwhile.small_answers, 1);
    meanwhile.was_left = meanwhile.large.left != NULL;
    if (meanwhile.was_left) memory_exchange_go_on(&meanwhile.large);
    assert_int_equal(meanwhile.large.answers, 1);
    uint32_t code = code_of(&meanwhile.large);
    memory_exchange_deinit(&first);
    memory_exchange_deinit(&meanwhile.large);
    memory_exchange_deinit(&meanwhile.small);
    return code;
}

static void a_large_read_waits_for_its_turn_and_a_small_one_does_not(void **state)
{
    meanwhile = (struct meanwhile){0};
    assert_int_equal(read_much_at_once(*state), 0);
    assert_false(meanwhile.was_left);
}

/* A thread of nng that goes on with the frames of others holds up whatever is to be closed. */
static void
a_large_read_is_left_to_another_thread_when_this_one_has_had_turns_for_long(void **state)
{
    meanwhile = (struct meanwhile){.takes_ms = TIMEOUT_MS / 2};
    assert_int_equal(read_much_at_once(*state), 0);
    assert_true(meanwhile.was_left);
}

static void a_large_read_whose_time_is_up_before_its_turn_is_not_executed(void **state)
{
    enum { DEADLINE_EXCEEDED = 4 };
    meanwhile = (struct meanwhile){.takes_ms = TIMEOUT_MS};
    assert_int_equal(read_much_at_once(*state), DEADLINE_EXCEEDED);
}

static void a_large_read_of_a_peer_who_is_gone_before_its_turn_is_not_executed(void **state)
{
    struct memory_budget budget;
    struct rpc_peer peer = {0};
    memory_budget_init(&budget, 64 * 1024 * 1024);
    memory_share_init(&peer.memory, &budget);
    meanwhile = (struct meanwhile){.peer = &peer};
    assert_int_not_equal(read_much_at_once(*state), 0);
    assert_int_equal(memory_budget_used(&budget), 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_large_read_waits_for_its_turn_and_a_small_one_does_not),
        CASE(a_large_read_is_left_to_another_thread_when_this_one_has_had_turns_for_long),
        CASE(a_large_read_whose_time_is_up_before_its_turn_is_not_executed),
        CASE(a_large_read_of_a_peer_who_is_gone_before_its_turn_is_not_executed),
    };
    return cmocka_run_group_tests_name("large read cases", tests, NULL, NULL);
}
