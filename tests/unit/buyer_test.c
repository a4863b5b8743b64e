#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/holdings.h"
#include "model/wallet.h"

enum { NOW = 1000 * 1000, SHOW = 5, OTHER_SHOW = 6 };

static struct holding hold_of(uint32_t performance_id, uint32_t seats, unix_ms expires_at_ms)
{
    return (struct holding){performance_id, seats, expires_at_ms};
}

static void a_hold_counts_until_just_before_its_end(void **state)
{
    (void)state;
    struct holdings holdings = {0};
    holdings_add(&holdings, hold_of(SHOW, 3, NOW));
    assert_int_equal(holdings_seats(&holdings, SHOW, NOW - 1), 3);
    assert_int_equal(holdings_seats(&holdings, SHOW, NOW), 0);
}

static void only_seats_of_the_performance_asked_for_count(void **state)
{
    (void)state;
    struct holdings holdings = {0};
    holdings_add(&holdings, hold_of(SHOW, 1, NOW + 1));
    holdings_add(&holdings, hold_of(OTHER_SHOW, 2, NOW + 1));
    holdings_add(&holdings, hold_of(SHOW, 4, NOW + 2));
    assert_int_equal(holdings_seats(&holdings, SHOW, NOW), 5);
    assert_int_equal(holdings_seats(&holdings, OTHER_SHOW, NOW), 2);
}

static void pruning_drops_what_ended_and_keeps_what_is_paid(void **state)
{
    (void)state;
    struct holdings holdings = {0};
    holdings_add(&holdings, hold_of(SHOW, 1, NOW));
    holdings_add(&holdings, hold_of(SHOW, 2, NOW + 1));
    holdings_add(&holdings, hold_of(SHOW, 3, 0));
    holdings_prune(&holdings, NOW);
    assert_int_equal(holdings.count, 2);
    assert_int_equal(holdings_seats(&holdings, SHOW, NOW), 5);
    holdings_prune(&holdings, UNIX_MS_NEVER);
    assert_int_equal(holdings.count, 1);
    assert_true(holdings_has_paid(&holdings));
}

static void the_limit_can_be_reached_and_not_passed(void **state)
{
    (void)state;
    struct holdings holdings = {0};
    holdings_add(&holdings, hold_of(SHOW, 1, 0));
    holdings_add(&holdings, hold_of(SHOW, 1, NOW + 1));
    assert_int_equal(holdings_check_limit(&holdings, SHOW, 2, 4, NOW), STATUS_OK);
    assert_int_equal(holdings_check_limit(&holdings, SHOW, 3, 4, NOW), STATUS_PURCHASE_LIMIT);
    assert_int_equal(holdings_check_limit(&holdings, SHOW, 3, 4, NOW + 1), STATUS_OK);
    assert_int_equal(holdings_check_limit(&holdings, OTHER_SHOW, 4, 4, NOW), STATUS_OK);
    assert_int_equal(holdings_check_limit(&holdings, SHOW, UINT32_MAX, 4, NOW),
                     STATUS_PURCHASE_LIMIT);
}

static void a_full_list_takes_no_more_holds(void **state)
{
    (void)state;
    struct holdings holdings = {0};
    for (uint32_t i = 0; i < HOLDINGS_PER_ENTRY_MAX; i++) {
        assert_int_equal(holdings_check_limit(&holdings, 1000, 1, 4, NOW), STATUS_OK);
        holdings_add(&holdings, hold_of(i, 1, NOW + 1));
    }
    assert_int_equal(holdings_check_limit(&holdings, 1000, 1, 4, NOW), STATUS_PURCHASE_LIMIT);
    holdings_prune(&holdings, NOW + 1);
    assert_int_equal(holdings_check_limit(&holdings, 1000, 1, 4, NOW + 1), STATUS_OK);
}

static void one_of_equal_holds_is_removed(void **state)
{
    (void)state;
    struct holdings holdings = {0};
    holdings_add(&holdings, hold_of(SHOW, 2, NOW));
    holdings_add(&holdings, hold_of(SHOW, 2, NOW));
    holdings_remove(&holdings, hold_of(SHOW, 2, NOW));
    assert_int_equal(holdings.count, 1);
    holdings_remove(&holdings, hold_of(SHOW, 1, NOW));
    holdings_remove(&holdings, hold_of(SHOW, 2, NOW + 1));
    holdings_remove(&holdings, hold_of(OTHER_SHOW, 2, NOW));
    assert_int_equal(holdings.count, 1);
    holdings_remove(&holdings, hold_of(SHOW, 2, NOW));
    holdings_remove(&holdings, hold_of(SHOW, 2, NOW));
    assert_int_equal(holdings.count, 0);
}

static void paid_seats_of_a_performance_are_one_item(void **state)
{
    (void)state;
    struct holdings holdings = {0};
    holdings_add(&holdings, hold_of(SHOW, 2, NOW));
    holdings_add(&holdings, hold_of(SHOW, 1, NOW + 5));
    holdings_add(&holdings, hold_of(OTHER_SHOW, 1, NOW));
    assert_false(holdings_has_paid(&holdings));
    holdings_pay(&holdings, hold_of(SHOW, 2, NOW));
    holdings_pay(&holdings, hold_of(SHOW, 1, NOW + 5));
    holdings_pay(&holdings, hold_of(OTHER_SHOW, 1, NOW));
    assert_int_equal(holdings.count, 2);
    assert_int_equal(holdings_seats(&holdings, SHOW, UNIX_MS_NEVER), 3);
    assert_int_equal(holdings_seats(&holdings, OTHER_SHOW, UNIX_MS_NEVER), 1);
    assert_true(holdings_has_paid(&holdings));
}

static void a_hold_can_be_paid_from_a_full_list(void **state)
{
    (void)state;
    struct holdings holdings = {0};
    for (uint32_t i = 0; i < HOLDINGS_PER_ENTRY_MAX; i++)
        holdings_add(&holdings, hold_of(i, 1, NOW));
    holdings_pay(&holdings, hold_of(0, 1, NOW));
    assert_int_equal(holdings.count, HOLDINGS_PER_ENTRY_MAX);
    assert_int_equal(holdings_seats(&holdings, 0, UNIX_MS_NEVER), 1);
}

static void a_charge_adds_its_amount(void **state)
{
    (void)state;
    struct wallet wallet = {.balance = 5};
    assert_int_equal(wallet_charge(&wallet, 1), STATUS_OK);
    assert_int_equal(wallet_charge(&wallet, CHARGE_AMOUNT_MAX), STATUS_OK);
    assert_int_equal(wallet.balance, 6 + CHARGE_AMOUNT_MAX);
}

static void an_amount_out_of_range_is_refused(void **state)
{
    (void)state;
    static const int64_t amounts[] = {0, -1, INT64_MIN, CHARGE_AMOUNT_MAX + 1, INT64_MAX};
    struct wallet wallet = {.balance = 5};
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++)
        assert_int_equal(wallet_charge(&wallet, amounts[i]), STATUS_AMOUNT_INVALID);
    assert_int_equal(wallet.balance, 5);
}

static void a_balance_reaches_its_limit_and_does_not_pass_it(void **state)
{
    (void)state;
    struct wallet wallet = {.balance = BALANCE_MAX - 10};
    assert_int_equal(wallet_charge(&wallet, 11), STATUS_BALANCE_OVERFLOW);
    assert_int_equal(wallet.balance, BALANCE_MAX - 10);
    assert_int_equal(wallet_charge(&wallet, 10), STATUS_OK);
    assert_int_equal(wallet.balance, BALANCE_MAX);
    assert_int_equal(wallet_charge(&wallet, 1), STATUS_BALANCE_OVERFLOW);
}

static void a_debit_takes_all_but_no_more(void **state)
{
    (void)state;
    struct wallet wallet = {.balance = 100};
    assert_int_equal(wallet_debit(&wallet, 101), STATUS_INSUFFICIENT_BALANCE);
    assert_int_equal(wallet_debit(&wallet, INT64_MAX), STATUS_INSUFFICIENT_BALANCE);
    assert_int_equal(wallet.balance, 100);
    assert_int_equal(wallet_debit(&wallet, 0), STATUS_OK);
    assert_int_equal(wallet_debit(&wallet, 100), STATUS_OK);
    assert_int_equal(wallet.balance, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hold_counts_until_just_before_its_end),
        cmocka_unit_test(only_seats_of_the_performance_asked_for_count),
        cmocka_unit_test(pruning_drops_what_ended_and_keeps_what_is_paid),
        cmocka_unit_test(the_limit_can_be_reached_and_not_passed),
        cmocka_unit_test(a_full_list_takes_no_more_holds),
        cmocka_unit_test(one_of_equal_holds_is_removed),
        cmocka_unit_test(paid_seats_of_a_performance_are_one_item),
        cmocka_unit_test(a_hold_can_be_paid_from_a_full_list),
        cmocka_unit_test(a_charge_adds_its_amount),
        cmocka_unit_test(an_amount_out_of_range_is_refused),
        cmocka_unit_test(a_balance_reaches_its_limit_and_does_not_pass_it),
        cmocka_unit_test(a_debit_takes_all_but_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
