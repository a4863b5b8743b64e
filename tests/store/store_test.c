#include "tests/store/fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/inside.h"
#include "store/meta.h"
#include "store/record.h"
#include "store/record_head.h"
#include "store/transaction.h"
#include "store/user_key.h"
#include "tests/lib/temp_folder.h"

/* --- opening ---------------------------------------------------------------------------------- */

static void what_was_written_is_there_after_reopening(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(fixture_read_wallet(fixture, 7), 100);
    assert_int_equal(fixture_read_wallet(fixture, 8), -1);
}

static void the_folder_is_for_its_owner_only(void **state)
{
    struct fixture *fixture = *state;
    struct stat folder;
    assert_int_equal(stat(fixture->path, &folder), 0);
    assert_int_equal(folder.st_mode & 0777, 0700);
}

static void a_second_store_on_the_folder_is_refused(void **state)
{
    struct fixture *fixture = *state;
    struct store *second = NULL;
    char problem[STORE_PROBLEM_BYTES];
    assert_int_equal(store_open(&fixture->options, problem, &second), STATUS_STORE_LOCKED);
    assert_null(second);
    assert_non_null(strstr(problem, fixture->path));
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
}

static enum status put_other_format(struct store_txn *txn, void *context)
{
    const char *needs = context;
    meta_format_put(txn, 42);
    meta_needs_put(txn, needs);
    return STATUS_OK;
}

static void open_other_format(struct fixture *fixture, const char *needs)
{
    char text[16];
    snprintf(text, sizeof text, "%s", needs);
    assert_int_equal(store_write(fixture->store, put_other_format, text), STATUS_OK);
    fixture_close(fixture);
    assert_int_equal(fixture_open(fixture), STATUS_STORE_OTHER_FORMAT);
}

static void a_store_of_a_newer_format_says_which_version_it_takes(void **state)
{
    struct fixture *fixture = *state;
    open_other_format(fixture, "12.34.56");
    assert_non_null(strstr(fixture->problem, "it takes onsaled 12.34.56 or later to open it"));
}

static void a_version_that_is_none_is_not_repeated(void **state)
{
    struct fixture *fixture = *state;
    open_other_format(fixture, "\x1b[31m");
    assert_non_null(strstr(fixture->problem, "it takes onsaled of a newer version to open it"));
}

static void a_store_of_another_format_is_refused_naming_both(void **state)
{
    struct fixture *fixture = *state;
    char both[64];
    snprintf(both, sizeof both, "version 42, this server knows %d to %d", STORE_FORMAT_OLDEST,
             STORE_FORMAT_VERSION);
    open_other_format(fixture, "1.0.0");
    assert_non_null(strstr(fixture->problem, both));
}

static void write_data_file(struct fixture *fixture, const void *bytes, size_t size)
{
    char *file = temp_folder_join(fixture->path, "data.mdb");
    int fd = open(file, O_WRONLY | O_TRUNC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), size);
    close(fd);
    free(file);
}

static void a_file_of_garbage_is_refused_as_damaged(void **state)
{
    struct fixture *fixture = *state;
    static char garbage[64 * 1024];
    memset(garbage, 'x', sizeof garbage);
    fixture_close(fixture);
    write_data_file(fixture, garbage, sizeof garbage);
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    assert_non_null(strstr(fixture->problem, fixture->path));
    write_data_file(fixture, garbage, 10);
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
}

static void a_file_that_was_cut_off_is_refused_as_damaged(void **state)
{
    struct fixture *fixture = *state;
    char *file = temp_folder_join(fixture->path, "data.mdb");
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    fixture_close(fixture);
    assert_int_equal(truncate(file, 3 * 4096), 0);
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    free(file);
}

static void make_foreign_environment(const char *path)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    MDB_val word = {.mv_size = 5, .mv_data = "hello"};
    assert_int_equal(mkdir(path, 0700), 0);
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_open(env, path, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, NULL, 0, &dbi), 0);
    assert_int_equal(mdb_put(txn, dbi, &word, &word, 0), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static void a_database_of_another_program_is_refused_as_damaged(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    char *path = temp_folder_join(fixture->parent, "foreign");
    make_foreign_environment(path);
    fixture->options.path = path;
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    free(path);
}

static void a_folder_that_can_not_be_made_is_named(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    fixture->options.path = "/proc/no/such/folder";
    assert_int_equal(fixture_open(fixture), STATUS_STORE_NOT_OPENED);
    assert_non_null(strstr(fixture->problem, "/proc/no/such/folder"));
}

static void closing_no_store_is_fine(void **state)
{
    (void)state;
    store_close(NULL);
}

/* --- transactions ----------------------------------------------------------------------------- */

static enum status do_nothing(struct store_txn *txn, void *context)
{
    (void)txn;
    (void)context;
    return STATUS_OK;
}

static void a_write_that_changed_nothing_has_no_number(void **state)
{
    struct fixture *fixture = *state;
    uint64_t before = store_committed(fixture->store);
    assert_int_equal(store_write(fixture->store, do_nothing, NULL), STATUS_OK);
    assert_int_equal(store_flush(fixture->store), STATUS_OK);
    assert_int_equal(store_committed(fixture->store), before);
    assert_int_equal(store_flushed(fixture->store), before);
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    assert_int_equal(store_committed(fixture->store), before + 1);
}

static enum status put_and_refuse(struct store_txn *txn, void *context)
{
    (void)context;
    wallet_put(txn, &(struct wallet){.user_id = 7, .balance = 999});
    return STATUS_SEAT_TAKEN;
}

static void a_body_that_refuses_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    assert_int_equal(store_write(fixture->store, put_and_refuse, NULL), STATUS_SEAT_TAKEN);
    assert_int_equal(fixture_read_wallet(fixture, 7), 100);
}

static enum status refuse(struct store_txn *txn, void *context)
{
    (void)txn;
    (void)context;
    return STATUS_USER_NOT_FOUND;
}

static void a_read_ends_with_what_its_body_says(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_read(fixture->store, refuse, NULL), STATUS_USER_NOT_FOUND);
}

enum { WRONG_BYTES_MAX = 64 };

static enum status put_bytes_as_wallet(struct store_txn *txn, void *context)
{
    struct key key = {0};
    uint8_t bytes[WRONG_BYTES_MAX + RECORD_HEAD_BYTES] = {0};
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    value.at += *(const size_t *)context;
    key_add_u64(&key, 7);
    key_add_u8(&key, USER_WALLET);
    record_put(txn, TREE_USERS, &key, &value);
    return STATUS_OK;
}

static enum status read_damaged_wallet(struct store_txn *txn, void *context)
{
    (void)context;
    struct wallet wallet = {.balance = 5};
    assert_int_equal(store_txn_failure(txn), STATUS_OK);
    assert_false(wallet_get(txn, 7, &wallet));
    assert_int_equal(store_txn_failure(txn), STATUS_STORE_DAMAGED);
    assert_false(wallet_get(txn, 8, &wallet)); /* which is there */
    assert_false(wallet_next(txn, 0, &wallet));
    return STATUS_OK;
}

static void a_record_of_the_wrong_size_fails_the_whole_transaction(void **state)
{
    struct fixture *fixture = *state;
    static const size_t wrong_sizes[] = {0, 1, 8, 10, WRONG_BYTES_MAX};
    assert_int_equal(fixture_write_wallet(fixture, 8, 1), STATUS_OK);
    for (size_t i = 0; i < sizeof wrong_sizes / sizeof wrong_sizes[0]; i++) {
        size_t size = wrong_sizes[i];
        assert_int_equal(store_write(fixture->store, put_bytes_as_wallet, &size), STATUS_OK);
        assert_int_equal(store_read(fixture->store, read_damaged_wallet, NULL),
                         STATUS_STORE_DAMAGED);
    }
}

static enum status fail_then_put(struct store_txn *txn, void *context)
{
    (void)context;
    store_txn_fail(txn, STATUS_STORE_DAMAGED);
    store_txn_fail(txn, STATUS_INTERNAL);
    wallet_put(txn, &(struct wallet){.user_id = 7, .balance = 999});
    return STATUS_OK;
}

static void a_write_that_failed_inside_changes_nothing(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(store_write(fixture->store, fail_then_put, NULL), STATUS_STORE_DAMAGED);
    assert_int_equal(fixture_read_wallet(fixture, 7), -1);
}

struct view {
    struct fixture *fixture;
    struct wallet seen;
};

static enum status read_around_a_write(struct store_txn *txn, void *context)
{
    struct view *view = context;
    assert_int_equal(fixture_write_wallet(view->fixture, 7, 200), STATUS_OK);
    assert_true(wallet_get(txn, 7, &view->seen));
    return STATUS_OK;
}

static void a_read_sees_the_state_it_began_with(void **state)
{
    struct view view = {.fixture = *state};
    assert_int_equal(fixture_write_wallet(view.fixture, 7, 100), STATUS_OK);
    assert_int_equal(store_read(view.fixture->store, read_around_a_write, &view), STATUS_OK);
    assert_int_equal(view.seen.balance, 100);
    assert_int_equal(fixture_read_wallet(view.fixture, 7), 200);
}

/* --- readers ---------------------------------------------------------------------------------- */

enum { READING_THREADS = 24, READS_PER_THREAD = 200, READERS_MAX = 2 };

struct crowd {
    struct store *store;
    atomic_int reading;
    atomic_int most;
    atomic_int refused;
};

static enum status count_readers(struct store_txn *txn, void *context)
{
    struct crowd *crowd = context;
    struct wallet wallet;
    int reading = atomic_fetch_add(&crowd->reading, 1) + 1;
    int most = crowd->most;
    while (reading > most && !atomic_compare_exchange_weak(&crowd->most, &most, reading))
        continue;
    sched_yield();
    wallet_get(txn, 7, &wallet);
    atomic_fetch_sub(&crowd->reading, 1);
    return STATUS_OK;
}

static void *read_often(void *context)
{
    struct crowd *crowd = context;
    for (int i = 0; i < READS_PER_THREAD; i++)
        if (store_read(crowd->store, count_readers, crowd) != STATUS_OK) crowd->refused++;
    return NULL;
}

static void readers_beyond_the_maximum_wait_and_none_is_refused(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.readers_max = READERS_MAX;
    fixture_reopen(fixture);
    struct crowd crowd = {.store = fixture->store};
    pthread_t threads[READING_THREADS];
    for (int i = 0; i < READING_THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_often, &crowd), 0);
    for (int i = 0; i < READING_THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(crowd.refused, 0);
    assert_in_range(crowd.most, 1, READERS_MAX);
}

/* --- usage and backup ------------------------------------------------------------------------- */

static void usage_grows_with_what_is_written_up_to_the_map(void **state)
{
    struct fixture *fixture = *state;
    uint64_t used_before, used_after, limit;
    store_usage(fixture->store, &used_before, &limit);
    assert_int_equal(limit, fixture->options.map_bytes);
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    store_usage(fixture->store, &used_after, &limit);
    assert_true(used_after > used_before);
    assert_true(used_after < limit);
    store_clear_stale_readers(fixture->store);
}

static void a_backup_has_the_same_records_and_can_be_opened(void **state)
{
    struct fixture *fixture = *state;
    char *path = temp_folder_join(fixture->parent, "backup");
    uint64_t bytes = 0;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    assert_int_equal(store_back_up(fixture->store, path, &bytes), STATUS_OK);
    assert_int_equal(fixture_write_wallet(fixture, 7, 200), STATUS_OK);
    assert_true(bytes > 0);

    struct fixture backup = {.options = fixture->options};
    backup.options.path = path;
    assert_int_equal(fixture_open(&backup), STATUS_OK);
    assert_int_equal(fixture_read_wallet(&backup, 7), 100);
    assert_int_equal(fixture_write_wallet(&backup, 7, 300), STATUS_OK);
    fixture_close(&backup);
    assert_int_equal(fixture_read_wallet(fixture, 7), 200);
    free(path);
}

static void a_backup_into_a_folder_that_is_there_is_refused(void **state)
{
    struct fixture *fixture = *state;
    char *nowhere = temp_folder_join(fixture->parent, "no/such");
    uint64_t bytes = 99;
    assert_int_equal(store_back_up(fixture->store, fixture->parent, &bytes),
                     STATUS_ARGUMENT_INVALID);
    assert_int_equal(store_back_up(fixture->store, nowhere, &bytes), STATUS_ARGUMENT_INVALID);
    assert_int_equal(store_back_up(fixture->store, "", &bytes), STATUS_ARGUMENT_INVALID);
    assert_int_equal(bytes, 99);
    assert_int_equal(access(fixture->parent, F_OK), 0);
    free(nowhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(what_was_written_is_there_after_reopening),
        FIXTURE_TEST(the_folder_is_for_its_owner_only),
        FIXTURE_TEST(a_second_store_on_the_folder_is_refused),
        FIXTURE_TEST(a_store_of_another_format_is_refused_naming_both),
        FIXTURE_TEST(a_store_of_a_newer_format_says_which_version_it_takes),
        FIXTURE_TEST(a_version_that_is_none_is_not_repeated),
        FIXTURE_TEST(a_file_of_garbage_is_refused_as_damaged),
        FIXTURE_TEST(a_file_that_was_cut_off_is_refused_as_damaged),
        FIXTURE_TEST(a_database_of_another_program_is_refused_as_damaged),
        FIXTURE_TEST(a_folder_that_can_not_be_made_is_named),
        FIXTURE_TEST(closing_no_store_is_fine),
        FIXTURE_TEST(a_write_that_changed_nothing_has_no_number),
        FIXTURE_TEST(a_body_that_refuses_changes_nothing),
        FIXTURE_TEST(a_read_ends_with_what_its_body_says),
        FIXTURE_TEST(a_record_of_the_wrong_size_fails_the_whole_transaction),
        FIXTURE_TEST(a_write_that_failed_inside_changes_nothing),
        FIXTURE_TEST(a_read_sees_the_state_it_began_with),
        FIXTURE_TEST(readers_beyond_the_maximum_wait_and_none_is_refused),
        FIXTURE_TEST(usage_grows_with_what_is_written_up_to_the_map),
        FIXTURE_TEST(a_backup_has_the_same_records_and_can_be_opened),
        FIXTURE_TEST(a_backup_into_a_folder_that_is_there_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
