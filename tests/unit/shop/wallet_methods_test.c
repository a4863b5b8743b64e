#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "onsale/v1/admin.methods.h"
#include "onsale/v1/event.methods.h"
#include "onsale/v1/wallet.methods.h"
#include "tests/unit/shop/shop.h"

static const struct method charge = {METHOD_CHARGE_BALANCE};
static const struct method balance = {METHOD_GET_BALANCE};
static const struct method ledger = {METHOD_LIST_LEDGER_ENTRIES};
static const struct method create = {METHOD_CREATE_USER};
static const struct method events = {METHOD_LIST_EVENTS};

static enum status charge_id(struct shop *shop, uint64_t user_id, uint8_t id, int64_t amount,
                             int64_t *ret_balance_after)
{
    struct reservation_id bytes = shop_id(id);
    Onsale__V1__ChargeBalanceRequest request = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    Onsale__V1__ChargeBalanceResponse response;
    request.user_id = user_id;
    request.charge_id = (ProtobufCBinaryData){ID_BYTES, bytes.bytes};
    request.amount = amount;
    enum status err = shop_call(shop, &charge, &request, &response);
    if (err == STATUS_OK) *ret_balance_after = response.entry->balance_after;
    return err;
}

static int64_t balance_of(struct shop *shop, uint64_t user_id)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__V1__GetBalanceResponse response;
    request.user_id = user_id;
    assert_int_equal(shop_call(shop, &balance, &request, &response), STATUS_OK);
    return response.balance;
}

static void a_repeated_charge_has_its_effect_once_and_the_same_answer(void **state)
{
    int64_t after = 0;
    assert_int_equal(charge_id(*state, USER, 1, 100, &after), STATUS_OK);
    assert_int_equal(charge_id(*state, USER, 2, 50, &after), STATUS_OK);
    assert_int_equal(after, 150);
    assert_int_equal(charge_id(*state, USER, 1, 100, &after), STATUS_OK);
    assert_int_equal(after, 100);
    assert_int_equal(balance_of(*state, USER), 150);
}

static void a_charge_id_with_another_amount_is_refused(void **state)
{
    int64_t after = 0;
    assert_int_equal(charge_id(*state, USER, 1, 100, &after), STATUS_OK);
    assert_int_equal(charge_id(*state, USER, 1, 101, &after), STATUS_ID_REUSED);
    assert_int_equal(balance_of(*state, USER), 100);
}

static void the_charge_id_of_another_user_is_refused(void **state)
{
    int64_t after = 0;
    assert_int_equal(charge_id(*state, USER, 1, 100, &after), STATUS_OK);
    assert_int_equal(charge_id(*state, OTHER_USER, 1, 100, &after), STATUS_ID_REUSED);
    assert_int_equal(balance_of(*state, OTHER_USER), 0);
    assert_int_equal(charge_id(*state, USER, 1, 100, &after), STATUS_OK); /* a repeat */
    assert_int_equal(balance_of(*state, USER), 100);
}

static void refusals_of_a_charge_come_in_their_order(void **state)
{
    int64_t after = 0;
    assert_int_equal(charge_id(*state, 0, 0, 0, &after), STATUS_ARGUMENT_INVALID);
    assert_string_equal(shop_bad_field(*state), "user_id");
    assert_int_equal(charge_id(*state, 5, 0, 0, &after), STATUS_ARGUMENT_INVALID);
    assert_string_equal(shop_bad_field(*state), "charge_id");
    assert_int_equal(charge_id(*state, 5, 1, 0, &after), STATUS_AMOUNT_INVALID);
    assert_int_equal(charge_id(*state, 5, 1, CHARGE_AMOUNT_MAX + 1, &after), STATUS_AMOUNT_INVALID);
    assert_int_equal(charge_id(*state, 5, 1, 1, &after), STATUS_USER_NOT_FOUND);
}

static void a_balance_that_would_be_too_large_is_refused(void **state)
{
    int64_t after = 0;
    for (uint64_t i = 0; i < BALANCE_MAX / CHARGE_AMOUNT_MAX; i++) {
        struct reservation_id id = {.bytes = {1, (uint8_t)(i >> 8), (uint8_t)i}};
        Onsale__V1__ChargeBalanceRequest request = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
        Onsale__V1__ChargeBalanceResponse response;
        request.user_id = USER;
        request.charge_id = (ProtobufCBinaryData){ID_BYTES, id.bytes};
        request.amount = CHARGE_AMOUNT_MAX;
        assert_int_equal(shop_call(*state, &charge, &request, &response), STATUS_OK);
    }
    assert_int_equal(charge_id(*state, USER, 9, 1, &after), STATUS_BALANCE_OVERFLOW);
    assert_true(balance_of(*state, USER) == BALANCE_MAX);
}

static void a_user_is_created_once(void **state)
{
    Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    Onsale__V1__CreateUserResponse response;
    request.user_id = USER;
    assert_int_equal(shop_call(*state, &create, &request, &response), STATUS_OK);
    assert_false(response.created);
    request.user_id = USER + 5;
    assert_int_equal(shop_call(*state, &create, &request, &response), STATUS_OK);
    assert_true(response.created);
    request.user_id = (uint64_t)USER_ID_MAX + 1;
    assert_int_equal(shop_call(*state, &create, &request, &response), STATUS_ARGUMENT_INVALID);
}

static void the_ledger_is_listed_page_by_page(void **state)
{
    int64_t after = 0;
    char token[64] = "";
    for (uint8_t id = 1; id <= 5; id++)
        assert_int_equal(charge_id(*state, USER, id, id, &after), STATUS_OK);

    for (int64_t first = 1; first <= 5; first += 2) {
        Onsale__V1__ListLedgerEntriesRequest request =
            ONSALE__V1__LIST_LEDGER_ENTRIES_REQUEST__INIT;
        Onsale__V1__ListLedgerEntriesResponse page;
        request.user_id = USER;
        request.page_size = 2;
        request.page_token = token;
        assert_int_equal(shop_call(*state, &ledger, &request, &page), STATUS_OK);
        assert_int_equal(page.n_entries, first == 5 ? 1 : 2);
        assert_int_equal(page.entries[0]->amount, first);
        strcpy(token, page.next_page_token);
    }
    assert_string_equal(token, "");
}

static void a_full_last_page_has_no_next(void **state)
{
    int64_t after = 0;
    Onsale__V1__ListLedgerEntriesRequest request = ONSALE__V1__LIST_LEDGER_ENTRIES_REQUEST__INIT;
    Onsale__V1__ListLedgerEntriesResponse page;
    assert_int_equal(charge_id(*state, USER, 1, 1, &after), STATUS_OK);
    request.user_id = USER;
    request.page_size = 1;
    assert_int_equal(shop_call(*state, &ledger, &request, &page), STATUS_OK);
    assert_int_equal(page.n_entries, 1);
    assert_string_equal(page.next_page_token, "");
}

static void refusals_of_a_list_come_in_their_order(void **state)
{
    Onsale__V1__ListLedgerEntriesRequest request = ONSALE__V1__LIST_LEDGER_ENTRIES_REQUEST__INIT;
    Onsale__V1__ListLedgerEntriesResponse page;
    request.user_id = 5;
    request.page_token = "x";
    assert_int_equal(shop_call(*state, &ledger, &request, &page), STATUS_USER_NOT_FOUND);
    request.user_id = USER;
    assert_int_equal(shop_call(*state, &ledger, &request, &page), STATUS_PAGE_TOKEN_INVALID);
}

static void events_are_awaited_only_when_there_is_none_to_show(void **state)
{
    struct shop *shop = *state;
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    Onsale__V1__ListEventsResponse response;
    request.max = 2;
    assert_int_equal(shop_call(shop, &events, &request, &response), STATUS_OK);
    assert_int_equal(response.n_events, 2);
    assert_int_equal(response.last_event_number, 3);
    assert_int_equal(response.events[1]->user_id, USER);
    assert_int_equal(response.events[1]->record_id.len, 0);
    request.after = 3;
    assert_int_equal(shop_call(shop, &events, &request, &response), STATUS_NOT_YET);
    shop->wait_is_over = true;
    assert_int_equal(shop_call(shop, &events, &request, &response), STATUS_OK);
    assert_int_equal(response.n_events, 0);
}

static void more_than_a_page_takes_is_lowered_to_a_page(void **state)
{
    static const uint32_t sizes[] = {PAGE_SIZE_MAX, PAGE_SIZE_MAX + 1, INT32_MAX, UINT32_MAX};
    int64_t after = 0;
    for (uint32_t i = 0; i < PAGE_SIZE_MAX + 1; i++)
        assert_int_equal(charge_id(*state, USER, (uint8_t)(i + 1), 1, &after), STATUS_OK);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        Onsale__V1__ListLedgerEntriesRequest request =
            ONSALE__V1__LIST_LEDGER_ENTRIES_REQUEST__INIT;
        Onsale__V1__ListLedgerEntriesResponse page;
        request.user_id = USER;
        request.page_size = sizes[i];
        assert_int_equal(shop_call(*state, &ledger, &request, &page), STATUS_OK);
        assert_int_equal(page.n_entries, PAGE_SIZE_MAX);
        assert_string_not_equal(page.next_page_token, "");
    }
}

static void more_events_than_a_call_takes_are_lowered_to_what_it_takes(void **state)
{
    static const uint32_t sizes[] = {EVENTS_PER_CALL_MAX, EVENTS_PER_CALL_MAX + 1, UINT32_MAX};
    for (uint32_t i = 0; i < EVENTS_PER_CALL_MAX; i++) {
        Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
        Onsale__V1__CreateUserResponse response;
        request.user_id = 5000 + i;
        assert_int_equal(shop_call(*state, &create, &request, &response), STATUS_OK);
    }
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
        Onsale__V1__ListEventsResponse response;
        request.max = sizes[i];
        assert_int_equal(shop_call(*state, &events, &request, &response), STATUS_OK);
        assert_int_equal(response.n_events, EVENTS_PER_CALL_MAX);
    }
}

#define WALLET_TEST(name) cmocka_unit_test_setup_teardown(name, shop_setup_stocked, shop_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WALLET_TEST(a_repeated_charge_has_its_effect_once_and_the_same_answer),
        WALLET_TEST(a_charge_id_with_another_amount_is_refused),
        WALLET_TEST(the_charge_id_of_another_user_is_refused),
        WALLET_TEST(refusals_of_a_charge_come_in_their_order),
        WALLET_TEST(a_balance_that_would_be_too_large_is_refused),
        WALLET_TEST(a_user_is_created_once),
        WALLET_TEST(the_ledger_is_listed_page_by_page),
        WALLET_TEST(a_full_last_page_has_no_next),
        WALLET_TEST(refusals_of_a_list_come_in_their_order),
        WALLET_TEST(more_than_a_page_takes_is_lowered_to_a_page),
        WALLET_TEST(more_events_than_a_call_takes_are_lowered_to_what_it_takes),
        WALLET_TEST(events_are_awaited_only_when_there_is_none_to_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
