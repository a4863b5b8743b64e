/* follow_test.c -- Two stores and one log: the one that leads, and the one that follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "log/memory/memory.h"
#include "store/records.h"
#include "store/store.h"
#include "tests/lib/temp_folder.h"
#include "tests/store/fixture.h"

enum { REPLICAS = 2, RING_BYTES = 64 * 1024, NS_PER_MS = 1000000 };

static const struct store_shop shop = {{1}};
static const struct store_shop other_shop = {{2}};

struct replica {
    char *folder;
    struct log *log;
    struct store *store;
};

struct pair {
    int64_t now_ns;
    struct memory_log *memory;
    struct replica replicas[REPLICAS];
    struct store_options options;
    char problem[STORE_PROBLEM_BYTES];
};

static int64_t now_ns(void *context)
{
    return ((struct pair *)context)->now_ns;
}

static enum status open_replica(struct pair *pair, struct replica *replica)
{
    pair->options.path = replica->folder;
    pair->options.log = replica->log;
    return store_open(&pair->options, pair->problem, &replica->store);
}

static int set_up(void **state)
{
    struct pair *pair = calloc(1, sizeof *pair);
    pair->now_ns = NS_PER_MS; /* 0 is the time of a row that was never sent */
    pair->memory = memory_log_make(shop.bytes, 1, now_ns, pair);
    pair->options = (struct store_options){.map_bytes = UINT64_C(1) << 28,
                                           .journal_bytes = RING_BYTES,
                                           .readers_max = 4,
                                           .shop = &shop};
    for (size_t i = 0; i < REPLICAS; i++) {
        struct replica *replica = &pair->replicas[i];
        replica->folder = temp_folder_make();
        replica->log = memory_log_open(pair->memory, shop.bytes);
        if (open_replica(pair, replica) != STATUS_OK) return -1;
    }
    *state = pair;
    return 0;
}

static void close_replica(struct replica *replica)
{
    store_close(replica->store);
    replica->store = NULL;
}

static int tear_down(void **state)
{
    struct pair *pair = *state;
    for (size_t i = 0; i < REPLICAS; i++) {
        close_replica(&pair->replicas[i]);
        log_close(pair->replicas[i].log);
        temp_folder_remove(pair->replicas[i].folder);
    }
    memory_log_free(pair->memory);
    free(pair);
    return 0;
}

/* --- What is done ----------------------------------------------------------------------------- */

static enum status execute(struct replica *replica, uint64_t user_id, int64_t balance)
{
    struct wallet wallet = {.user_id = user_id, .balance = balance};
    return store_execute(replica->store, fixture_put_wallet, &wallet);
}

static enum status write(struct replica *replica, uint64_t user_id, int64_t balance)
{
    enum status err = execute(replica, user_id, balance);
    if (err == STATUS_OK) err = store_flush(replica->store);
    return err == STATUS_OK ? store_commit(replica->store) : err;
}

static int64_t balance(struct replica *replica, uint64_t user_id)
{
    struct wallet wallet = {.user_id = user_id};
    assert_int_equal(store_read(replica->store, fixture_get_wallet, &wallet), STATUS_OK);
    return wallet.balance;
}

static enum status apply(void *context, const struct log_entry *entry)
{
    return store_follow(((struct replica *)context)->store, entry);
}

static enum status read_log(struct replica *replica, bool to_end)
{
    char problem[LOG_PROBLEM_BYTES];
    return log_follow(replica->log, store_applied(replica->store), to_end, apply, replica, problem);
}

static void follow(struct replica *replica)
{
    assert_int_equal(read_log(replica, false), STATUS_OK);
    assert_int_equal(store_commit(replica->store), STATUS_OK);
}

static enum status start_body(struct store_txn *txn, void *context)
{
    struct store_meta meta = meta_get(txn);
    (void)context;
    store_txn_set_kind(txn, LOG_START);
    meta_put(txn, &meta);
    return STATUS_OK;
}

static void claim(struct replica *replica)
{
    uint64_t epoch;
    assert_int_equal(log_lead(replica->log, "test", &epoch), STATUS_OK);
    store_claim(replica->store, epoch);
    assert_int_equal(read_log(replica, true), STATUS_OK);
    assert_int_equal(store_start(replica->store, NULL, 0, start_body, NULL), STATUS_OK);
}

static void lead(struct replica *replica)
{
    claim(replica);
    assert_int_equal(store_flush(replica->store), STATUS_OK);
    assert_int_equal(store_commit(replica->store), STATUS_OK);
}

/* As `kill -9`: the copy knows of no closing. */
static void crash(struct pair *pair, struct replica *replica)
{
    char *left = temp_folder_make();
    temp_folder_copy_file(replica->folder, left, "data.mdb");
    temp_folder_copy_file(replica->folder, left, "onsale.journal");
    temp_folder_copy_file(replica->folder, left, "onsale.journal.flushed");
    close_replica(replica);
    temp_folder_remove(replica->folder);
    replica->folder = left;
    assert_int_equal(open_replica(pair, replica), STATUS_OK);
}

/* --- Following -------------------------------------------------------------------------------- */

static void a_follower_has_what_the_leader_wrote_and_knows_where_it_is(void **state)
{
    struct pair *pair = *state;
    struct replica *leader = &pair->replicas[0], *follower = &pair->replicas[1];
    lead(leader);
    for (uint64_t i = 1; i <= 100; i++)
        assert_int_equal(write(leader, i, (int64_t)i), STATUS_OK);
    assert_int_equal(write(leader, 1, 77), STATUS_OK);
    follow(follower);
    assert_int_equal(balance(follower, 100), 100);
    /* of the last row nobody knows yet that it was acknowledged */
    assert_int_equal(store_place(leader->store).index, 102);
    assert_int_equal(store_place(follower->store).index, 101);
    assert_int_equal(balance(follower, 1), 1);
    assert_int_equal(write(leader, 2, 2), STATUS_OK);
    follow(follower);
    assert_int_equal(balance(follower, 1), 77);
    assert_int_equal(store_place(follower->store).epoch, store_place(leader->store).epoch);
}

static enum status follow_meanwhile(struct store_txn *txn, void *context)
{
    follow(context);
    assert_int_equal(store_txn_place(txn).index, 0);
    return STATUS_OK;
}

static void a_read_tells_the_entry_that_its_state_ends_with(void **state)
{
    struct pair *pair = *state;
    struct replica *follower = &pair->replicas[1];
    lead(&pair->replicas[0]);
    assert_int_equal(write(&pair->replicas[0], 5, 5), STATUS_OK);
    assert_int_equal(store_read(follower->store, follow_meanwhile, follower), STATUS_OK);
    assert_int_equal(store_place(follower->store).index, 1);
}

static void an_entry_that_is_not_the_next_one_is_refused(void **state)
{
    struct pair *pair = *state;
    struct replica *follower = &pair->replicas[1];
    struct log_entry entry = {.kind = LOG_BATCH, .index = 2, .epoch = 1};
    assert_int_equal(store_follow(follower->store, &entry), STATUS_LOG_DAMAGED);
    entry.index = 1; /* it is, and its redo does not say so */
    assert_int_equal(store_follow(follower->store, &entry), STATUS_LOG_DAMAGED);
    assert_int_equal(store_place(follower->store).index, 0);
    lead(&pair->replicas[0]);
    assert_int_equal(write(&pair->replicas[0], 5, 5), STATUS_OK);
    follow(follower);
    assert_int_equal(store_place(follower->store).index, 1);
}

static void a_follower_that_crashes_goes_on_from_where_its_copy_is(void **state)
{
    struct pair *pair = *state;
    struct replica *leader = &pair->replicas[0], *follower = &pair->replicas[1];
    lead(leader);
    for (uint64_t i = 1; i <= 3000; i++) {
        assert_int_equal(write(leader, i % 50 + 1, (int64_t)i), STATUS_OK);
        if (i % 100 == 0) follow(follower);
        if (i % 500 == 0) crash(pair, follower);
        if (i % 300 == 0) assert_int_equal(store_checkpoint(follower->store), STATUS_OK);
    }
    follow(follower);
    assert_int_equal(store_place(follower->store).index, 3000);
    for (uint64_t user = 2; user <= 50; user++)
        assert_true(balance(follower, user) > 3000 - 100);
}

static void a_follower_takes_no_write_of_its_own(void **state)
{
    struct pair *pair = *state;
    assert_int_equal(execute(&pair->replicas[1], 1, 1), STATUS_NOT_LEADER);
    assert_int_equal(balance(&pair->replicas[1], 1), -1);
}

/* --- Leading ---------------------------------------------------------------------------------- */

static void nobody_sees_what_the_log_has_not_acknowledged(void **state)
{
    struct pair *pair = *state;
    struct replica *leader = &pair->replicas[0];
    lead(leader);
    assert_int_equal(write(leader, 1, 1), STATUS_OK);
    memory_log_set_away(leader->log, true);
    assert_int_equal(execute(leader, 1, 2), STATUS_OK);
    assert_int_equal(store_flush(leader->store), STATUS_NOT_YET);
    assert_int_equal(store_commit(leader->store), STATUS_NOT_YET);
    assert_int_equal(balance(leader, 1), 1);
    memory_log_set_away(leader->log, false);
    pair->now_ns += 10 * INT64_C(1000) * NS_PER_MS;
    while (store_flush(leader->store) == STATUS_NOT_YET)
        pair->now_ns += NS_PER_MS;
    assert_int_equal(store_commit(leader->store), STATUS_OK);
    assert_int_equal(balance(leader, 1), 2);
}

static void a_leader_that_was_deposed_has_nothing_that_was_not_acknowledged(void **state)
{
    struct pair *pair = *state;
    struct replica *old = &pair->replicas[0], *new = &pair->replicas[1];
    lead(old);
    assert_int_equal(write(old, 1, 1), STATUS_OK);
    assert_int_equal(execute(old, 1, 2), STATUS_OK);
    lead(new);
    assert_int_equal(write(new, 1, 3), STATUS_OK);
    assert_int_equal(store_flush(old->store), STATUS_DEPOSED);
    assert_int_equal(execute(old, 1, 4), STATUS_DEPOSED);
    assert_int_equal(balance(old, 1), 1);
    store_abandon(old->store);
    assert_int_equal(write(new, 2, 5), STATUS_OK);
    follow(old);
    assert_int_equal(balance(old, 1), 3);
    lead(old);
    assert_int_equal(write(old, 1, 6), STATUS_OK);
    assert_int_equal(balance(old, 2), 5);
}

static void a_claim_that_fails_leaves_a_follower(void **state)
{
    struct pair *pair = *state;
    struct replica *leader = &pair->replicas[0], *late = &pair->replicas[1];
    lead(leader);
    assert_int_equal(write(leader, 1, 1), STATUS_OK);
    claim(late);
    assert_int_equal(write(leader, 1, 2), STATUS_OK);
    assert_int_equal(store_flush(late->store), STATUS_DEPOSED);
    assert_int_equal(balance(late, 1), -1);
    store_abandon(late->store);
    assert_int_equal(write(leader, 1, 3), STATUS_OK);
    follow(late);
    assert_int_equal(balance(late, 1), 2);
}

static void a_claim_that_comes_after_a_later_epoch_is_given_up(void **state)
{
    struct pair *pair = *state;
    struct replica *slow = &pair->replicas[0], *quick = &pair->replicas[1];
    uint64_t epoch;
    assert_int_equal(log_lead(slow->log, "test", &epoch), STATUS_OK);
    store_claim(slow->store, epoch);
    lead(quick);
    assert_int_equal(write(quick, 1, 1), STATUS_OK);
    assert_int_equal(read_log(slow, true), STATUS_DEPOSED);
    assert_int_equal(write(quick, 1, 2), STATUS_OK);
    follow(slow);
    assert_int_equal(balance(slow, 1), 1);
}

static void a_leader_that_crashes_comes_back_without_what_was_not_acknowledged(void **state)
{
    struct pair *pair = *state;
    struct replica *leader = &pair->replicas[0];
    lead(leader);
    assert_int_equal(write(leader, 1, 1), STATUS_OK);
    assert_int_equal(store_checkpoint(leader->store), STATUS_OK);
    assert_int_equal(write(leader, 1, 2), STATUS_OK);
    assert_int_equal(execute(leader, 1, 3), STATUS_OK);
    assert_true(store_place(leader->store).index <= 3);
    crash(pair, leader);
    assert_true(balance(leader, 1) <= 2);
    lead(leader);
    assert_int_equal(balance(leader, 1), 2);
}

static enum status put_many(struct store_txn *txn, void *context)
{
    (void)context;
    for (uint64_t i = 1; i <= 4000; i++)
        wallet_put(txn, &(struct wallet){.user_id = i, .balance = (int64_t)i});
    return STATUS_OK;
}

static void a_write_that_is_larger_than_the_ring_goes_to_the_log(void **state)
{
    struct pair *pair = *state;
    struct replica *leader = &pair->replicas[0], *follower = &pair->replicas[1];
    lead(leader);
    assert_int_equal(store_execute(leader->store, put_many, NULL), STATUS_OK);
    assert_int_equal(store_flush(leader->store), STATUS_OK);
    assert_int_equal(store_commit(leader->store), STATUS_OK);
    assert_int_equal(write(leader, 1, 9), STATUS_OK);
    follow(follower);
    assert_int_equal(balance(follower, 4000), 4000);
    assert_int_equal(balance(follower, 1), 1);
}

static enum status put_and_fail(struct store_txn *txn, void *context)
{
    (void)context;
    wallet_put(txn, &(struct wallet){.user_id = 1, .balance = 666});
    return STATUS_STORAGE_FULL;
}

static void a_write_that_fails_leaves_those_before_it_to_be_acknowledged(void **state)
{
    struct pair *pair = *state;
    struct replica *leader = &pair->replicas[0], *follower = &pair->replicas[1];
    lead(leader);
    assert_int_equal(execute(leader, 1, 1), STATUS_OK);
    assert_int_equal(store_execute(leader->store, put_and_fail, NULL), STATUS_STORAGE_FULL);
    assert_int_equal(balance(leader, 1), -1);
    assert_int_equal(write(leader, 2, 2), STATUS_OK);
    assert_int_equal(balance(leader, 1), 1);
    assert_int_equal(write(leader, 3, 3), STATUS_OK);
    follow(follower);
    assert_int_equal(balance(follower, 1), 1);
    assert_int_equal(balance(follower, 2), 2);
}

enum { LAYOUT = 1, SEATS_OF_ROW = 10 };

static enum status put_row(struct store_txn *txn, void *context)
{
    struct layout_row row = {.layout_id = LAYOUT, .seat_count = SEATS_OF_ROW};
    strcpy(row.row, context);
    layout_row_put(txn, &row);
    return STATUS_OK;
}

static enum status get_row(struct store_txn *txn, void *context)
{
    struct layout_row *row = context;
    assert_true(layout_row_of_seat(txn, LAYOUT, SEATS_OF_ROW - 1, row));
    return STATUS_OK;
}

static void a_hall_that_was_not_acknowledged_is_not_remembered(void **state)
{
    struct pair *pair = *state;
    struct replica *old = &pair->replicas[0], *new = &pair->replicas[1];
    struct layout_row row;
    lead(old);
    assert_int_equal(store_execute(old->store, put_row, "A"), STATUS_OK);
    assert_int_equal(store_execute(old->store, put_and_fail, NULL), STATUS_STORAGE_FULL);
    assert_int_equal(store_execute(old->store, get_row, &row), STATUS_OK);
    assert_string_equal(row.row, "A");
    lead(new);
    assert_int_equal(store_execute(new->store, put_row, "B"), STATUS_OK);
    assert_int_equal(write(new, 1, 1), STATUS_OK);
    assert_int_equal(write(new, 1, 2), STATUS_OK);
    assert_int_equal(store_flush(old->store), STATUS_DEPOSED);
    store_abandon(old->store);
    follow(old);
    assert_int_equal(store_read(old->store, get_row, &row), STATUS_OK);
    assert_string_equal(row.row, "B");
}

/* --- Whose folder it is ----------------------------------------------------------------------- */

static void a_folder_of_several_machines_is_not_opened_without_their_log(void **state)
{
    struct pair *pair = *state;
    struct replica *replica = &pair->replicas[0];
    lead(replica);
    assert_int_equal(write(replica, 1, 1), STATUS_OK);
    close_replica(replica);
    struct log *log = replica->log;
    replica->log = NULL;
    pair->options.shop = NULL;
    assert_int_equal(open_replica(pair, replica), STATUS_STORE_NOT_OPENED);
    assert_non_null(strstr(pair->problem, "is of a shop on several machines"));
    pair->options.leaves_shop = true;
    assert_int_equal(open_replica(pair, replica), STATUS_OK);
    assert_int_equal(write(replica, 2, 2), STATUS_OK);
    close_replica(replica);
    pair->options.leaves_shop = false;
    assert_int_equal(open_replica(pair, replica), STATUS_OK);
    assert_int_equal(balance(replica, 1) + balance(replica, 2), 3);
    close_replica(replica);
    replica->log = log;
    pair->options.shop = &shop;
    assert_int_equal(open_replica(pair, replica), STATUS_STORE_NOT_OPENED);
    assert_non_null(strstr(pair->problem, "has a shop on one machine"));
}

static void a_folder_of_another_shop_is_not_opened(void **state)
{
    struct pair *pair = *state;
    struct replica *replica = &pair->replicas[0];
    close_replica(replica);
    pair->options.shop = &other_shop;
    assert_int_equal(open_replica(pair, replica), STATUS_STORE_NOT_OPENED);
    assert_non_null(strstr(pair->problem, "is of another shop than the log"));
}

static void a_shop_on_one_machine_becomes_the_beginning_of_a_log(void **state)
{
    struct pair *pair = *state;
    struct replica *replica = &pair->replicas[0];
    close_replica(replica);
    struct log *log = replica->log;
    temp_folder_remove(replica->folder);
    replica->folder = temp_folder_make();
    replica->log = NULL;
    pair->options.shop = NULL;
    assert_int_equal(open_replica(pair, replica), STATUS_OK);
    for (uint64_t i = 1; i <= 5; i++)
        assert_int_equal(store_write(replica->store, fixture_put_wallet,
                                     &(struct wallet){.user_id = i, .balance = 10}),
                         STATUS_OK);
    uint64_t index = store_place(replica->store).index;
    assert_int_equal(index, 5);
    close_replica(replica);
    pair->options.shop = &shop; /* the mark is set */
    assert_int_equal(open_replica(pair, replica), STATUS_OK);
    close_replica(replica);
    replica->log = log;
    assert_int_equal(open_replica(pair, replica), STATUS_OK);
    assert_int_equal(balance(replica, 5), 10);
}

#define PAIR_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_TEST(a_follower_has_what_the_leader_wrote_and_knows_where_it_is),
        PAIR_TEST(a_read_tells_the_entry_that_its_state_ends_with),
        PAIR_TEST(an_entry_that_is_not_the_next_one_is_refused),
        PAIR_TEST(a_follower_that_crashes_goes_on_from_where_its_copy_is),
        PAIR_TEST(a_follower_takes_no_write_of_its_own),
        PAIR_TEST(nobody_sees_what_the_log_has_not_acknowledged),
        PAIR_TEST(a_leader_that_was_deposed_has_nothing_that_was_not_acknowledged),
        PAIR_TEST(a_claim_that_fails_leaves_a_follower),
        PAIR_TEST(a_claim_that_comes_after_a_later_epoch_is_given_up),
        PAIR_TEST(a_leader_that_crashes_comes_back_without_what_was_not_acknowledged),
        PAIR_TEST(a_write_that_is_larger_than_the_ring_goes_to_the_log),
        PAIR_TEST(a_write_that_fails_leaves_those_before_it_to_be_acknowledged),
        PAIR_TEST(a_hall_that_was_not_acknowledged_is_not_remembered),
        PAIR_TEST(a_folder_of_several_machines_is_not_opened_without_their_log),
        PAIR_TEST(a_folder_of_another_shop_is_not_opened),
        PAIR_TEST(a_shop_on_one_machine_becomes_the_beginning_of_a_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
