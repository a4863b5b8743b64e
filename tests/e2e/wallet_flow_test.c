/* Balances, through the generated client and a real server. */
#include <string.h>

#include "tests/e2e/calls.h"
#include "tests/e2e/shop.h"

enum { USER = 7 };

static int64_t charge(struct shop *shop, const struct caller_id *id, int64_t amount)
{
    int64_t balance;
    assert_int_equal(call_charge(shop->channel, USER, id, amount, &balance, NULL), ONSALE_OK);
    return balance;
}

static int64_t balance_of_user(struct shop *shop)
{
    int64_t balance;
    assert_int_equal(call_balance(shop->channel, USER, &balance), ONSALE_OK);
    return balance;
}

static enum onsale_status charge_status(struct shop *shop, const struct caller_id *id,
                                        int64_t amount)
{
    return call_charge(shop->channel, USER, id, amount, NULL, NULL);
}

static void a_charge_adds_to_the_balance(void **state)
{
    struct shop *shop = *state;
    const struct caller_id first = id_make(), second = id_make();
    call_create_user(shop->channel, USER);
    assert_int_equal(balance_of_user(shop), 0);
    assert_int_equal(charge(shop, &first, 1000), 1000);
    assert_int_equal(charge(shop, &second, 500), 1500);
    assert_int_equal(balance_of_user(shop), 1500);
}

static void a_charge_repeated_with_the_same_id_counts_once(void **state)
{
    struct shop *shop = *state;
    const struct caller_id id = id_make(), other = id_make();
    call_create_user(shop->channel, USER);
    assert_int_equal(charge(shop, &id, 1000), 1000);
    charge(shop, &other, 1);
    assert_int_equal(charge(shop, &id, 1000), 1000);
    assert_int_equal(charge_status(shop, &id, 1001), ONSALE_ID_REUSED);
    assert_int_equal(balance_of_user(shop), 1001);
}

static void a_charge_that_makes_no_sense_is_refused_and_changes_nothing(void **state)
{
    struct shop *shop = *state;
    const struct caller_id id = id_make();
    const struct caller_id zero = {{0}};
    call_create_user(shop->channel, USER);
    assert_int_equal(charge_status(shop, &id, 0), ONSALE_AMOUNT_INVALID);
    assert_int_equal(charge_status(shop, &id, -1), ONSALE_AMOUNT_INVALID);
    assert_int_equal(charge_status(shop, &id, INT64_MAX), ONSALE_AMOUNT_INVALID);
    assert_int_equal(charge_status(shop, &zero, 1), ONSALE_ARGUMENT_INVALID);
    assert_int_equal(balance_of_user(shop), 0);
}

static void a_wallet_of_nobody_is_refused(void **state)
{
    struct shop *shop = *state;
    const struct caller_id id = id_make();
    assert_int_equal(call_balance(shop->channel, USER, NULL), ONSALE_USER_NOT_FOUND);
    assert_int_equal(charge_status(shop, &id, 1), ONSALE_USER_NOT_FOUND);
    assert_int_equal(call_balance(shop->channel, 0, NULL), ONSALE_ARGUMENT_INVALID);
}

/* Reads one page, checks that its amounts go on from `next_amount`, and keeps the token. */
static size_t read_page(struct shop *shop, char page_token[256], int64_t next_amount)
{
    Onsale__V1__ListLedgerEntriesRequest request = ONSALE__V1__LIST_LEDGER_ENTRIES_REQUEST__INIT;
    Onsale__V1__ListLedgerEntriesResponse *response;
    request.user_id = USER;
    request.page_size = 3;
    request.page_token = page_token;
    assert_int_equal(
        onsale_wallet_list_ledger_entries(shop->channel, &request, NULL, &response, NULL),
        ONSALE_OK);
    size_t count = response->n_entries;
    for (size_t i = 0; i < count; i++)
        assert_int_equal(response->entries[i]->amount, next_amount + (int64_t)i);
    assert_true(strlen(response->next_page_token) < 256);
    strcpy(page_token, response->next_page_token);
    onsale__v1__list_ledger_entries_response__free_unpacked(response, NULL);
    return count;
}

static void the_ledger_is_listed_in_pages_oldest_first(void **state)
{
    struct shop *shop = *state;
    char page_token[256] = "";
    call_create_user(shop->channel, USER);
    for (uint8_t i = 1; i <= 7; i++) {
        const struct caller_id id = {{i}};
        charge(shop, &id, i);
    }
    assert_int_equal(read_page(shop, page_token, 1), 3);
    assert_int_equal(read_page(shop, page_token, 4), 3);
    assert_string_not_equal(page_token, "");
    assert_int_equal(read_page(shop, page_token, 7), 1);
    assert_string_equal(page_token, "");
}

static void a_page_token_the_server_did_not_make_is_refused(void **state)
{
    struct shop *shop = *state;
    Onsale__V1__ListLedgerEntriesRequest request = ONSALE__V1__LIST_LEDGER_ENTRIES_REQUEST__INIT;
    Onsale__V1__ListLedgerEntriesResponse *response;
    call_create_user(shop->channel, USER);
    request.user_id = USER;
    request.page_token = "nonsense";
    assert_int_equal(
        onsale_wallet_list_ledger_entries(shop->channel, &request, NULL, &response, NULL),
        ONSALE_PAGE_TOKEN_INVALID);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(a_charge_adds_to_the_balance, argv[1]),
        SHOP_TEST(a_charge_repeated_with_the_same_id_counts_once, argv[1]),
        SHOP_TEST(a_charge_that_makes_no_sense_is_refused_and_changes_nothing, argv[1]),
        SHOP_TEST(a_wallet_of_nobody_is_refused, argv[1]),
        SHOP_TEST(the_ledger_is_listed_in_pages_oldest_first, argv[1]),
        SHOP_TEST(a_page_token_the_server_did_not_make_is_refused, argv[1]),
    };
    return cmocka_run_group_tests_name("wallet flow", tests, NULL, NULL);
}
