/* pending_test.c -- Writes that are executed: the next write sees them, reads when they are
 * committed, and a crash leaves them when they are flushed, committed or not. */
#include "tests/store/fixture.h"

#include <stdlib.h>

#include "tests/lib/temp_folder.h"

enum { USER = 7, MANY_USERS = 10000 };

static enum status put_balance(struct store_txn *txn, void *context)
{
    wallet_put(txn, &(struct wallet){.user_id = USER, .balance = *(const int64_t *)context});
    return STATUS_OK;
}

static enum status add_one(struct store_txn *txn, void *context)
{
    struct wallet wallet;
    (void)context;
    assert_true(wallet_get(txn, USER, &wallet));
    wallet.balance++;
    wallet_put(txn, &wallet);
    return STATUS_OK;
}

static void apply(struct fixture *fixture, int64_t balance)
{
    assert_int_equal(store_execute(fixture->store, put_balance, &balance), STATUS_OK);
}

static void execute_one_more(struct fixture *fixture)
{
    assert_int_equal(store_execute(fixture->store, add_one, NULL), STATUS_OK);
}

static void show(struct fixture *fixture)
{
    assert_int_equal(store_commit(fixture->store), STATUS_OK);
}

static void flush(struct fixture *fixture)
{
    assert_int_equal(store_flush(fixture->store), STATUS_OK);
}

static void what_is_executed_is_seen_by_reads_when_it_is_committed(void **state)
{
    apply(*state, 5);
    assert_int_equal(fixture_read_wallet(*state, USER), -1);
    flush(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), -1);
    show(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), 5);
}

static void the_next_write_sees_what_is_executed(void **state)
{
    apply(*state, 5);
    for (int i = 0; i < 10; i++)
        execute_one_more(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), -1);
    show(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), 15);
    execute_one_more(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), 15);
    show(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), 16);
}

static void committing_what_is_committed_does_nothing(void **state)
{
    struct fixture *fixture = *state;
    show(fixture);
    apply(fixture, 5);
    show(fixture);
    uint64_t committed = store_committed(fixture->store);
    show(fixture);
    assert_int_equal(store_committed(fixture->store), committed);
    assert_int_equal(fixture_read_wallet(fixture, USER), 5);
}

static void what_is_flushed_and_not_committed_outlives_a_crash(void **state)
{
    apply(*state, 5);
    execute_one_more(*state);
    flush(*state);
    execute_one_more(*state); /* and this is not flushed */
    fixture_crash(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), 6);
}

static void what_is_committed_and_not_flushed_is_gone_after_a_crash(void **state)
{
    apply(*state, 5);
    flush(*state);
    execute_one_more(*state);
    show(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), 6);
    fixture_crash(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), 5);
}

static void a_crash_between_flushes_and_shows_leaves_what_was_flushed(void **state)
{
    apply(*state, 0);
    for (int64_t i = 0; i < 12; i++) {
        execute_one_more(*state);
        if ((i & 1) != 0) show(*state);
        flush(*state);
        if ((i & 2) != 0) show(*state);
        if ((i & 4) != 0) fixture_crash(*state);
    }
    fixture_crash(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), 12);
}

static void check_numbers(const struct fixture *fixture, uint64_t executed, uint64_t committed,
                          uint64_t flushed)
{
    assert_int_equal(store_executed(fixture->store), executed);
    assert_int_equal(store_committed(fixture->store), committed);
    assert_int_equal(store_flushed(fixture->store), flushed);
}

static void writes_are_numbered_as_they_are_executed_committed_and_flushed(void **state)
{
    struct fixture *fixture = *state;
    check_numbers(fixture, 0, 0, 0);
    apply(fixture, 5);
    check_numbers(fixture, 1, 0, 0);
    execute_one_more(fixture);
    flush(fixture);
    check_numbers(fixture, 2, 0, 2);
    execute_one_more(fixture);
    show(fixture);
    check_numbers(fixture, 3, 3, 2);
    flush(fixture);
    check_numbers(fixture, 3, 3, 3);
}

static enum status read_number(struct store_txn *txn, void *context)
{
    *(uint64_t *)context = store_txn_number(txn);
    return STATUS_OK;
}

static void a_read_has_the_number_of_what_is_committed(void **state)
{
    struct fixture *fixture = *state;
    uint64_t number;
    for (uint64_t i = 0; i < 4; i++) {
        apply(fixture, 5);
        if (i % 2 == 1) show(fixture);
        assert_int_equal(store_read(fixture->store, read_number, &number), STATUS_OK);
        assert_int_equal(number, store_committed(fixture->store));
    }
}

static enum status put_many(struct store_txn *txn, void *context)
{
    (void)context;
    for (uint64_t user_id = 1; user_id <= MANY_USERS; user_id++)
        wallet_put(txn, &(struct wallet){.user_id = user_id, .balance = 3});
    return STATUS_OK;
}

static void much_is_committed_without_being_asked_for(void **state)
{
    struct fixture *fixture = *state;
    apply(fixture, 5);
    assert_int_equal(store_committed(fixture->store), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(store_execute(fixture->store, put_many, NULL), STATUS_OK);
    assert_int_equal(store_committed(fixture->store), store_executed(fixture->store));
    assert_int_equal(fixture_read_wallet(fixture, USER), 3);
}

static void a_checkpoint_has_what_is_committed_and_the_journal_the_rest(void **state)
{
    struct fixture *fixture = *state;
    apply(fixture, 5);
    while (!store_wants_checkpoint(fixture->store))
        execute_one_more(fixture);
    execute_one_more(fixture);
    assert_int_equal(store_checkpoint(fixture->store), STATUS_OK);
    execute_one_more(fixture);
    flush(fixture);
    int64_t balance = 4 + (int64_t)store_executed(fixture->store);
    fixture_crash(fixture);
    assert_int_equal(fixture_read_wallet(fixture, USER), balance);
}

static void writes_gather_while_a_checkpoint_is_pending(void **state)
{
    struct fixture *fixture = *state;
    apply(fixture, 5);
    while (!store_wants_checkpoint(fixture->store))
        execute_one_more(fixture);
    uint64_t committed = store_committed(fixture->store);
    for (int i = 0; i < 3; i++)
        execute_one_more(fixture);
    assert_int_equal(store_committed(fixture->store), committed);
    assert_int_equal(store_executed(fixture->store), committed + 3);
}

static bool write_ahead(struct fixture *fixture)
{
    enum { PIECE_BYTES = 4096 };
    bool is_written;
    assert_int_equal(store_pre_write(fixture->store, PIECE_BYTES, &is_written), STATUS_OK);
    return is_written;
}

static void a_checkpoint_is_written_ahead_piece_by_piece(void **state)
{
    struct fixture *fixture = *state;
    int pieces = 0;
    assert_false(write_ahead(fixture));
    apply(fixture, 5);
    while (!store_wants_checkpoint(fixture->store))
        execute_one_more(fixture);
    while (write_ahead(fixture))
        pieces++;
    assert_true(pieces > 1);
    assert_true(store_wants_checkpoint(fixture->store));
    assert_int_equal(store_checkpoint(fixture->store), STATUS_OK);
    assert_false(store_wants_checkpoint(fixture->store));
    assert_false(write_ahead(fixture));
}

static void closing_commits_and_flushes_what_is_executed(void **state)
{
    apply(*state, 5);
    execute_one_more(*state);
    fixture_reopen(*state);
    assert_int_equal(fixture_read_wallet(*state, USER), 6);
}

static void a_backup_has_what_is_committed(void **state)
{
    struct fixture *fixture = *state;
    struct fixture copy = {.options = fixture->options};
    uint64_t bytes;
    char *path = temp_folder_join(fixture->parent, "backup");
    apply(fixture, 5);
    show(fixture);
    execute_one_more(fixture);
    assert_int_equal(store_back_up(fixture->store, path, &bytes), STATUS_OK);
    show(fixture);
    copy.options.path = path;
    assert_int_equal(fixture_open(&copy), STATUS_OK);
    assert_int_equal(fixture_read_wallet(&copy, USER), 5);
    assert_int_equal(fixture_read_wallet(fixture, USER), 6);
    fixture_close(&copy);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(what_is_executed_is_seen_by_reads_when_it_is_committed),
        FIXTURE_TEST(the_next_write_sees_what_is_executed),
        FIXTURE_TEST(committing_what_is_committed_does_nothing),
        FIXTURE_TEST(what_is_flushed_and_not_committed_outlives_a_crash),
        FIXTURE_TEST(what_is_committed_and_not_flushed_is_gone_after_a_crash),
        FIXTURE_TEST(a_crash_between_flushes_and_shows_leaves_what_was_flushed),
        FIXTURE_TEST(writes_are_numbered_as_they_are_executed_committed_and_flushed),
        FIXTURE_TEST(a_read_has_the_number_of_what_is_committed),
        FIXTURE_TEST(much_is_committed_without_being_asked_for),
        FIXTURE_TEST(a_checkpoint_has_what_is_committed_and_the_journal_the_rest),
        FIXTURE_TEST(writes_gather_while_a_checkpoint_is_pending),
        FIXTURE_TEST(a_checkpoint_is_written_ahead_piece_by_piece),
        FIXTURE_TEST(closing_commits_and_flushes_what_is_executed),
        FIXTURE_TEST(a_backup_has_what_is_committed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
