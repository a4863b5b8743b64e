/* commit_cases_test.c -- Batches are committed together while nobody reads; who reads misses
 * nothing that anybody was told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "onsale/v1/event.pb-c.h"
#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

enum { USER = 1, COMMIT_MS_MAX = 20, FULL_BATCH = WRITER_BATCH_MAX };

/* --- Calls, each in a frame of its own -------------------------------------------------------- */

static void send(struct desk *desk, enum rpc_socket socket, const char *method,
                 const ProtobufCMessage *request, struct memory_exchange *exchange)
{
    ProtobufCBinaryData bytes = frame_of_call(&desk->arena, method, 60000, request);
    memory_exchange_init(exchange, bytes.data, bytes.len);
    world_send(&desk->world, socket, exchange);
}

static void send_charge(struct desk *desk, uint32_t number, struct memory_exchange *exchange)
{
    Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    uint8_t id[ID_BYTES] = {9, (uint8_t)(number >> 8), (uint8_t)number};
    req.user_id = USER;
    req.charge_id = message_bytes(&desk->arena, id, sizeof id);
    req.amount = 1;
    send(desk, RPC_SOCKET_MAIN, "onsale.v1.WalletService/ChargeBalance", &req.base, exchange);
}

static void send_read(struct desk *desk, struct memory_exchange *exchange)
{
    Onsale__V1__GetBalanceRequest req = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    req.user_id = USER;
    send(desk, RPC_SOCKET_MAIN, "onsale.v1.WalletService/GetBalance", &req.base, exchange);
}

static void send_slow(struct desk *desk, struct memory_exchange *exchange)
{
    Onsale__V1__CheckInvariantsRequest req = ONSALE__V1__CHECK_INVARIANTS_REQUEST__INIT;
    send(desk, RPC_SOCKET_ADMIN, "onsale.v1.AdminService/CheckInvariants", &req.base, exchange);
}

/* A long poll for the event behind this one. */
static void send_poll(struct desk *desk, uint64_t after, struct memory_exchange *exchange)
{
    Onsale__V1__ListEventsRequest req = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    req.after = after;
    req.max = 1;
    req.wait_ms = 30000;
    send(desk, RPC_SOCKET_WATCH, "onsale.v1.EventService/ListEvents", &req.base, exchange);
}

/* What the answer has, beyond what everybody has at first. */
static int64_t charged_in(struct desk *desk, struct memory_exchange *exchange)
{
    assert_int_equal(exchange->answers, 1);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(exchange);
    assert_non_null(reply);
    const Onsale__V1__GetBalanceResponse *res = message_unpack(
        &desk->arena, &onsale__v1__get_balance_response__descriptor, reply->results[0]->payload);
    assert_non_null(res);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(exchange);
    return res->balance - DESK_BALANCE;
}

/* --- The writer ------------------------------------------------------------------------------- */

static bool has_uncommitted(const struct desk *desk)
{
    return store_executed(desk->world.store) > store_committed(desk->world.store);
}

static void commit_all(struct desk *desk)
{
    assert_int_equal(engine_commit(desk->world.engine), STATUS_OK);
    assert_false(has_uncommitted(desk));
}

static void write_batch(struct desk *desk)
{
    assert_int_equal(engine_write(desk->world.engine), STATUS_OK);
}

/* A charge that is answered. */
static void charge(struct desk *desk, uint32_t number)
{
    struct memory_exchange exchange;
    send_charge(desk, number, &exchange);
    write_batch(desk);
    assert_int_equal(exchange.answers, 1);
    memory_exchange_deinit(&exchange);
}

/* One that reads do not see yet, as nobody has read of late. */
static void charge_uncommitted(struct desk *desk, uint32_t number)
{
    commit_all(desk);
    charge(desk, number);
    assert_true(has_uncommitted(desk));
}

/* --- Reads ------------------------------------------------------------------------------------ */

static void a_read_after_an_answered_write_sees_it(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange read;
    charge_uncommitted(desk, 1);
    unsigned wakes = desk->world.wakes[ENGINE_WRITER];
    send_read(desk, &read);
    assert_int_equal(read.answers, 0);
    assert_true(desk->world.wakes[ENGINE_WRITER] > wakes);
    assert_int_equal(engine_write_due(desk->world.engine), 0);
    write_batch(desk);
    assert_int_equal(charged_in(desk, &read), 1);
    assert_false(has_uncommitted(desk));
}

static void a_read_after_an_answered_write_sees_it_beside_the_next_batch(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange read, next;
    charge_uncommitted(desk, 1);
    send_charge(desk, 2, &next);
    send_read(desk, &read);
    write_batch(desk);
    assert_int_equal(charged_in(desk, &read), 1);
    assert_int_equal(next.answers, 1);
    memory_exchange_deinit(&next);
}

static struct memory_exchange *send_charges(struct desk *desk, uint32_t first, uint32_t count)
{
    struct memory_exchange *charges = calloc(count, sizeof *charges);
    assert_non_null(charges);
    for (uint32_t i = 0; i < count; i++)
        send_charge(desk, first + i, &charges[i]);
    return charges;
}

static void free_answered(struct memory_exchange *charges, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(charges[i].answers, 1);
        memory_exchange_deinit(&charges[i]);
    }
    free(charges);
}

/* The second batch is not there yet, so the first is not flushed at once. */
static void a_read_before_any_answer_need_not_wait(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange early, late;
    commit_all(desk);
    struct memory_exchange *charges = send_charges(desk, 1, FULL_BATCH + 1);
    write_batch(desk);
    assert_true(has_uncommitted(desk));
    send_read(desk, &early);
    assert_int_equal(charged_in(desk, &early), 0);
    assert_int_equal(engine_flush(desk->world.engine), STATUS_OK);
    assert_int_equal(charges[0].answers, 1);
    send_read(desk, &late);
    assert_int_equal(late.answers, 0);
    write_batch(desk);
    assert_int_equal(charged_in(desk, &late), FULL_BATCH);
    free_answered(charges, FULL_BATCH + 1);
}

static void while_somebody_reads_each_batch_is_committed_at_once(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange read;
    commit_all(desk);
    for (uint32_t i = 1; i <= 3; i++) {
        send_read(desk, &read);
        assert_int_equal(charged_in(desk, &read), i - 1);
        charge(desk, i);
        assert_false(has_uncommitted(desk));
    }
    charge(desk, 4);
    assert_true(has_uncommitted(desk));
}

static void nothing_is_committed_for_some_milliseconds_without_reads(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange read;
    charge_uncommitted(desk, 1);
    unix_ms due_ms = desk->world.clock_ms + COMMIT_MS_MAX;
    assert_int_equal(engine_write_due(desk->world.engine), due_ms);
    desk_sleep(desk, COMMIT_MS_MAX - 1);
    charge(desk, 2);
    assert_true(has_uncommitted(desk));
    assert_int_equal(engine_write_due(desk->world.engine), due_ms);
    desk_sleep(desk, 1);
    write_batch(desk);
    assert_false(has_uncommitted(desk));
    assert_true(engine_write_due(desk->world.engine) > desk->world.clock_ms);
    send_read(desk, &read);
    assert_int_equal(charged_in(desk, &read), 2);
}

/* --- Long polls ------------------------------------------------------------------------------- */

static void a_long_poll_that_waits_is_woken_by_the_next_batch(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange poll;
    uint64_t last = desk_last_event(desk);
    send_poll(desk, last, &poll);
    engine_watch(desk->world.engine);
    commit_all(desk);
    desk->world.wakes[ENGINE_WATCHER] = 0;
    charge(desk, 1);
    assert_false(has_uncommitted(desk));
    assert_true(desk->world.wakes[ENGINE_WATCHER] > 0);
    engine_watch(desk->world.engine);
    assert_int_equal(poll.answers, 1);
    memory_exchange_deinit(&poll);
}

static void a_long_poll_after_an_answered_write_has_it_at_once(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange poll;
    uint64_t last = desk_last_event(desk);
    charge_uncommitted(desk, 1);
    send_poll(desk, last, &poll);
    write_batch(desk);
    assert_int_equal(poll.answers, 1);
    memory_exchange_deinit(&poll);
}

static void write_meanwhile(struct world *world)
{
    assert_int_equal(engine_write(world->engine), STATUS_OK);
}

/* The writer shows an event when the watcher has looked for it and answers another poll. */
static void a_long_poll_is_looked_at_again_if_more_was_committed_meanwhile(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange first, second, next, read;
    uint64_t last = desk_last_event(desk);
    send_poll(desk, last, &first);
    send_poll(desk, last + 1, &second);
    charge(desk, 1);
    send_read(desk, &read); /* the next batch is committed at once */
    memory_exchange_deinit(&read);
    send_charge(desk, 2, &next);
    desk->world.wakes[ENGINE_WATCHER] = 0;
    desk->world.act = write_meanwhile;
    desk->world.act_after = 1; /* when it reads the clock for the answer */
    unix_ms again_ms = engine_watch(desk->world.engine);
    assert_int_equal(first.answers, 1);
    assert_int_equal(next.answers, 1);
    assert_false(has_uncommitted(desk));
    assert_true(again_ms == 0 || desk->world.wakes[ENGINE_WATCHER] > 0);
    engine_watch(desk->world.engine);
    assert_int_equal(second.answers, 1);
    memory_exchange_deinit(&first);
    memory_exchange_deinit(&second);
    memory_exchange_deinit(&next);
}

/* --- Slow calls ------------------------------------------------------------------------------- */

static void a_slow_call_waits_for_what_is_uncommitted(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange slow;
    charge_uncommitted(desk, 1);
    desk->world.wakes[ENGINE_WRITER] = 0;
    send_slow(desk, &slow);
    assert_false(engine_run_slow(desk->world.engine));
    assert_true(desk->world.wakes[ENGINE_WRITER] > 0);
    desk->world.wakes[ENGINE_SLOW] = 0;
    write_batch(desk);
    assert_false(has_uncommitted(desk));
    assert_true(desk->world.wakes[ENGINE_SLOW] > 0);
    assert_true(engine_run_slow(desk->world.engine));
    assert_int_equal(slow.answers, 1);
    memory_exchange_deinit(&slow);
}

/* @return Whether it is uncommitted yet. */
static bool write_full_batch(struct desk *desk, uint32_t *number)
{
    struct memory_exchange *charges = send_charges(desk, *number, FULL_BATCH);
    write_batch(desk);
    free_answered(charges, FULL_BATCH);
    *number += FULL_BATCH;
    return has_uncommitted(desk);
}

static void a_slow_call_is_woken_if_the_store_shows_what_has_gathered(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange slow;
    uint32_t number = 1;
    while (!store_wants_checkpoint(desk->world.store))
        write_full_batch(desk, &number);
    world_keep(&desk->world);
    commit_all(desk);
    assert_true(write_full_batch(desk, &number));
    send_slow(desk, &slow);
    assert_false(engine_run_slow(desk->world.engine));
    desk->world.wakes[ENGINE_SLOW] = 0;
    assert_false(write_full_batch(desk, &number));
    assert_true(desk->world.wakes[ENGINE_SLOW] > 0);
    assert_true(engine_run_slow(desk->world.engine));
    memory_exchange_deinit(&slow);
}

/* --- The end ---------------------------------------------------------------------------------- */

static void a_server_that_stops_leaves_nothing_uncommitted(void **state)
{
    struct desk *desk = *state;
    charge_uncommitted(desk, 1);
    engine_drain(desk->world.engine);
    write_batch(desk);
    assert_false(has_uncommitted(desk));
    world_restart(&desk->world);
    assert_int_equal(desk_balance(desk, USER), DESK_BALANCE + 1);
    charge_uncommitted(desk, 2);
    commit_all(desk); /* the writer's last step */
    world_crash(&desk->world);
    assert_int_equal(desk_balance(desk, USER), DESK_BALANCE + 2);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_read_after_an_answered_write_sees_it),
        CASE(a_read_after_an_answered_write_sees_it_beside_the_next_batch),
        CASE(a_read_before_any_answer_need_not_wait),
        CASE(while_somebody_reads_each_batch_is_committed_at_once),
        CASE(nothing_is_committed_for_some_milliseconds_without_reads),
        CASE(a_long_poll_that_waits_is_woken_by_the_next_batch),
        CASE(a_long_poll_after_an_answered_write_has_it_at_once),
        CASE(a_long_poll_is_looked_at_again_if_more_was_committed_meanwhile),
        CASE(a_slow_call_waits_for_what_is_uncommitted),
        CASE(a_slow_call_is_woken_if_the_store_shows_what_has_gathered),
        CASE(a_server_that_stops_leaves_nothing_uncommitted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
