#include "tests/lib/fault.h"
#include "tests/store/fixture.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/lib/temp_folder.h"

enum { USERS = 2000, FAULTS_MAX = 1000 };

/* Many pages in several trees, all saying the same number. */
static enum status write_number(struct store_txn *txn, void *context)
{
    const int64_t *number = context;
    struct event event = {.number = (uint64_t)*number, .kind = EVENT_BALANCE_CHARGED};
    for (uint64_t user_id = 1; user_id <= USERS; user_id++)
        wallet_put(txn, &(struct wallet){.user_id = user_id * 1000003 % 65537, .balance = *number});
    meta_put(txn, &(struct store_meta){.now_ms = *number});
    event_append(txn, &event);
    return STATUS_OK;
}

static enum status read_number(struct store_txn *txn, void *context)
{
    int64_t *number = context;
    struct wallet wallet;
    struct event event;
    *number = meta_get(txn).now_ms;
    for (uint64_t user_id = 0; wallet_next(txn, user_id, &wallet); user_id = wallet.user_id)
        assert_int_equal(wallet.balance, *number);
    assert_true(event_get(txn, (uint64_t)*number, &event));
    assert_false(event_next(txn, (uint64_t)*number, &event));
    return STATUS_OK;
}

static enum status try_to_write(struct fixture *fixture, int64_t number)
{
    enum status err = store_write(fixture->store, write_number, &number);
    return err == STATUS_OK ? store_flush(fixture->store) : err;
}

static int64_t stored_number(struct fixture *fixture)
{
    int64_t number;
    assert_int_equal(store_read(fixture->store, read_number, &number), STATUS_OK);
    return number;
}

static void check_failed_write(struct fixture *fixture, enum status err, int64_t old_number)
{
    int64_t ignored;
    if (err == STATUS_STORAGE_FULL) {
        assert_false(store_has_room(fixture->store));
        assert_int_equal(stored_number(fixture), old_number);
    } else {
        assert_int_equal(err, STATUS_STORAGE_FAILED);
        assert_int_equal(try_to_write(fixture, old_number), STATUS_STORAGE_FAILED);
        assert_int_equal(store_read(fixture->store, read_number, &ignored), STATUS_STORAGE_FAILED);
        assert_int_equal(store_back_up(fixture->store, fixture->parent, (uint64_t *)&ignored),
                         STATUS_STORAGE_FAILED);
    }
    fixture_reopen(fixture);
    int64_t number = stored_number(fixture);
    assert_true(number == old_number || number == old_number + 1);
}

/* Lets the first, the second, the third ... call fail until none is left to fail. */
static void fail_every_call_of_a_write(struct fixture *fixture, int error, enum fault_scope scope)
{
    unsigned failures = 0;
    bool has_failed = true;
    assert_int_equal(try_to_write(fixture, 1), STATUS_OK);
    for (unsigned calls = 0; has_failed; calls++) {
        int64_t number = stored_number(fixture);
        fixture_reopen(fixture); /* so that space is allocated, and that can fail too */
        fault_arm(calls, error, scope);
        enum status err = try_to_write(fixture, number + 1);
        has_failed = fault_disarm();
        assert_true(calls < FAULTS_MAX);
        if (err == STATUS_OK)
            assert_int_equal(stored_number(fixture), number + 1);
        else
            check_failed_write(fixture, err, number);
        failures += has_failed;
    }
    assert_true(failures >= 4); /* space, pages, meta page, journal */
}

static void a_write_that_fails_once_with_a_full_disk_leaves_all_or_nothing(void **state)
{
    fail_every_call_of_a_write(*state, ENOSPC, FAULT_ONCE);
}

static void a_write_that_fails_once_with_a_broken_disk_leaves_all_or_nothing(void **state)
{
    fail_every_call_of_a_write(*state, EIO, FAULT_ONCE);
}

static void a_write_on_a_disk_that_breaks_for_good_leaves_all_or_nothing(void **state)
{
    fail_every_call_of_a_write(*state, EIO, FAULT_FROM_THEN_ON);
}

/* --- Writes that are executed together -------------------------------------------------------- */

/* How far writes came before one failed. */
struct progress {
    int64_t executed;
    int64_t flushed;
};

/* Three writes: the second is committed with the first, which is flushed before; the third by
 * itself.
 */
static enum status execute_three(struct fixture *fixture, struct progress *progress)
{
    enum status err = STATUS_OK;
    for (int64_t n = 1; n <= 3 && err == STATUS_OK; n++) {
        int64_t number = progress->executed + 1;
        err = store_execute(fixture->store, write_number, &number);
        if (err != STATUS_OK) return err;
        progress->executed = number;
        if (n != 2) err = store_flush(fixture->store);
        if (n != 2 && err == STATUS_OK) progress->flushed = number;
        if (n != 1 && err == STATUS_OK) err = store_commit(fixture->store);
    }
    return err;
}

static void check_progress(struct fixture *fixture, enum status err,
                           const struct progress *progress)
{
    if (err == STATUS_OK || err == STATUS_STORAGE_FULL) {
        assert_int_equal(store_commit(fixture->store), STATUS_OK);
        assert_int_equal(stored_number(fixture), progress->executed);
        assert_int_equal(store_flush(fixture->store), STATUS_OK);
        fixture_crash(fixture);
        assert_int_equal(stored_number(fixture), progress->executed);
    } else {
        assert_int_equal(err, STATUS_STORAGE_FAILED);
        assert_int_equal(store_commit(fixture->store), STATUS_STORAGE_FAILED);
        fixture_crash(fixture);
        assert_in_range(stored_number(fixture), progress->flushed, progress->executed + 1);
    }
}

static void fail_every_call_of_three_writes(struct fixture *fixture, int error,
                                            enum fault_scope scope)
{
    unsigned failures = 0;
    bool has_failed = true;
    assert_int_equal(try_to_write(fixture, 1), STATUS_OK);
    for (unsigned calls = 0; has_failed; calls++) {
        fixture_reopen(fixture);
        int64_t number = stored_number(fixture);
        struct progress progress = {.executed = number, .flushed = number};
        fault_arm(calls, error, scope);
        enum status err = execute_three(fixture, &progress);
        has_failed = fault_disarm();
        assert_true(calls < FAULTS_MAX);
        if (!has_failed) assert_int_equal(err, STATUS_OK);
        check_progress(fixture, err, &progress);
        failures += has_failed;
    }
    assert_true(failures >= 6); /* space, pages and meta page twice, journal twice */
}

static void of_writes_executed_together_a_full_disk_leaves_a_prefix(void **state)
{
    fail_every_call_of_three_writes(*state, ENOSPC, FAULT_ONCE);
}

static void of_writes_executed_together_a_disk_that_fails_once_leaves_a_prefix(void **state)
{
    fail_every_call_of_three_writes(*state, EIO, FAULT_ONCE);
}

static void of_writes_executed_together_a_disk_that_breaks_for_good_leaves_a_prefix(void **state)
{
    fail_every_call_of_three_writes(*state, EIO, FAULT_FROM_THEN_ON);
}

/* --- Recoveries ------------------------------------------------------------------------------- */

static void arm_write(unsigned calls)
{
    fault_arm(calls, EIO, FAULT_FROM_THEN_ON);
}

/* Leaves in `path` what a killed process would, with a checkpoint that is not the newest write. */
static void leave_crashed(const struct fixture *fixture, const char *path)
{
    assert_int_equal(mkdir(path, 0700), 0);
    temp_folder_copy_file(fixture->path, path, "data.mdb");
    temp_folder_copy_file(fixture->path, path, "onsale.journal");
}

/* Lets the first, the second, the third ... call of a recovery fail, each after a crash. */
static void fail_every_call_of_a_recovery(struct fixture *fixture, void (*arm)(unsigned calls))
{
    bool has_failed = true;
    unsigned failures = 0;
    for (int64_t number = 1; number <= 3; number++)
        assert_int_equal(try_to_write(fixture, number), STATUS_OK);
    struct fixture crashed = {.options = fixture->options};
    for (unsigned calls = 0; has_failed; calls++) {
        char *path = temp_folder_join(fixture->parent, "crashed");
        crashed.options.path = path;
        leave_crashed(fixture, path);
        arm(calls);
        enum status err = fixture_open(&crashed);
        has_failed = fault_disarm();
        assert_true(has_failed || err == STATUS_OK); /* what has a copy need not be read */
        if (err != STATUS_OK) assert_int_equal(fixture_open(&crashed), STATUS_OK);
        assert_int_equal(stored_number(&crashed), 3);
        fixture_close(&crashed);
        temp_folder_remove(path);
        assert_true(calls < FAULTS_MAX);
        failures += err != STATUS_OK;
    }
    assert_true(failures >= 4);
}

static void a_recovery_that_could_not_write_can_be_done_later(void **state)
{
    fail_every_call_of_a_recovery(*state, arm_write);
}

static void a_recovery_that_could_not_read_can_be_done_later(void **state)
{
    fail_every_call_of_a_recovery(*state, fault_arm_reads);
}

static void a_full_disk_refuses_writes_and_goes_on_when_there_is_space(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(try_to_write(fixture, 1), STATUS_OK);
    fixture_reopen(fixture);
    fault_arm_full_disk();
    assert_int_equal(try_to_write(fixture, 2), STATUS_STORAGE_FULL);
    assert_int_equal(try_to_write(fixture, 2), STATUS_STORAGE_FULL);
    assert_false(store_has_room(fixture->store));
    assert_int_equal(stored_number(fixture), 1);

    fault_disarm();
    assert_int_equal(try_to_write(fixture, 2), STATUS_OK);
    assert_true(store_has_room(fixture->store));
    assert_int_equal(stored_number(fixture), 2);
}

static void a_store_can_be_opened_and_read_on_a_full_disk(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(try_to_write(fixture, 1), STATUS_OK);
    fault_arm_full_disk();
    fixture_reopen(fixture);
    assert_int_equal(stored_number(fixture), 1);
    fault_disarm();
}

static void a_new_store_on_a_full_disk_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char *path = temp_folder_join(fixture->parent, "new");
    fixture_close(fixture);
    fixture->options.path = path;
    fault_arm_full_disk();
    assert_int_equal(fixture_open(fixture), STATUS_STORAGE_FULL);
    fault_disarm();
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    fixture_close(fixture);
    free(path);
}

static void a_store_whose_making_failed_can_be_made_later(void **state)
{
    struct fixture *fixture = *state;
    bool has_failed = true;
    fixture_close(fixture);
    for (unsigned calls = 0; has_failed; calls++) {
        char *path = temp_folder_join(fixture->parent, "new");
        fixture->options.path = path;
        fault_arm(calls, EIO, FAULT_FROM_THEN_ON);
        enum status err = fixture_open(fixture);
        has_failed = fault_disarm();
        assert_int_equal(err != STATUS_OK, has_failed);
        assert_true(calls < FAULTS_MAX);
        if (has_failed) assert_int_equal(fixture_open(fixture), STATUS_OK);
        assert_int_equal(try_to_write(fixture, 1), STATUS_OK);
        fixture_close(fixture);
        temp_folder_remove(path);
    }
}

static void a_backup_that_failed_leaves_nothing_behind(void **state)
{
    struct fixture *fixture = *state;
    char *path = temp_folder_join(fixture->parent, "backup");
    uint64_t bytes;
    bool has_failed = true;
    assert_int_equal(try_to_write(fixture, 1), STATUS_OK);
    for (unsigned calls = 0; has_failed; calls++) {
        fault_arm(calls, EIO, FAULT_ONCE);
        enum status err = store_back_up(fixture->store, path, &bytes);
        has_failed = fault_disarm();
        assert_int_equal(err, has_failed ? STATUS_STORAGE_FAILED : STATUS_OK);
        assert_int_equal(access(path, F_OK), has_failed ? -1 : 0);
        assert_true(calls < FAULTS_MAX);
    }
    assert_int_equal(try_to_write(fixture, 2), STATUS_OK);
    free(path);
}

static void call_for_a_checkpoint(struct fixture *fixture)
{
    for (int64_t number = 1; !store_wants_checkpoint(fixture->store); number++)
        assert_int_equal(try_to_write(fixture, number), STATUS_OK);
}

/* The flush that follows would not be told of it again. */
static void a_piece_of_a_checkpoint_that_failed_ends_the_store(void **state)
{
    enum { PIECE_BYTES = 64 * 1024 };
    struct fixture *fixture = *state;
    bool is_written;
    call_for_a_checkpoint(fixture);
    int64_t number = stored_number(fixture);
    fault_arm(0, EIO, FAULT_ONCE);
    assert_int_equal(store_pre_write(fixture->store, PIECE_BYTES, &is_written),
                     STATUS_STORAGE_FAILED);
    assert_true(fault_disarm());
    assert_int_equal(store_checkpoint(fixture->store), STATUS_STORAGE_FAILED);
    assert_int_equal(try_to_write(fixture, number + 1), STATUS_STORAGE_FAILED);
    fixture_reopen(fixture);
    assert_int_equal(stored_number(fixture), number);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_write_that_fails_once_with_a_full_disk_leaves_all_or_nothing),
        FIXTURE_TEST(a_write_that_fails_once_with_a_broken_disk_leaves_all_or_nothing),
        FIXTURE_TEST(a_write_on_a_disk_that_breaks_for_good_leaves_all_or_nothing),
        FIXTURE_TEST(of_writes_executed_together_a_full_disk_leaves_a_prefix),
        FIXTURE_TEST(of_writes_executed_together_a_disk_that_fails_once_leaves_a_prefix),
        FIXTURE_TEST(of_writes_executed_together_a_disk_that_breaks_for_good_leaves_a_prefix),
        FIXTURE_TEST(a_recovery_that_could_not_write_can_be_done_later),
        FIXTURE_TEST(a_recovery_that_could_not_read_can_be_done_later),
        FIXTURE_TEST(a_piece_of_a_checkpoint_that_failed_ends_the_store),
        FIXTURE_TEST(a_full_disk_refuses_writes_and_goes_on_when_there_is_space),
        FIXTURE_TEST(a_store_can_be_opened_and_read_on_a_full_disk),
        FIXTURE_TEST(a_new_store_on_a_full_disk_is_refused),
        FIXTURE_TEST(a_store_whose_making_failed_can_be_made_later),
        FIXTURE_TEST(a_backup_that_failed_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
