#include "tests/store/fixture.h"

enum { SMALL_MAP_BYTES = 1024 * 1024, USERS_PER_BATCH = 1000, BATCHES_MAX = 1000 };

/* Appends one batch of new users. */
static enum status add_users(struct store_txn *txn, void *context)
{
    uint64_t *users = context;
    for (uint64_t i = 1; i <= USERS_PER_BATCH; i++)
        wallet_put(txn, &(struct wallet){.user_id = *users + i, .balance = 1});
    return STATUS_OK;
}

static enum status count_users(struct store_txn *txn, void *context)
{
    uint64_t *users = context;
    struct wallet wallet;
    *users = 0;
    for (uint64_t id = 0; wallet_next(txn, id, &wallet); id = wallet.user_id)
        ++*users;
    return STATUS_OK;
}

static uint64_t stored_users(struct fixture *fixture)
{
    uint64_t users;
    assert_int_equal(store_read(fixture->store, count_users, &users), STATUS_OK);
    return users;
}

/* @return How many users are there when no batch more fits. */
static uint64_t fill(struct fixture *fixture)
{
    uint64_t users = 0;
    enum status err = STATUS_OK;
    for (int batch = 0; batch < BATCHES_MAX && err == STATUS_OK; batch++) {
        err = store_write(fixture->store, add_users, &users);
        if (err == STATUS_OK) users += USERS_PER_BATCH;
    }
    assert_int_equal(err, STATUS_STORAGE_FULL);
    return users;
}

static int set_up_small_map(void **state)
{
    if (fixture_set_up(state) != 0) return -1;
    struct fixture *fixture = *state;
    fixture->options.map_bytes = SMALL_MAP_BYTES;
    fixture_close(fixture);
    return fixture_open(fixture) == STATUS_OK ? 0 : -1;
}

static void a_full_map_refuses_the_whole_batch(void **state)
{
    struct fixture *fixture = *state;
    uint64_t users = fill(fixture);
    assert_true(users > 0);
    assert_int_equal(stored_users(fixture), users);
    assert_false(store_has_room(fixture->store));
    assert_int_equal(store_write(fixture->store, add_users, &users), STATUS_STORAGE_FULL);
    assert_int_equal(stored_users(fixture), users);
}

static enum status fail_and_go_on(struct store_txn *txn, void *context)
{
    struct wallet wallet;
    for (int batch = 0; batch < BATCHES_MAX; batch++) {
        uint64_t users = (uint64_t)batch * USERS_PER_BATCH;
        add_users(txn, &users);
    }
    assert_int_equal(store_txn_failure(txn), STATUS_STORAGE_FULL);
    assert_false(wallet_get(txn, 1, &wallet));
    return *(const enum status *)context;
}

static void a_full_map_outweighs_what_the_body_says(void **state)
{
    struct fixture *fixture = *state;
    enum status said = STATUS_SEAT_TAKEN;
    assert_int_equal(store_write(fixture->store, fail_and_go_on, &said), STATUS_STORAGE_FULL);
    assert_int_equal(stored_users(fixture), 0);
    assert_int_equal(fixture_write_wallet(fixture, 1, 5), STATUS_OK);
    assert_true(store_has_room(fixture->store));
}

static void a_store_that_was_full_goes_on_with_a_larger_map(void **state)
{
    struct fixture *fixture = *state;
    uint64_t users = fill(fixture);
    fixture->options.map_bytes = 16 * SMALL_MAP_BYTES;
    fixture_reopen(fixture);
    assert_int_equal(stored_users(fixture), users);
    assert_int_equal(store_write(fixture->store, add_users, &users), STATUS_OK);
    assert_int_equal(stored_users(fixture), users + USERS_PER_BATCH);
}

static enum status put_timers(struct store_txn *txn, void *context)
{
    (void)context;
    for (int i = 0; i < USERS_PER_BATCH; i++)
        timer_list_put(
            txn, &(struct timer_list){
                     .kind = TIMER_PURGE, .due_ms = i, .count = 1, .items[0].run = {1, 1, 1}});
    return STATUS_OK;
}

static enum status remove_timers(struct store_txn *txn, void *context)
{
    struct timer_list first;
    (void)context;
    while (timer_list_first(txn, TIMER_PURGE, &first))
        timer_list_delete(txn, &first);
    return STATUS_OK;
}

static void deleted_records_make_room_for_new_ones(void **state)
{
    struct fixture *fixture = *state;
    for (int i = 0; i < 50; i++) {
        assert_int_equal(store_write(fixture->store, put_timers, NULL), STATUS_OK);
        assert_int_equal(store_write(fixture->store, remove_timers, NULL), STATUS_OK);
    }
    uint64_t used, limit;
    store_usage(fixture->store, &used, &limit);
    assert_true(used < limit);
}

#define SMALL_MAP_TEST(test)                                                                       \
    cmocka_unit_test_setup_teardown(test, set_up_small_map, fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SMALL_MAP_TEST(a_full_map_refuses_the_whole_batch),
        SMALL_MAP_TEST(a_full_map_outweighs_what_the_body_says),
        SMALL_MAP_TEST(a_store_that_was_full_goes_on_with_a_larger_map),
        SMALL_MAP_TEST(deleted_records_make_room_for_new_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
