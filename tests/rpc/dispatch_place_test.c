/* What a reply says of the log, and what a request wants to see of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "onsale/v1/wallet.pb-c.h"
#include "tests/rpc/dispatch_fixture.h"

static void add_balance_call(struct dispatch_fixture *fixture, uint64_t user_id)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    request.user_id = user_id;
    call_frame_add(&fixture->frame, GET_BALANCE, &request.base);
}

static void send_frame(struct dispatch_fixture *fixture)
{
    size_t size;
    dispatch_forget_reply(fixture);
    uint8_t *bytes = call_frame_pack(&fixture->frame, &size);
    memory_exchange_init(&fixture->exchange, bytes, size);
    memory_exchange_dispatch(&fixture->exchange, fixture->dispatcher, RPC_SOCKET_MAIN);
    free(bytes);
}

static void assert_place(struct dispatch_fixture *fixture, struct rpc_place place)
{
    assert_int_equal(atomic_load(&fixture->exchange.answers), 1);
    fixture->reply = memory_exchange_reply(&fixture->exchange);
    assert_non_null(fixture->reply);
    assert_true(fixture->reply->index == place.index);
    assert_true(fixture->reply->epoch == place.epoch);
}

static void a_reply_tells_the_newest_entry_that_its_answers_depend_on(void **state)
{
    struct dispatch_fixture *fixture = *state;
    fixture->fake.place = (struct rpc_place){.epoch = 3, .index = UINT64_MAX / 2};
    for (size_t i = 0; i < 3; i++)
        add_balance_call(fixture, i);
    call_frame_add(&fixture->frame, "onsale.v1.WalletService/NoSuchMethod", NULL);
    send_frame(fixture);
    assert_place(fixture, (struct rpc_place){.epoch = 3, .index = UINT64_MAX / 2 + 2});
}

static void answers_of_two_epochs_count_as_of_the_older(void **state)
{
    struct dispatch_fixture *fixture = *state;
    atomic_store(&fixture->fake.holds, true);
    add_balance_call(fixture, 1);
    add_balance_call(fixture, 2);
    send_frame(fixture);
    struct rpc_call *later = fixture->fake.held;
    struct rpc_call *earlier = later->next;
    later->place = (struct rpc_place){.epoch = 5, .index = 60};
    earlier->place = (struct rpc_place){.epoch = 4, .index = 70};
    rpc_call_finish(later, STATUS_USER_NOT_FOUND);
    rpc_call_finish(earlier, STATUS_USER_NOT_FOUND);
    assert_place(fixture, (struct rpc_place){.epoch = 4, .index = 70});
}

static void a_server_without_a_log_tells_no_place(void **state)
{
    struct dispatch_fixture *fixture = *state;
    add_balance_call(fixture, 7);
    send_frame(fixture);
    assert_place(fixture, (struct rpc_place){0});
}

static void the_application_is_told_what_the_caller_has_seen(void **state)
{
    static const uint64_t indexes[] = {0, UINT64_MAX, 0};
    struct dispatch_fixture *fixture = *state;
    add_balance_call(fixture, 7);
    for (size_t i = 0; i < 3; i++) {
        fixture->frame.message.min_index = indexes[i];
        fixture->fake.last_min_index = 1;
        send_frame(fixture);
        assert_true(fixture->fake.last_min_index == indexes[i]);
    }
}

static void the_application_is_told_whether_a_follower_may_answer(void **state)
{
    struct dispatch_fixture *fixture = *state;
    add_balance_call(fixture, 7);
    for (int i = 0; i < 3; i++) {
        bool any_server = i == 1;
        fixture->frame.message.any_server = any_server;
        fixture->fake.last_any_server = !any_server;
        send_frame(fixture);
        assert_int_equal(fixture->fake.last_any_server, any_server);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, dispatch_set_up, dispatch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_reply_tells_the_newest_entry_that_its_answers_depend_on),
        TEST(answers_of_two_epochs_count_as_of_the_older),
        TEST(a_server_without_a_log_tells_no_place),
        TEST(the_application_is_told_what_the_caller_has_seen),
        TEST(the_application_is_told_whether_a_follower_may_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
