/* Frames that have waited in their socket. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "onsale/v1/wallet.pb-c.h"
#include "tests/rpc/dispatch_fixture.h"

/* Calls of call_frame_add have a second. */
enum { TIMEOUT_MS = 1000 };

/* Asks for as many balances. @return The first result. */
static const Onsale__Rpc__V1__Result *ask(struct dispatch_fixture *fixture, enum rpc_socket socket,
                                          struct rpc_arrival arrival, size_t calls,
                                          uint32_t last_timeout_ms)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__Rpc__V1__Call *call = NULL;
    struct call_frame frame;
    size_t size;
    request.user_id = 7;
    call_frame_init(&frame);
    for (size_t i = 0; i < calls; i++)
        call = call_frame_add(&frame, GET_BALANCE, &request.base);
    call->timeout_ms = last_timeout_ms;
    uint8_t *bytes = call_frame_pack(&frame, &size);
    dispatch_forget_reply(fixture);
    memory_exchange_init(&fixture->exchange, bytes, size);
    fixture->exchange.arrival = arrival;
    memory_exchange_dispatch(&fixture->exchange, fixture->dispatcher, socket);
    free(bytes);
    call_frame_deinit(&frame);
    fixture->reply = memory_exchange_reply(&fixture->exchange);
    assert_non_null(fixture->reply);
    return fixture->reply->results[0];
}

static void assert_overloaded(const Onsale__Rpc__V1__Result *result)
{
    assert_string_equal(result->reason, "OVERLOADED");
    assert_int_equal(result->code, ONSALE__RPC__V1__CODE__CODE_RESOURCE_EXHAUSTED);
    assert_true(result->retry_after_ms > 0);
}

static void a_timeout_counts_from_the_arrival_of_the_frame(void **state)
{
    struct dispatch_fixture *fixture = *state;
    const struct rpc_arrival arrival = {.now_ms = 5000, .waited_ms = 200};
    assert_int_equal(ask(fixture, RPC_SOCKET_MAIN, arrival, 1, TIMEOUT_MS)->code, 0);
    assert_int_equal(fixture->fake.last_deadline_ms, FAKE_NOW_MS - 200 + TIMEOUT_MS);
}

static void a_call_whose_time_was_up_before_it_was_read_is_not_executed(void **state)
{
    struct dispatch_fixture *fixture = *state;
    const struct rpc_arrival late = {.now_ms = 5000, .waited_ms = TIMEOUT_MS};
    assert_overloaded(ask(fixture, RPC_SOCKET_MAIN, late, 1, TIMEOUT_MS));
    assert_int_equal(atomic_load(&fixture->fake.seen), 0);
    assert_int_equal(rpc_dispatcher_overload(fixture->dispatcher).refusals, 1);
    assert_int_equal(rpc_dispatcher_overload(fixture->dispatcher).wait_ms, TIMEOUT_MS);
}

static void of_a_frame_only_the_calls_that_are_late_are_refused(void **state)
{
    struct dispatch_fixture *fixture = *state;
    const struct rpc_arrival arrival = {.now_ms = 5000, .waited_ms = 200};
    ask(fixture, RPC_SOCKET_MAIN, arrival, 3, 150);
    assert_int_equal(fixture->reply->n_results, 3);
    assert_int_equal(fixture->reply->results[0]->code, 0);
    assert_int_equal(fixture->reply->results[1]->code, 0);
    assert_overloaded(fixture->reply->results[2]);
    assert_int_equal(atomic_load(&fixture->fake.seen), 2);
}

static void in_an_overload_a_frame_that_has_waited_is_refused_unread(void **state)
{
    struct dispatch_fixture *fixture = *state;
    const struct rpc_arrival late = {.now_ms = 5000, .waited_ms = TIMEOUT_MS};
    const struct rpc_arrival waited = {.now_ms = 5001, .waited_ms = 200};
    const struct rpc_arrival fresh = {.now_ms = 5002, .waited_ms = 1};
    ask(fixture, RPC_SOCKET_MAIN, late, 1, TIMEOUT_MS);
    assert_overloaded(ask(fixture, RPC_SOCKET_MAIN, waited, 3, TIMEOUT_MS));
    assert_int_equal(fixture->reply->n_results, 1);
    assert_int_equal(ask(fixture, RPC_SOCKET_MAIN, fresh, 1, TIMEOUT_MS)->code, 0);
    assert_int_equal(atomic_load(&fixture->fake.seen), 1);
}

static void administration_is_served_in_an_overload(void **state)
{
    struct dispatch_fixture *fixture = *state;
    const struct rpc_arrival late = {.now_ms = 5000, .waited_ms = TIMEOUT_MS};
    const struct rpc_arrival waited = {.now_ms = 5001, .waited_ms = 900};
    ask(fixture, RPC_SOCKET_MAIN, late, 1, TIMEOUT_MS);
    assert_int_equal(ask(fixture, RPC_SOCKET_ADMIN, waited, 1, TIMEOUT_MS)->code, 0);
    assert_int_equal(ask(fixture, RPC_SOCKET_WATCH, waited, 1, TIMEOUT_MS)->code, 0);
}

/* A frame with a command and a read, which nobody waited for in a socket. */
static void ask_both(struct dispatch_fixture *fixture, enum rpc_socket socket,
                     struct rpc_arrival arrival)
{
    Onsale__V1__GetBalanceRequest read = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    struct call_frame frame;
    size_t size;
    read.user_id = 7;
    call_frame_init(&frame);
    call_frame_add(&frame, CHARGE_BALANCE, NULL);
    call_frame_add(&frame, GET_BALANCE, &read.base);
    uint8_t *bytes = call_frame_pack(&frame, &size);
    dispatch_forget_reply(fixture);
    memory_exchange_init(&fixture->exchange, bytes, size);
    fixture->exchange.arrival = arrival;
    memory_exchange_dispatch(&fixture->exchange, fixture->dispatcher, socket);
    free(bytes);
    call_frame_deinit(&frame);
    fixture->reply = memory_exchange_reply(&fixture->exchange);
    assert_non_null(fixture->reply);
}

static uint32_t two_seconds(void *context)
{
    (void)context;
    return 2 * TIMEOUT_MS;
}

static void commands_that_would_wait_for_too_long_are_refused_and_reads_are_served(void **state)
{
    struct dispatch_fixture *fixture = *state;
    fixture->fake.application.wait_ahead_ms = two_seconds;
    ask_both(fixture, RPC_SOCKET_MAIN, (struct rpc_arrival){.now_ms = 5000});
    assert_overloaded(fixture->reply->results[0]);
    assert_int_equal(fixture->reply->results[1]->code, 0);
    assert_int_equal(atomic_load(&fixture->fake.seen), 1);
}

static void where_room_is_short_commands_are_refused_and_reads_are_served(void **state)
{
    struct dispatch_fixture *fixture = *state;
    const struct rpc_arrival crowded = {.now_ms = 5000, .is_crowded = true};
    ask_both(fixture, RPC_SOCKET_MAIN, crowded);
    assert_overloaded(fixture->reply->results[0]);
    assert_int_equal(fixture->reply->results[1]->code, 0);
    ask_both(fixture, RPC_SOCKET_ADMIN, crowded);
    assert_string_not_equal(fixture->reply->results[0]->reason, "OVERLOADED");
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, dispatch_set_up, dispatch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_timeout_counts_from_the_arrival_of_the_frame),
        TEST(a_call_whose_time_was_up_before_it_was_read_is_not_executed),
        TEST(of_a_frame_only_the_calls_that_are_late_are_refused),
        TEST(in_an_overload_a_frame_that_has_waited_is_refused_unread),
        TEST(administration_is_served_in_an_overload),
        TEST(commands_that_would_wait_for_too_long_are_refused_and_reads_are_served),
        TEST(where_room_is_short_commands_are_refused_and_reads_are_served),
    };
    return cmocka_run_group_tests_name("dispatch: overload", tests, NULL, NULL);
}
