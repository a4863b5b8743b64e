/* damage_cases_test.c -- Who meets a damaged record is refused, and nobody else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "store/record.h"
#include "store/user_key.h"
#include "tests/lib/call_frame.h"
#include "tests/sim/desk.h"
#include "tests/sim/frame.h"

enum { DAMAGED_USER = 2, USERS = 3 };

static enum status spoil_wallet(struct store_txn *txn, void *context)
{
    (void)context;
    uint8_t bytes[3] = {0};
    struct key key = user_key(DAMAGED_USER, USER_WALLET);
    record_put_bytes(txn, TREE_USERS, &key, reader_make(bytes, sizeof bytes));
    return STATUS_OK;
}

static void spoil(struct desk *desk)
{
    assert_int_equal(store_write(desk->world.store, spoil_wallet, NULL), STATUS_OK);
    assert_int_equal(store_flush(desk->world.store), STATUS_OK);
}

/* Closing would find it. */
static int close_without_check(void **state)
{
    struct desk *desk = *state;
    world_close(&desk->world);
    arena_deinit(&desk->arena);
    free(desk);
    return 0;
}

static void of_the_commands_of_a_batch_one_that_meets_damage_is_refused(void **state)
{
    struct desk *desk = *state;
    struct desk_call calls[USERS];
    Onsale__V1__ChargeBalanceRequest requests[USERS];
    spoil(desk);
    for (uint8_t i = 0; i < USERS; i++) {
        onsale__v1__charge_balance_request__init(&requests[i]);
        requests[i].user_id = i + 1U;
        requests[i].amount = 5;
        requests[i].charge_id = desk_id(desk, (uint8_t)(i + 1));
        calls[i] = (struct desk_call){.method = "onsale.v1.WalletService/ChargeBalance",
                                      .request = &requests[i].base};
    }
    desk_call_together(desk, calls, USERS);
    for (uint64_t i = 0; i < USERS; i++)
        assert_int_equal(calls[i].status, i + 1 == DAMAGED_USER ? STATUS_STORE_DAMAGED : STATUS_OK);
    assert_int_equal(desk_balance(desk, 1), DESK_BALANCE + 5);
    assert_int_equal(desk_balance(desk, USERS), DESK_BALANCE + 5);
    assert_int_equal(desk_charge(desk, DAMAGED_USER, 9, 1), STATUS_STORE_DAMAGED);
    assert_int_equal(desk_charge(desk, 1, 10, 1), STATUS_OK);
}

static void of_the_reads_of_a_frame_one_that_meets_damage_is_refused(void **state)
{
    struct desk *desk = *state;
    struct call_frame frame;
    struct memory_exchange exchange;
    size_t size;
    spoil(desk);
    call_frame_init(&frame);
    for (uint64_t user_id = 1; user_id <= USERS; user_id++) {
        Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
        request.user_id = user_id;
        call_frame_add(&frame, "onsale.v1.WalletService/GetBalance", &request.base);
    }
    uint8_t *bytes = call_frame_pack(&frame, &size);
    memory_exchange_init(&exchange, bytes, size);
    world_read(&desk->world, RPC_SOCKET_MAIN, &exchange);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&exchange);
    assert_non_null(reply);
    assert_int_equal(reply->n_results, USERS);
    for (size_t i = 0; i < USERS; i++) {
        bool is_refused = i + 1 == DAMAGED_USER;
        assert_int_equal(reply->results[i]->code != 0, is_refused);
        if (is_refused) assert_string_equal(reply->results[i]->reason, "STORE_DAMAGED");
    }
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(&exchange);
    call_frame_deinit(&frame);
    free(bytes);
}

#define DAMAGE_TEST(test) cmocka_unit_test_setup_teardown(test, desk_open, close_without_check)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DAMAGE_TEST(of_the_commands_of_a_batch_one_that_meets_damage_is_refused),
        DAMAGE_TEST(of_the_reads_of_a_frame_one_that_meets_damage_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
