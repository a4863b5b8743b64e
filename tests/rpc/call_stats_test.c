/* How the dispatcher counts calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "onsale/v1/wallet.pb-c.h"
#include "tests/lib/call_frame.h"
#include "tests/lib/memory_transport.h"
#include "tests/rpc/fake_application.h"

enum { NS_PER_US = 1000, GET_BALANCE_ROW = 1, CHARGE_BALANCE_ROW = 2, ROWS = 4 };

struct fixture {
    struct fake_application fake;
    struct rpc_dispatcher *dispatcher;
    struct memory_exchange exchange;
    struct call_frame frame;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fake_application_init(&fixture->fake);
    call_frame_init(&fixture->frame);
    *state = fixture;
    return rpc_dispatcher_open(&fixture->fake.application, &memory_transport,
                               &fixture->dispatcher) == STATUS_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    memory_exchange_deinit(&fixture->exchange);
    rpc_dispatcher_close(fixture->dispatcher);
    call_frame_deinit(&fixture->frame);
    free(fixture);
    return 0;
}

static void add_balance(struct fixture *fixture, uint64_t user_id)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    request.user_id = user_id;
    call_frame_add(&fixture->frame, GET_BALANCE, &request.base);
}

/* Sends what was added. @param came_us  When it came in. */
static void send(struct fixture *fixture, int64_t came_us)
{
    size_t size;
    uint8_t *bytes = call_frame_pack(&fixture->frame, &size);
    memory_exchange_deinit(&fixture->exchange);
    memory_exchange_init(&fixture->exchange, bytes, size);
    fixture->exchange.arrival.came_ns = came_us * NS_PER_US;
    memory_exchange_dispatch(&fixture->exchange, fixture->dispatcher, RPC_SOCKET_MAIN);
    free(bytes);
}

static const struct method_stats *row(const struct fixture *fixture, size_t i)
{
    return &rpc_dispatcher_call_stats(fixture->dispatcher)->of_methods[i];
}

static uint64_t ended(const struct fixture *fixture, size_t i, enum status how)
{
    return atomic_load(&row(fixture, i)->ended[how]);
}

static void set_ticks(struct fixture *fixture, int64_t now_us)
{
    atomic_store(&fixture->fake.ticks_ns, now_us * NS_PER_US);
}

static void calls_are_counted_by_method_and_by_how_they_ended(void **state)
{
    struct fixture *fixture = *state;
    add_balance(fixture, 7);
    add_balance(fixture, 8);
    add_balance(fixture, 0); /* USER_NOT_FOUND */
    call_frame_add(&fixture->frame, CHARGE_BALANCE, NULL);
    add_balance(fixture, 9);
    call_frame_add(&fixture->frame, "onsale.v1.WalletService/Steal", NULL);
    send(fixture, 1);
    assert_int_equal(ended(fixture, GET_BALANCE_ROW, STATUS_OK), 3);
    assert_int_equal(ended(fixture, GET_BALANCE_ROW, STATUS_USER_NOT_FOUND), 1);
    assert_int_equal(ended(fixture, CHARGE_BALANCE_ROW, STATUS_OK), 1);
    assert_int_equal(ended(fixture, ROWS, STATUS_METHOD_UNKNOWN), 1);
}

static void a_call_takes_from_the_arrival_of_its_frame_to_the_answer(void **state)
{
    struct fixture *fixture = *state;
    add_balance(fixture, 7);
    add_balance(fixture, 8);
    atomic_store(&fixture->fake.holds, true);
    set_ticks(fixture, 1100);
    send(fixture, 1000); /* it has waited in the socket for 100 us */
    set_ticks(fixture, 1300);
    fake_application_release(&fixture->fake);
    const struct histogram *took_us = &row(fixture, GET_BALANCE_ROW)->took_us;
    assert_int_equal(atomic_load(&took_us->sum), 2 * 300);
    assert_int_equal(atomic_load(&took_us->counts[3]), 2); /* 256 to 512 us */
    assert_int_equal(histogram_count(took_us), 2);
}

static void a_frame_whose_arrival_nobody_knows_counts_from_its_reading(void **state)
{
    struct fixture *fixture = *state;
    add_balance(fixture, 7);
    set_ticks(fixture, 5000000);
    send(fixture, 0);
    assert_int_equal(atomic_load(&row(fixture, GET_BALANCE_ROW)->took_us.sum), 0);
    assert_int_equal(histogram_count(&row(fixture, GET_BALANCE_ROW)->took_us), 1);
}

static void frames_that_were_not_read_are_counted_by_why(void **state)
{
    struct fixture *fixture = *state;
    const struct call_stats *stats = rpc_dispatcher_call_stats(fixture->dispatcher);
    memory_exchange_init(&fixture->exchange, (const uint8_t *)"\xff", 1);
    memory_exchange_dispatch(&fixture->exchange, fixture->dispatcher, RPC_SOCKET_MAIN);
    memory_exchange_deinit(&fixture->exchange);
    memory_exchange_init(&fixture->exchange, (const uint8_t *)"", 0);
    rpc_dispatch_refuse(fixture->dispatcher, STATUS_CONNECTION_BUSY, NULL, &fixture->exchange);
    assert_int_equal(atomic_load(&stats->frames_refused[STATUS_FRAME_MALFORMED]), 1);
    assert_int_equal(atomic_load(&stats->frames_refused[STATUS_CONNECTION_BUSY]), 1);
    for (size_t i = 0; i <= ROWS; i++)
        assert_int_equal(histogram_count(&row(fixture, i)->took_us), 0);
}

static void what_is_counted_is_what_the_caller_was_told(void **state)
{
    struct fixture *fixture = *state;
    struct memory_budget budget;
    struct rpc_peer peer = {0};
    memory_budget_init(&budget, 64 * 1024);
    memory_share_init(&peer.memory, &budget);
    add_balance(fixture, 7);
    atomic_store(&fixture->fake.holds, true);
    size_t size;
    uint8_t *bytes = call_frame_pack(&fixture->frame, &size);
    memory_exchange_init(&fixture->exchange, bytes, size);
    free(bytes);
    fixture->exchange.peer = &peer;
    memory_exchange_dispatch(&fixture->exchange, fixture->dispatcher, RPC_SOCKET_MAIN);
    /* Somebody takes all that is left: there is no room for the answer. */
    struct rpc_peer other = {0};
    memory_share_init(&other.memory, &budget);
    memory_share_owe(&other.memory, 128 * 1024);
    fake_application_release(&fixture->fake);
    memory_share_give(&other.memory, 128 * 1024);
    assert_int_equal(ended(fixture, GET_BALANCE_ROW, STATUS_MEMORY_BUSY), 1);
    assert_int_equal(ended(fixture, GET_BALANCE_ROW, STATUS_OK), 0);
    memory_exchange_deinit(&fixture->exchange);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(calls_are_counted_by_method_and_by_how_they_ended),
        CASE(a_call_takes_from_the_arrival_of_its_frame_to_the_answer),
        CASE(a_frame_whose_arrival_nobody_knows_counts_from_its_reading),
        CASE(frames_that_were_not_read_are_counted_by_why),
        CASE(what_is_counted_is_what_the_caller_was_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
