/* Many client threads want the same thing at once. */
#include <stdatomic.h>

#include "tests/e2e/buyer.h"
#include "tests/e2e/crowd.h"

enum { RIVALS = 64, SEATS_WANTED = 40, CHARGES = 1000, PURSE = 4 * PRICE };

struct race {
    struct shop *shop;
    struct buyer buyers[RIVALS];
    atomic_int winners[HALL_SEATS]; /* holds that were granted, by seat */
    atomic_int wrong;               /* answers that nobody should get */
    struct place places[RIVALS];
};

static struct race race_prepare(struct shop *shop)
{
    struct race race = {.shop = shop};
    for (size_t i = 0; i < RIVALS; i++)
        race.buyers[i] = buyer_make(shop, i + 1, PURSE);
    return race;
}

static void note(struct race *race, enum onsale_status status, const uint32_t *seats,
                 size_t seats_count)
{
    if (status != ONSALE_OK && status != ONSALE_SEAT_TAKEN && status != ONSALE_PURCHASE_LIMIT)
        atomic_fetch_add(&race->wrong, 1);
    for (size_t i = 0; status == ONSALE_OK && i < seats_count; i++)
        atomic_fetch_add(&race->winners[seats[i]], 1);
}

static bool hold_and_pay(struct race *race, struct buyer *buyer, uint32_t seat)
{
    struct onsale_channel *channel = race->shop->channel;
    const struct caller_id id = id_make(), payment = id_make();
    enum onsale_status status =
        call_hold(channel, &buyer->token, &id, PERFORMANCE, &seat, 1, NULL, NULL);
    note(race, status, &seat, 1);
    if (status != ONSALE_OK) return false;
    if (call_pay(channel, buyer->user_id, &id, &payment, NULL, NULL) != ONSALE_OK)
        atomic_fetch_add(&race->wrong, 1);
    return true;
}

/* All want the same seats in the same order; who pays one is done. */
static void buy_the_first_free_seat(void *context, size_t index)
{
    struct race *race = context;
    for (uint32_t seat = 0; seat < SEATS_WANTED; seat++)
        if (hold_and_pay(race, &race->buyers[index], seat)) return;
}

static void of_64_rivals_one_wins_each_seat_and_no_money_is_lost(void **state)
{
    struct race race = race_prepare(*state);
    crowd_run(RIVALS, buy_the_first_free_seat, &race);
    assert_int_equal(race.wrong, 0);
    for (uint32_t seat = 0; seat < SEATS_WANTED; seat++)
        assert_int_equal(race.winners[seat], 1);
    int64_t balances = 0;
    for (size_t i = 0; i < RIVALS; i++)
        balances += buyer_balance(&race.buyers[i]);
    assert_int_equal(balances + SEATS_WANTED * PRICE, RIVALS * PURSE);
}

static void charge_a_thousand_times(void *context, size_t index)
{
    struct race *race = context;
    (void)index;
    for (int i = 0; i < CHARGES; i++) {
        const struct caller_id id = id_make();
        if (call_charge(race->shop->channel, 1, &id, 1, NULL, NULL) != ONSALE_OK)
            atomic_fetch_add(&race->wrong, 1);
    }
}

static void two_threads_that_charge_a_thousand_times_lose_no_charge(void **state)
{
    struct race race = {.shop = *state};
    struct buyer buyer = buyer_make(*state, 1, 0);
    crowd_run(2, charge_a_thousand_times, &race);
    assert_int_equal(race.wrong, 0);
    assert_int_equal(buyer_balance(&buyer), 2 * CHARGES);
}

/* Each chain of seats overlaps the next; half of the crowd names them backwards. */
static void hold_a_chain(void *context, size_t index)
{
    struct race *race = context;
    uint32_t seats[4];
    for (uint32_t i = 0; i < 4; i++)
        seats[index % 2 == 0 ? i : 3 - i] = (uint32_t)(index / 2) + i;
    const struct caller_id id = id_make();
    note(race,
         call_hold(race->shop->channel, &race->buyers[index].token, &id, PERFORMANCE, seats, 4,
                   NULL, NULL),
         seats, 4);
}

static void overlapping_holds_in_opposite_orders_are_whole_or_refused(void **state)
{
    struct race race = race_prepare(*state);
    crowd_run(RIVALS, hold_a_chain, &race);
    assert_int_equal(race.wrong, 0);
    int held = 0;
    for (size_t seat = 0; seat < HALL_SEATS; seat++) {
        assert_true(race.winners[seat] <= 1);
        held += race.winners[seat];
    }
    assert_true(held >= 4);
    assert_int_equal(held % 4, 0);
}

/* All threads are one user, each with seats of its own. */
static void hold_two_for_the_first_user(void *context, size_t index)
{
    struct race *race = context;
    const uint32_t seats[] = {2 * (uint32_t)index, 2 * (uint32_t)index + 1};
    const struct caller_id id = id_make();
    note(race,
         call_hold(race->shop->channel, &race->buyers[0].token, &id, PERFORMANCE, seats, 2, NULL,
                   NULL),
         seats, 2);
}

static void the_purchase_limit_holds_across_holds_at_once(void **state)
{
    struct race race = {.shop = *state};
    race.buyers[0] = buyer_make(*state, 1, 0);
    crowd_run(RIVALS, hold_two_for_the_first_user, &race);
    assert_int_equal(race.wrong, 0);
    int held = 0;
    for (size_t seat = 0; seat < HALL_SEATS; seat++)
        held += race.winners[seat];
    assert_int_equal(held, 4);
}

static void enter(void *context, size_t index)
{
    struct race *race = context;
    if (call_enter(race->shop->channel, index + 1, CONCERT, &race->buyers[index].token,
                   &race->places[index]) != ONSALE_OK)
        atomic_fetch_add(&race->wrong, 1);
}

static void limit_active(struct shop *shop, uint32_t active_max)
{
    Onsale__V1__QueuePolicy policy = policy_open_doors();
    policy.active_max = active_max;
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, NULL), ONSALE_OK);
}

static bool is_active(struct race *race, size_t index)
{
    struct place place;
    assert_int_equal(call_place(race->shop->channel, &race->buyers[index].token, &place),
                     ONSALE_OK);
    return place.status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE;
}

static void users_who_race_for_the_queue_are_admitted_in_the_order_of_their_numbers(void **state)
{
    struct race race = {.shop = *state};
    bool seen[RIVALS + 1] = {false};
    limit_active(*state, 1);
    for (uint64_t user_id = 1; user_id <= RIVALS; user_id++)
        assert_int_equal(call_create_user(race.shop->channel, user_id), ONSALE_OK);
    crowd_run(RIVALS, enter, &race);
    assert_int_equal(race.wrong, 0);
    for (size_t i = 0; i < RIVALS; i++) {
        uint64_t number = race.places[i].number;
        assert_in_range(number, 1, RIVALS);
        assert_false(seen[number]);
        seen[number] = true;
    }
    for (uint32_t active_max = 1; active_max <= RIVALS; active_max *= 4) {
        limit_active(*state, active_max);
        for (size_t i = 0; i < RIVALS; i++)
            assert_int_equal(is_active(&race, i), race.places[i].number <= active_max);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(of_64_rivals_one_wins_each_seat_and_no_money_is_lost, argv[1]),
        SHOP_TEST(two_threads_that_charge_a_thousand_times_lose_no_charge, argv[1]),
        SHOP_TEST(overlapping_holds_in_opposite_orders_are_whole_or_refused, argv[1]),
        SHOP_TEST(the_purchase_limit_holds_across_holds_at_once, argv[1]),
        SHOP_TEST(users_who_race_for_the_queue_are_admitted_in_the_order_of_their_numbers, argv[1]),
    };
    return cmocka_run_group_tests_name("race", tests, NULL, NULL);
}
