/* time_cases_test.c -- Where the time of a call went: waiting, being executed, waiting for the
 * disk.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "server/engine/call.h"
#include "server/engine/inside.h"
#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

enum { CHARGES = WRITER_BATCH_MAX + 64, BATCH_MS = 7, NS_PER_MS = 1000000 };

/* What the last call that ended of each kind took. */
static struct call_times of_write, of_read;

static void note_times(void *context, const struct rpc_call *call, enum status status)
{
    struct call_times times = call_times_of(call, engine_now_ms(context));
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(times.waited_ms + times.executed_ms + times.flushed_ms, times.took_ms);
    if (call->method->kind == METHOD_WRITE)
        of_write = times;
    else
        of_read = times;
}

static void expect_times(struct call_times times, int64_t waited_ms, int64_t executed_ms,
                         int64_t flushed_ms)
{
    assert_int_equal(times.waited_ms, waited_ms);
    assert_int_equal(times.executed_ms, executed_ms);
    assert_int_equal(times.flushed_ms, flushed_ms);
}

/* A batch takes BATCH_MS by a clock that goes on whenever it is looked at. */
static int64_t hasty_ticks(void *context)
{
    static int64_t ticks_ns;
    (void)context;
    return ticks_ns += BATCH_MS * NS_PER_MS;
}

static struct engine *engine_of(struct desk *desk)
{
    struct engine *engine = desk->world.engine;
    engine->application.ended = note_times;
    return engine;
}

static void send(struct desk *desk, const char *method, const ProtobufCMessage *request,
                 struct memory_exchange *exchange)
{
    ProtobufCBinaryData bytes = frame_of_call(&desk->arena, method, 60000, request);
    memory_exchange_init(exchange, bytes.data, bytes.len);
    world_send(&desk->world, RPC_SOCKET_MAIN, exchange);
}

/* Many are left after a batch, so that the writer leaves the flush to the flusher. */
static struct memory_exchange *send_charges(struct desk *desk, uint8_t run)
{
    struct memory_exchange *charges = calloc(CHARGES, sizeof *charges);
    assert_non_null(charges);
    for (uint32_t i = 0; i < CHARGES; i++) {
        Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
        uint8_t id[ID_BYTES] = {9, run, (uint8_t)(i >> 8), (uint8_t)i};
        req.user_id = 1;
        req.charge_id = message_bytes(&desk->arena, id, sizeof id);
        req.amount = 1;
        send(desk, "onsale.v1.WalletService/ChargeBalance", &req.base, &charges[i]);
    }
    return charges;
}

static void send_read(struct desk *desk, struct memory_exchange *exchange)
{
    Onsale__V1__GetBalanceRequest req = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    req.user_id = 1;
    send(desk, "onsale.v1.WalletService/GetBalance", &req.base, exchange);
}

static void end_charges(struct desk *desk, struct memory_exchange *charges)
{
    world_step(&desk->world);
    for (uint32_t i = 0; i < CHARGES; i++) {
        assert_int_equal(charges[i].answers, 1);
        memory_exchange_deinit(&charges[i]);
    }
    free(charges);
}

static void a_write_tells_queue_batch_and_flush_apart(void **state)
{
    struct desk *desk = *state;
    struct engine *engine = engine_of(desk);
    struct memory_exchange *charges = send_charges(desk, 1);
    int64_t (*ticks)(void *) = engine->world.ticks_ns;
    engine->world.ticks_ns = hasty_ticks;
    desk_sleep(desk, 30);
    assert_int_equal(engine_write(engine), STATUS_OK);
    desk_sleep(desk, 20);
    assert_int_equal(engine_flush(engine), STATUS_OK);
    expect_times(of_write, 30, BATCH_MS, 20 - BATCH_MS);
    engine->world.ticks_ns = ticks;
    end_charges(desk, charges);
    expect_times(of_write, 50, 0, 0); /* that did not fit in it */
}

static void a_read_tells_that_it_waited_for_the_flush_of_what_it_saw(void **state)
{
    struct desk *desk = *state;
    struct engine *engine = engine_of(desk);
    struct memory_exchange *charges = send_charges(desk, 2);
    struct memory_exchange read;
    atomic_store(&engine->was_read, true); /* so that the batch is committed at once */
    assert_int_equal(engine_write(engine), STATUS_OK);
    send_read(desk, &read);
    assert_int_equal(read.answers, 0);
    desk_sleep(desk, 20);
    assert_int_equal(engine_flush(engine), STATUS_OK);
    assert_int_equal(read.answers, 1);
    expect_times(of_read, 0, 0, 20);
    memory_exchange_deinit(&read);
    end_charges(desk, charges);
}

static void a_read_tells_that_it_waited_for_a_commit(void **state)
{
    struct desk *desk = *state;
    struct engine *engine = engine_of(desk);
    struct memory_exchange *charges = send_charges(desk, 3);
    struct memory_exchange read;
    assert_int_equal(engine_write(engine), STATUS_OK);
    assert_int_equal(engine_flush(engine), STATUS_OK);
    send_read(desk, &read);
    assert_int_equal(read.answers, 0);
    desk_sleep(desk, 10);
    assert_int_equal(engine_commit(engine), STATUS_OK);
    assert_int_equal(read.answers, 1);
    expect_times(of_read, 10, 0, 0);
    memory_exchange_deinit(&read);
    end_charges(desk, charges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_write_tells_queue_batch_and_flush_apart, desk_open,
                                        desk_close),
        cmocka_unit_test_setup_teardown(a_read_tells_that_it_waited_for_the_flush_of_what_it_saw,
                                        desk_open, desk_close),
        cmocka_unit_test_setup_teardown(a_read_tells_that_it_waited_for_a_commit, desk_open,
                                        desk_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
