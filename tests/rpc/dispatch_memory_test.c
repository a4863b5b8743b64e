#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "onsale/v1/wallet.pb-c.h"
#include "tests/lib/call_frame.h"
#include "tests/lib/failing_malloc.h"
#include "tests/lib/memory_transport.h"
#include "tests/rpc/fake_application.h"

static void opening_fails_cleanly_at_each_allocation(void **state)
{
    (void)state;
    struct fake_application fake;
    fake_application_init(&fake);
    enum status err = STATUS_OUT_OF_MEMORY;
    for (size_t number = 1; err != STATUS_OK; number++) {
        struct rpc_dispatcher *dispatcher = NULL;
        failing_malloc_arm(number);
        err = rpc_dispatcher_open(&fake.application, &memory_transport, &dispatcher);
        bool failed = failing_malloc_disarm();
        assert_int_equal(err, failed ? STATUS_OUT_OF_MEMORY : STATUS_OK);
        assert_int_equal(dispatcher == NULL, failed);
        rpc_dispatcher_close(dispatcher);
    }
}

/* Calls that overflow an arena's first block, so that it has to allocate more. */
static uint8_t *pack_many_calls(size_t *ret_size)
{
    struct call_frame frame;
    call_frame_init(&frame);
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    request.user_id = 7;
    for (int i = 0; i < 400; i++)
        call_frame_add(&frame, GET_BALANCE, &request.base);
    uint8_t *bytes = call_frame_pack(&frame, ret_size);
    call_frame_deinit(&frame);
    return bytes;
}

/* Without memory there may be no reply; if there is one it says so, for the frame or for calls. */
static void assert_short_of_memory(const struct memory_exchange *exchange)
{
    if (exchange->reply == NULL) return;
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(exchange);
    assert_non_null(reply);
    size_t refused = 0;
    for (size_t i = 0; i < reply->n_results; i++)
        refused += strcmp(reply->results[i]->reason, "OUT_OF_MEMORY") == 0;
    assert_true(refused > 0);
    assert_true(reply->n_results == 400 || reply->n_results == 1);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
}

static bool dispatch_with_failure(const uint8_t *bytes, size_t size, size_t number)
{
    struct fake_application fake;
    struct rpc_dispatcher *dispatcher;
    struct memory_exchange exchange;
    fake_application_init(&fake);
    assert_int_equal(rpc_dispatcher_open(&fake.application, &memory_transport, &dispatcher),
                     STATUS_OK);
    memory_exchange_init(&exchange, bytes, size);
    failing_malloc_arm(number);
    memory_exchange_dispatch(&exchange, dispatcher, RPC_SOCKET_MAIN);
    bool failed = failing_malloc_disarm();
    assert_int_equal(atomic_load(&exchange.answers), 1);
    assert_int_equal(rpc_dispatcher_frames_in_flight(dispatcher), 0);
    if (failed) assert_short_of_memory(&exchange);
    memory_exchange_deinit(&exchange);
    rpc_dispatcher_close(dispatcher);
    return failed;
}

static void each_frame_is_answered_once_whichever_allocation_fails(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = pack_many_calls(&size);
    size_t number = 1;
    while (dispatch_with_failure(bytes, size, number))
        number++;
    assert_true(number > 5);
    free(bytes);
}

static void later_frames_allocate_nothing_but_the_reply(void **state)
{
    (void)state;
    struct fake_application fake;
    struct rpc_dispatcher *dispatcher;
    struct call_frame frame;
    fake_application_init(&fake);
    assert_int_equal(rpc_dispatcher_open(&fake.application, &memory_transport, &dispatcher),
                     STATUS_OK);
    call_frame_init(&frame);
    call_frame_add(&frame, CHECK, NULL);
    size_t size;
    uint8_t *bytes = call_frame_pack(&frame, &size);
    for (int round = 0; round < 3; round++) {
        struct memory_exchange exchange;
        memory_exchange_init(&exchange, bytes, size);
        failing_malloc_arm(round == 0 ? 0 : 2);
        memory_exchange_dispatch(&exchange, dispatcher, RPC_SOCKET_MAIN);
        assert_false(failing_malloc_disarm());
        memory_exchange_deinit(&exchange);
    }
    free(bytes);
    call_frame_deinit(&frame);
    rpc_dispatcher_close(dispatcher);
}

/* Another thread executes it beside the others. */
static void a_slow_call_shares_no_memory_with_the_others_of_its_frame(void **state)
{
    (void)state;
    static const char *const methods[] = {CHECK, HOLD_SEATS, GET_BALANCE};
    struct fake_application fake;
    struct rpc_dispatcher *dispatcher;
    struct call_frame frame;
    struct memory_exchange exchange;
    size_t size;
    fake_application_init(&fake);
    atomic_store(&fake.holds, true);
    assert_int_equal(rpc_dispatcher_open(&fake.application, &memory_transport, &dispatcher),
                     STATUS_OK);
    call_frame_init(&frame);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        call_frame_add(&frame, methods[i], NULL);
    uint8_t *bytes = call_frame_pack(&frame, &size);
    memory_exchange_init(&exchange, bytes, size);
    memory_exchange_dispatch(&exchange, dispatcher, RPC_SOCKET_MAIN);

    const struct rpc_call *last = fake.held;
    const struct rpc_call *slow = last->next;
    assert_int_equal(slow->method->kind, METHOD_SLOW);
    assert_ptr_not_equal(slow->arena, last->arena);
    assert_ptr_equal(slow->next->arena, last->arena);
    fake_application_release(&fake);
    assert_int_equal(atomic_load(&exchange.answers), 1);
    memory_exchange_deinit(&exchange);
    free(bytes);
    call_frame_deinit(&frame);
    rpc_dispatcher_close(dispatcher);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(opening_fails_cleanly_at_each_allocation),
        cmocka_unit_test(each_frame_is_answered_once_whichever_allocation_fails),
        cmocka_unit_test(later_frames_allocate_nothing_but_the_reply),
        cmocka_unit_test(a_slow_call_shares_no_memory_with_the_others_of_its_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
