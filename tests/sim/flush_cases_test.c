/* flush_cases_test.c -- Answers wait until what they tell of is on disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "server/engine/inside.h"
#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

enum { CHARGES = 2 * WRITER_BATCH_MAX + 1 };

/* Sends a charge of 1 in a frame of its own. */
static void send_charge(struct desk *desk, uint32_t number, struct memory_exchange *exchange)
{
    Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    uint8_t id[ID_BYTES] = {9, (uint8_t)(number >> 8), (uint8_t)number};
    req.user_id = 1;
    req.charge_id = message_bytes(&desk->arena, id, sizeof id);
    req.amount = 1;
    ProtobufCBinaryData bytes =
        frame_of_call(&desk->arena, "onsale.v1.WalletService/ChargeBalance", 1000, &req.base);
    memory_exchange_init(exchange, bytes.data, bytes.len);
    world_send(&desk->world, RPC_SOCKET_MAIN, exchange);
}

static void send_read(struct desk *desk, struct memory_exchange *exchange)
{
    Onsale__V1__GetBalanceRequest req = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    req.user_id = 1;
    ProtobufCBinaryData bytes =
        frame_of_call(&desk->arena, "onsale.v1.WalletService/GetBalance", 1000, &req.base);
    memory_exchange_init(exchange, bytes.data, bytes.len);
    world_send(&desk->world, RPC_SOCKET_MAIN, exchange);
}

static size_t count_answers(const struct memory_exchange *exchanges)
{
    size_t answers = 0;
    for (size_t i = 0; i < CHARGES; i++)
        answers += exchanges[i].answers;
    return answers;
}

/* More than two batches wait. The flusher is woken after each, for it may have put back calls. */
static void no_answer_tells_of_a_write_before_it_is_on_disk(void **state)
{
    struct desk *desk = *state;
    struct engine *engine = desk->world.engine;
    unsigned *wakes = &desk->world.wakes[ENGINE_FLUSHER];
    struct memory_exchange *charges = calloc(CHARGES, sizeof *charges);
    struct memory_exchange read;
    assert_non_null(charges);
    for (uint32_t i = 0; i < CHARGES; i++)
        send_charge(desk, i, &charges[i]);

    *wakes = 0;
    assert_int_equal(engine_write(engine), STATUS_OK);
    assert_int_equal(*wakes, 1);
    send_read(desk, &read); /* which sees the first batch */
    assert_int_equal(engine_write(engine), STATUS_OK);
    assert_int_equal(*wakes, 2);
    assert_int_equal(count_answers(charges), 0);
    assert_int_equal(read.answers, 0);

    assert_int_equal(engine_flush(engine), STATUS_OK);
    assert_int_equal(count_answers(charges), 2 * WRITER_BATCH_MAX);
    assert_int_equal(read.answers, 1);

    assert_int_equal(engine_write(engine), STATUS_OK); /* nobody waits: it flushes by itself */
    assert_int_equal(count_answers(charges), CHARGES);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE + CHARGES);
    for (uint32_t i = 0; i < CHARGES; i++)
        memory_exchange_deinit(&charges[i]);
    memory_exchange_deinit(&read);
    free(charges);
}

/* A clock that goes on by more than half a timeout whenever it is read. */
static int64_t hasty_clock(void *context)
{
    static int64_t passed_ms;
    const struct world *world = context;
    return world->clock_ms + (passed_ms += 600);
}

/* The batch takes longer than a timeout: it looks at the clock now and then. */
static void commands_whose_time_is_up_during_their_batch_are_not_executed(void **state)
{
    struct desk *desk = *state;
    struct memory_exchange *charges = calloc(CHARGES, sizeof *charges);
    assert_non_null(charges);
    for (uint32_t i = 0; i < CHARGES; i++)
        send_charge(desk, i, &charges[i]);
    int64_t (*clock)(void *) = desk->world.engine->world.monotonic_ms;
    desk->world.engine->world.monotonic_ms = hasty_clock;
    assert_int_equal(engine_write(desk->world.engine), STATUS_OK);
    desk->world.engine->world.monotonic_ms = clock;
    world_step(&desk->world);
    world_step(&desk->world);
    assert_int_equal(count_answers(charges), CHARGES);
    int64_t executed = desk_balance(desk, 1) - DESK_BALANCE;
    assert_in_range(executed, 1 + CHARGES - WRITER_BATCH_MAX, 100 + CHARGES - WRITER_BATCH_MAX);
    for (uint32_t i = 0; i < CHARGES; i++)
        memory_exchange_deinit(&charges[i]);
    free(charges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_answer_tells_of_a_write_before_it_is_on_disk, desk_open,
                                        desk_close),
        cmocka_unit_test_setup_teardown(
            commands_whose_time_is_up_during_their_batch_are_not_executed, desk_open, desk_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
