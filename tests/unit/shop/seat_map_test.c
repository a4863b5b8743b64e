#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "onsale/v1/admin.methods.h"
#include "onsale/v1/catalog.methods.h"
#include "onsale/v1/reservation.pb-c.h"
#include "tests/unit/shop/shop.h"

enum { HOLD_ID = 0x10, HOLD_MS = 300 * 1000 };

static const struct method get_map = {METHOD_GET_SEAT_MAP};
static const struct method block = {METHOD_BLOCK_SEATS};
static const struct method unblock = {METHOD_UNBLOCK_SEATS};

static int open_stocked_shop(void **state)
{
    static struct shop shop;
    shop_open(&shop);
    shop_stock(&shop);
    shop.entry.concert_id = CONCERT;
    *state = &shop;
    return 0;
}

static Onsale__V1__GetSeatMapResponse map_since(struct shop *shop, uint64_t known_version)
{
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    Onsale__V1__GetSeatMapResponse response;
    request.performance_id = SHOW;
    request.known_version = known_version;
    assert_int_equal(shop_call(shop, &get_map, &request, &response), STATUS_OK);
    assert_int_equal(response.seat_count, SHOW_SEATS);
    return response;
}

static unsigned state_of(const Onsale__V1__SeatRun *run, uint32_t seat_index)
{
    uint32_t place = seat_index - run->first_seat_index;
    assert_true(place < run->seat_count);
    return run->states.data[place / 4] >> (place % 4 * 2) & 3;
}

static enum status change(struct shop *shop, const struct method *method, uint32_t *seats,
                          size_t count, uint32_t *ret_changed)
{
    Onsale__V1__BlockSeatsRequest request = ONSALE__V1__BLOCK_SEATS_REQUEST__INIT;
    Onsale__V1__BlockSeatsResponse response;
    Onsale__V1__UnblockSeatsRequest back = ONSALE__V1__UNBLOCK_SEATS_REQUEST__INIT;
    Onsale__V1__UnblockSeatsResponse given_back;
    request.performance_id = back.performance_id = SHOW;
    request.seat_indexes = back.seat_indexes = seats;
    request.n_seat_indexes = back.n_seat_indexes = count;
    if (method == &block) {
        enum status err = shop_call(shop, method, &request, &response);
        *ret_changed = response.changed;
        return err;
    }
    enum status err = shop_call(shop, method, &back, &given_back);
    *ret_changed = given_back.changed;
    return err;
}

static void who_knows_nothing_gets_every_seat(void **state)
{
    Onsale__V1__GetSeatMapResponse map = map_since(*state, 0);
    assert_true(map.complete);
    assert_int_equal(map.n_runs, 1);
    assert_int_equal(map.runs[0]->seat_count, SHOW_SEATS);
    assert_int_equal(map.runs[0]->states.len, (SHOW_SEATS + 3) / 4);
    assert_int_equal(state_of(map.runs[0], SHOW_SEATS - 1), SEAT_AVAILABLE);
}

static void who_knows_a_version_of_the_future_gets_every_seat(void **state)
{
    assert_true(map_since(*state, UINT64_MAX).complete);
}

static void who_knows_the_present_version_gets_nothing(void **state)
{
    uint64_t version = map_since(*state, 0).version;
    Onsale__V1__GetSeatMapResponse map = map_since(*state, version);
    assert_false(map.complete);
    assert_int_equal(map.n_runs, 0);
    assert_int_equal(map.version, version);
}

static void who_knows_an_older_version_gets_the_blocks_that_changed(void **state)
{
    uint32_t seats[] = {130};
    uint32_t changed;
    uint64_t version = map_since(*state, 0).version;
    assert_int_equal(change(*state, &block, seats, 1, &changed), STATUS_OK);

    Onsale__V1__GetSeatMapResponse map = map_since(*state, version);
    assert_false(map.complete);
    assert_int_equal(map.n_runs, 1);
    assert_int_equal(map.runs[0]->first_seat_index, 128);
    assert_int_equal(map.runs[0]->seat_count, SHOW_SEATS - 128);
    assert_int_equal(state_of(map.runs[0], 130), SEAT_BLOCKED);
    assert_int_equal(state_of(map.runs[0], 131), SEAT_AVAILABLE);
    assert_true(map.version > version);
}

static void when_more_than_half_has_changed_every_seat_is_sent(void **state)
{
    uint32_t seats[] = {0, 64};
    uint32_t changed;
    uint64_t version = map_since(*state, 0).version;
    assert_int_equal(change(*state, &block, seats, 2, &changed), STATUS_OK);
    assert_true(map_since(*state, version).complete);
}

static void a_hold_that_ended_shows_although_nobody_reaped_it(void **state)
{
    struct shop *shop = *state;
    uint32_t seats[] = {0};
    uint32_t changed;
    shop_hold(shop, HOLD_ID);
    uint64_t version = map_since(shop, 0).version;
    shop->now_ms += HOLD_MS - 1;
    assert_int_equal(map_since(shop, version).n_runs, 0);
    assert_int_equal(change(shop, &block, seats, 1, &changed), STATUS_SEAT_TAKEN);

    shop->now_ms += 1;
    Onsale__V1__GetSeatMapResponse map = map_since(shop, version);
    assert_true(map.complete); /* two blocks of three */
    assert_int_equal(state_of(map.runs[0], 0), SEAT_AVAILABLE);
    assert_int_equal(change(shop, &block, seats, 1, &changed), STATUS_OK);
    assert_int_equal(changed, 1);
    assert_int_equal(shop_check(shop).violations_count, 0);
}

static void blocking_twice_is_the_same_as_blocking_once(void **state)
{
    uint32_t seats[] = {149, 3, 64};
    uint32_t changed;
    assert_int_equal(change(*state, &block, seats, 3, &changed), STATUS_OK);
    assert_int_equal(changed, 3);
    assert_int_equal(change(*state, &block, seats, 3, &changed), STATUS_OK);
    assert_int_equal(changed, 0);
    assert_int_equal(change(*state, &unblock, seats, 2, &changed), STATUS_OK);
    assert_int_equal(changed, 2);
    assert_int_equal(change(*state, &unblock, seats, 3, &changed), STATUS_OK);
    assert_int_equal(changed, 1);
    assert_int_equal(shop_check(*state).violations_count, 0);
}

static void a_change_that_is_refused_changes_no_seat(void **state)
{
    struct shop *shop = *state;
    uint32_t taken[] = {5, 1};
    uint32_t beyond[] = {5, SHOW_SEATS};
    uint32_t repeated[] = {5, 6, 5};
    uint32_t changed;
    shop_hold(shop, HOLD_ID);
    assert_int_equal(change(shop, &block, taken, 0, &changed), STATUS_ARGUMENT_INVALID);
    assert_int_equal(change(shop, &block, beyond, 2, &changed), STATUS_SEAT_OUT_OF_RANGE);
    assert_int_equal(change(shop, &block, repeated, 3, &changed), STATUS_SEAT_REPEATED);
    assert_int_equal(change(shop, &unblock, taken, 2, &changed), STATUS_SEAT_TAKEN);
    assert_int_equal(change(shop, &block, taken, 2, &changed), STATUS_SEAT_TAKEN);

    const Onsale__V1__SeatsTaken *detail =
        (const Onsale__V1__SeatsTaken *)shop->rpc.details[0].value;
    assert_int_equal(detail->n_seats, 1);
    assert_int_equal(detail->seats[0]->seat_index, 1);
    assert_int_equal(state_of(map_since(shop, 0).runs[0], 5), SEAT_AVAILABLE);
}

static void a_token_of_another_concert_is_refused(void **state)
{
    struct shop *shop = *state;
    Onsale__V1__GetSeatMapRequest request = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    Onsale__V1__GetSeatMapResponse response;
    shop->entry.concert_id = CONCERT + 1;
    assert_int_equal(shop_call(shop, &get_map, &request, &response), STATUS_PERFORMANCE_NOT_FOUND);
    request.performance_id = SHOW;
    assert_int_equal(shop_call(shop, &get_map, &request, &response), STATUS_TOKEN_OTHER_CONCERT);
}

#define MAP_TEST(name)                                                                             \
    cmocka_unit_test_setup_teardown(name, open_stocked_shop, shop_teardown_spoilt)

int main(void)
{
    const struct CMUnitTest tests[] = {
        MAP_TEST(who_knows_nothing_gets_every_seat),
        MAP_TEST(who_knows_a_version_of_the_future_gets_every_seat),
        MAP_TEST(who_knows_the_present_version_gets_nothing),
        MAP_TEST(who_knows_an_older_version_gets_the_blocks_that_changed),
        MAP_TEST(when_more_than_half_has_changed_every_seat_is_sent),
        MAP_TEST(a_hold_that_ended_shows_although_nobody_reaped_it),
        MAP_TEST(blocking_twice_is_the_same_as_blocking_once),
        MAP_TEST(a_change_that_is_refused_changes_no_seat),
        MAP_TEST(a_token_of_another_concert_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
