#include "tests/store/fixture.h"

#include "store/inside.h"

/* More blocks than a transaction keeps, of more performances than it keeps the states of. */
enum { SHOWS = 40, BLOCKS_PER_SHOW = 200, SMALL_MAP_BYTES = 8 * 1024 * 1024 };

static void put_all(struct store_txn *txn)
{
    struct seat_block block = {.version = 1};
    seat_block_add(&block, (struct seat){.state = SEAT_AVAILABLE});
    for (uint32_t show = 1; show <= SHOWS; show++) {
        performance_state_put(txn, &(struct performance_state){.performance_id = show});
        for (uint32_t i = 0; i < BLOCKS_PER_SHOW; i++)
            seat_block_put(txn, show, i, &block);
    }
}

static void check_all(struct store_txn *txn, uint64_t version)
{
    for (uint32_t show = 1; show <= SHOWS; show++) {
        struct performance_state performance_state;
        assert_true(performance_state_get(txn, show, &performance_state));
        assert_int_equal(performance_state.performance_id, show);
        assert_int_equal(performance_state.version, version);
        for (uint32_t i = 0; i < BLOCKS_PER_SHOW; i++) {
            struct seat_block block;
            assert_true(seat_block_get(txn, show, i, &block));
            assert_int_equal(block.version, version + show * 1000 + i);
        }
    }
}

static void edit_all(struct store_txn *txn, uint64_t version)
{
    for (uint32_t i = 0; i < BLOCKS_PER_SHOW; i++) {
        for (uint32_t show = 1; show <= SHOWS; show++) {
            performance_state_edit(txn, show)->version = version;
            seat_block_edit(txn, show, i)->version = version + show * 1000 + i;
        }
    }
}

static void put_and_edit_all(struct store_txn *txn)
{
    put_all(txn);
    edit_all(txn, 7);
    check_all(txn, 7);
    edit_all(txn, 8);
}

static void check_last_edit(struct store_txn *txn)
{
    check_all(txn, 8);
}

static void every_edit_is_seen_at_once_and_stored(void **state)
{
    fixture_check_round_trip(*state, (struct kind){put_and_edit_all, check_last_edit});
}

static void edit_and_put(struct store_txn *txn)
{
    struct seat_block block;
    put_all(txn);
    edit_all(txn, 7);
    assert_true(seat_block_get(txn, 1, 1, &block));
    block.version = 99;
    seat_block_put(txn, 1, 1, &block);
    performance_state_put(txn, &(struct performance_state){.performance_id = 1, .version = 99});
}

static void check_put_wins(struct store_txn *txn)
{
    struct seat_block block;
    struct performance_state performance_state;
    assert_true(seat_block_get(txn, 1, 1, &block));
    assert_int_equal(block.version, 99);
    assert_true(performance_state_get(txn, 1, &performance_state));
    assert_int_equal(performance_state.version, 99);
}

static void what_is_put_replaces_what_was_edited(void **state)
{
    fixture_check_round_trip(*state, (struct kind){edit_and_put, check_put_wins});
}

static bool count_edited(void *context, uint32_t block_index, const struct seat_block *block)
{
    uint32_t *count = context;
    assert_int_equal(block->version, 7 + 3 * 1000 + block_index);
    (*count)++;
    return true;
}

static void edit_and_visit(struct store_txn *txn)
{
    uint32_t count = 0;
    put_all(txn);
    edit_all(txn, 7);
    seat_blocks_visit(txn, 3, count_edited, &count);
    assert_int_equal(count, BLOCKS_PER_SHOW);
}

static void check_nothing(struct store_txn *txn)
{
    (void)txn;
}

static void a_visit_sees_what_was_edited(void **state)
{
    fixture_check_round_trip(*state, (struct kind){edit_and_visit, check_nothing});
}

static enum status put_body(struct store_txn *txn, void *context)
{
    (void)context;
    put_all(txn);
    edit_all(txn, 7);
    return STATUS_OK;
}

static enum status edit_and_give_up(struct store_txn *txn, void *context)
{
    (void)context;
    edit_all(txn, 9);
    return STATUS_NOT_YET;
}

static enum status look_and_give_up(struct store_txn *txn, void *context)
{
    (void)context;
    check_all(txn, 7);
    return STATUS_NOT_YET;
}

static enum status look_and_edit_one(struct store_txn *txn, void *context)
{
    (void)context;
    check_all(txn, 7);
    seat_block_edit(txn, 1, 0)->version = 7 + 1 * 1000;
    return STATUS_OK;
}

static enum status check_body(struct store_txn *txn, void *context)
{
    (void)context;
    check_all(txn, 7);
    assert_int_equal(store_txn_failure(txn), STATUS_OK);
    return STATUS_OK;
}

static void edits_of_a_write_that_was_given_up_are_forgotten(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, put_body, NULL), STATUS_OK);
    assert_int_equal(store_write(fixture->store, edit_and_give_up, NULL), STATUS_NOT_YET);
    assert_int_equal(store_write(fixture->store, look_and_give_up, NULL), STATUS_NOT_YET);
    assert_int_equal(store_write(fixture->store, look_and_edit_one, NULL), STATUS_OK);
    assert_int_equal(store_write(fixture->store, edit_and_give_up, NULL), STATUS_NOT_YET);
    assert_int_equal(store_write(fixture->store, look_and_give_up, NULL), STATUS_NOT_YET);
    assert_int_equal(store_read(fixture->store, check_body, NULL), STATUS_OK);
}

static enum status edit_and_fill(struct store_txn *txn, void *context)
{
    (void)context;
    edit_all(txn, 9);
    for (uint64_t user_id = 1; store_txn_failure(txn) == STATUS_OK; user_id++)
        wallet_put(txn, &(struct wallet){.user_id = user_id});
    return STATUS_OK;
}

static void edits_that_found_no_room_are_forgotten(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    fixture->options.map_bytes = SMALL_MAP_BYTES;
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_body, NULL), STATUS_OK);
    assert_int_equal(store_write(fixture->store, edit_and_fill, NULL), STATUS_STORAGE_FULL);
    assert_int_equal(store_write(fixture->store, look_and_edit_one, NULL), STATUS_OK);
    assert_int_equal(store_read(fixture->store, check_body, NULL), STATUS_OK);
}

static enum status put_hall(struct store_txn *txn, void *context)
{
    struct seat_block block = {.version = 1};
    (void)context;
    while (block.count < SEATS_PER_BLOCK)
        seat_block_add(&block, (struct seat){.state = SEAT_AVAILABLE});
    for (uint32_t show = 1; show <= SHOWS; show++)
        for (uint32_t i = 0; i < BLOCKS_PER_SHOW; i++)
            seat_block_put(txn, show, i, &block);
    return STATUS_OK;
}

static enum status edit_every_tenth(struct store_txn *txn, void *context)
{
    (void)context;
    for (uint32_t show = 1; show <= SHOWS; show++)
        for (uint32_t i = 0; i < BLOCKS_PER_SHOW; i += 10)
            seat_block_edit(txn, show, i)->version = 2;
    return STATUS_OK;
}

/* The journal has a few bytes of each block, the data file a page for every few of them. */
static void what_seats_take_of_the_data_file_counts_for_the_next_checkpoint(void **state)
{
    enum { PAGE_BYTES = 4096 };
    struct fixture *fixture = *state;
    struct store *store = fixture->store;
    assert_int_equal(store_write(store, put_hall, NULL), STATUS_OK);
    assert_int_equal(store_checkpoint(store), STATUS_OK);
    uint64_t pages = store->checkpoints.pages;
    uint64_t used_bytes = environment_used_bytes(&store->environment);
    assert_int_equal(store_write(store, edit_every_tenth, NULL), STATUS_OK);
    assert_true(environment_used_bytes(&store->environment) > used_bytes);
    assert_true((store->checkpoints.pages - pages) * PAGE_BYTES >=
                (environment_used_bytes(&store->environment) - used_bytes) / 3);
}

static void look_for_nothing(struct store_txn *txn)
{
    put_all(txn);
    assert_null(seat_block_look(txn, SHOWS + 1, 0));
    assert_null(seat_block_edit(txn, 1, BLOCKS_PER_SHOW));
    assert_null(performance_state_edit(txn, SHOWS + 1));
}

static void what_is_not_there_can_not_be_edited(void **state)
{
    fixture_check_round_trip(*state, (struct kind){look_for_nothing, check_nothing});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(every_edit_is_seen_at_once_and_stored),
        FIXTURE_TEST(what_is_put_replaces_what_was_edited),
        FIXTURE_TEST(a_visit_sees_what_was_edited),
        FIXTURE_TEST(edits_of_a_write_that_was_given_up_are_forgotten),
        FIXTURE_TEST(edits_that_found_no_room_are_forgotten),
        FIXTURE_TEST(what_seats_take_of_the_data_file_counts_for_the_next_checkpoint),
        FIXTURE_TEST(what_is_not_there_can_not_be_edited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
