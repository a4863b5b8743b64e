/* What a peer's share of the memory, and a frame's room for records, do to its calls. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "onsale/v1/wallet.pb-c.h"
#include "rpc/frame/frame_pool.h"
#include "tests/lib/call_frame.h"
#include "tests/lib/memory_transport.h"
#include "tests/rpc/fake_application.h"

enum { MIB = 1024 * 1024, BUDGET = 64 * MIB };

struct fixture {
    struct fake_application fake;
    struct rpc_dispatcher *dispatcher;
    struct memory_budget budget;
    struct rpc_peer peer;
    struct rpc_peer other;
    struct call_frame frame;
    struct memory_exchange exchange;
    Onsale__Rpc__V1__ReplyFrame *reply;
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fake_application_init(&fixture->fake);
    call_frame_init(&fixture->frame);
    memory_budget_init(&fixture->budget, BUDGET);
    memory_share_init(&fixture->peer.memory, &fixture->budget);
    memory_share_init(&fixture->other.memory, &fixture->budget);
    *state = fixture;
    return rpc_dispatcher_open(&fixture->fake.application, &memory_transport,
                               &fixture->dispatcher) == STATUS_OK
               ? 0
               : -1;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->reply != NULL) onsale__rpc__v1__reply_frame__free_unpacked(fixture->reply, NULL);
    memory_exchange_deinit(&fixture->exchange);
    call_frame_deinit(&fixture->frame);
    assert_int_equal(fixture->peer.memory.used_bytes, 0);
    rpc_dispatcher_close(fixture->dispatcher);
    free(fixture);
    return 0;
}

static void begin(struct fixture *fixture)
{
    size_t size;
    uint8_t *bytes = call_frame_pack(&fixture->frame, &size);
    memory_exchange_init(&fixture->exchange, bytes, size);
    fixture->exchange.peer = &fixture->peer;
    free(bytes);
    memory_exchange_dispatch(&fixture->exchange, fixture->dispatcher, RPC_SOCKET_MAIN);
}

static void exchange(struct fixture *fixture, size_t results)
{
    begin(fixture);
    assert_int_equal(atomic_load(&fixture->exchange.answers), 1);
    fixture->reply = memory_exchange_reply(&fixture->exchange);
    assert_non_null(fixture->reply);
    assert_int_equal(fixture->reply->n_results, results);
}

static void assert_result(const struct fixture *fixture, size_t i, const char *reason)
{
    assert_string_equal(fixture->reply->results[i]->reason, reason);
}

static char *make_version(size_t size)
{
    char *version = malloc(size);
    assert_non_null(version);
    memset(version, 'v', size - 1);
    version[size - 1] = '\0';
    return version;
}

static void add_charge(struct fixture *fixture)
{
    Onsale__V1__ChargeBalanceRequest request = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    request.amount = 7;
    call_frame_add(&fixture->frame, CHARGE_BALANCE, &request.base);
}

/* Several thousand frames with one call each may wait for the writer: each takes what it needs. */
static void a_frame_and_its_reply_are_paid_for_until_the_reply_has_left(void **state)
{
    struct fixture *fixture = *state;
    atomic_store(&fixture->fake.holds, true);
    call_frame_add(&fixture->frame, CHECK, NULL);
    begin(fixture);
    size_t held = memory_budget_used(&fixture->budget);
    assert_in_range(held, 8 * 1024, 16 * 1024);
    fake_application_release(&fixture->fake);
    assert_int_equal(memory_budget_used(&fixture->budget), fixture->exchange.reply_size);
}

static void a_frame_without_a_share_of_the_memory_is_refused_and_may_be_repeated(void **state)
{
    struct fixture *fixture = *state;
    memory_share_owe(&fixture->other.memory, BUDGET);
    call_frame_add(&fixture->frame, CHECK, NULL);
    call_frame_add(&fixture->frame, CHECK, NULL);
    exchange(fixture, 1);
    assert_result(fixture, 0, "MEMORY_BUSY");
    assert_true(fixture->reply->results[0]->retry_after_ms > 0);
    assert_int_equal(atomic_load(&fixture->fake.seen), 0);
}

/* The share lasts for the frame and for one block more, not for the blocks of 400 calls. */
static void calls_for_which_the_share_does_not_last_are_refused_with_the_frame(void **state)
{
    struct fixture *fixture = *state;
    memory_share_owe(&fixture->other.memory, BUDGET - 120 * 1024);
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    request.user_id = 7;
    for (int i = 0; i < 400; i++)
        call_frame_add(&fixture->frame, GET_BALANCE, &request.base);
    exchange(fixture, 1);
    assert_result(fixture, 0, "MEMORY_BUSY");
}

static void reads_whose_answers_are_not_paid_for_are_refused_and_writes_are_told(void **state)
{
    struct fixture *fixture = *state;
    char *version = make_version(MIB);
    fixture->fake.version = version;
    memory_share_owe(&fixture->other.memory, BUDGET - MIB);
    add_charge(fixture);
    call_frame_add(&fixture->frame, CHECK, NULL);
    call_frame_add(&fixture->frame, "no.such/Method", NULL);
    exchange(fixture, 3);
    assert_result(fixture, 0, "");
    assert_result(fixture, 1, "MEMORY_BUSY");
    assert_result(fixture, 2, "METHOD_UNKNOWN");
    free(version);
}

/* Just as large as fits alone. */
static void the_answer_of_a_write_has_room_before_those_of_reads(void **state)
{
    struct fixture *fixture = *state;
    char *version = make_version(REPLY_FRAME_BYTES_MAX - 20);
    fixture->fake.version = version;
    call_frame_add(&fixture->frame, CHECK, NULL);
    add_charge(fixture);
    exchange(fixture, 2);
    assert_result(fixture, 0, "FRAME_TOO_MANY_RECORDS");
    assert_result(fixture, 1, "");
    free(version);
}

static uint32_t records_of(const struct rpc_call *call)
{
    return strcmp(call->method->name, CHECK) == 0 ? 1 : RECORDS_PER_FRAME_MAX - 1;
}

static void the_call_that_asks_for_more_records_than_are_left_is_refused_alone(void **state)
{
    struct fixture *fixture = *state;
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    request.user_id = 7;
    fixture->fake.application.records_asked = records_of;
    call_frame_add(&fixture->frame, GET_BALANCE, &request.base);
    call_frame_add(&fixture->frame, GET_BALANCE, &request.base);
    call_frame_add(&fixture->frame, CHECK, NULL);
    call_frame_add(&fixture->frame, CHECK, NULL);
    exchange(fixture, 4);
    assert_result(fixture, 0, "");
    assert_result(fixture, 1, "FRAME_TOO_MANY_RECORDS");
    assert_true(fixture->reply->results[1]->retry_after_ms > 0);
    assert_result(fixture, 2, "");
    assert_result(fixture, 3, "FRAME_TOO_MANY_RECORDS");
    assert_int_equal(atomic_load(&fixture->fake.seen), 2);
}

/* Frames that waited for something together and are over together, before anybody trims. */
static void frames_that_nobody_pays_for_are_few_however_many_there_were(void **state)
{
    enum { FRAMES = 1000 };
    struct frame_pool pool;
    static struct rpc_frame *frames[FRAMES];
    (void)state;
    frame_pool_init(&pool);
    for (size_t size = 0; size < FRAME_SIZES; size++) {
        for (size_t i = 0; i < FRAMES; i++)
            assert_non_null(frames[i] = frame_pool_take(&pool, (enum frame_size)size));
        for (size_t i = 0; i < FRAMES; i++)
            frame_pool_give(&pool, frames[i]);
    }
    size_t kept_bytes = 0;
    for (size_t size = 0; size < FRAME_SIZES; size++) {
        size_t bytes = pool.lists[size].count * frame_pool_frame_bytes((enum frame_size)size);
        assert_in_range(bytes, 1, FRAME_POOL_BYTES_MAX);
        kept_bytes += bytes;
    }
    assert_int_equal(frame_pool_trim(&pool), kept_bytes);
    frame_pool_deinit(&pool);
}

static void the_application_is_told_whose_peer_is_gone(void **state)
{
    struct fixture *fixture = *state;
    rpc_dispatcher_peer_gone(fixture->dispatcher, &fixture->peer);
    assert_int_equal(atomic_load(&fixture->fake.gone), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_frame_and_its_reply_are_paid_for_until_the_reply_has_left),
        TEST(a_frame_without_a_share_of_the_memory_is_refused_and_may_be_repeated),
        TEST(calls_for_which_the_share_does_not_last_are_refused_with_the_frame),
        TEST(reads_whose_answers_are_not_paid_for_are_refused_and_writes_are_told),
        TEST(the_answer_of_a_write_has_room_before_those_of_reads),
        TEST(the_call_that_asks_for_more_records_than_are_left_is_refused_alone),
        TEST(frames_that_nobody_pays_for_are_few_however_many_there_were),
        TEST(the_application_is_told_whose_peer_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
