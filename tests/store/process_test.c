/* process_test.c -- A store and other processes. */
#include "tests/store/fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/inside.h"
#include "store/lasting_word.h"
#include "tests/lib/temp_folder.h"

static int exit_code_of(pid_t child)
{
    int status;
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void a_second_process_on_the_folder_is_refused(void **state)
{
    struct fixture *fixture = *state;
    pid_t child = fork();
    if (child == 0) {
        struct store *second;
        _exit((int)store_open(&fixture->options, fixture->problem, &second));
    }
    assert_int_equal(exit_code_of(child), STATUS_STORE_LOCKED);
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
}

static void a_process_that_died_does_not_keep_the_folder(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    pid_t child = fork();
    if (child == 0) {
        bool is_written = fixture_open(fixture) == STATUS_OK &&
                          fixture_write_wallet(fixture, 7, 100) == STATUS_OK;
        _exit(is_written ? 0 : 1);
    }
    assert_int_equal(exit_code_of(child), 0);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(fixture_read_wallet(fixture, 7), 100);
}

static void a_lasting_word_outlives_the_process_that_changed_it(void **state)
{
    struct fixture *fixture = *state;
    struct lasting_word word = {0};
    for (uint64_t number = 1; number <= 3; number++) {
        pid_t child = fork();
        if (child == 0) {
            lasting_word_open(&word, fixture->options.path);
            atomic_store(word.at, number * UINT64_C(0x100000001));
            kill(getpid(), SIGKILL);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        lasting_word_open(&word, fixture->options.path);
        assert_int_equal(atomic_load(word.at), number * UINT64_C(0x100000001));
        lasting_word_close(&word);
    }
}

static void without_room_for_its_file_a_lasting_word_lasts_as_long_as_the_process(void **state)
{
    (void)state;
    struct lasting_word word = {0};
    lasting_word_open(&word, "/nonexistent/folder");
    assert_int_equal(atomic_load(word.at), 0);
    atomic_store(word.at, 7);
    assert_int_equal(atomic_load(word.at), 7);
    lasting_word_close(&word);
    lasting_word_close(&word);
}

/* Runs `body` in a process of its own, which then waits to be killed.
 * @return When the body has come to its end. */
static pid_t start_child(struct fixture *fixture, bool (*body)(struct fixture *fixture))
{
    int pipes[2];
    char is_good = 0;
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) {
        is_good = body(fixture);
        if (write(pipes[1], &is_good, 1) == 1) pause();
        _exit(1);
    }
    assert_int_equal(read(pipes[0], &is_good, 1), 1);
    assert_true(is_good);
    close(pipes[0]);
    close(pipes[1]);
    return child;
}

static void kill_child(pid_t child)
{
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static bool serve(struct fixture *fixture)
{
    return fixture_open(fixture) == STATUS_OK &&
           fixture_write_wallet(fixture, 7, 100) == STATUS_OK &&
           fixture_write_wallet(fixture, 8, 200) == STATUS_OK &&
           fixture_write_wallet(fixture, 9, 300) == STATUS_OK;
}

/* As LMDB's own tools do it. */
static bool look(struct fixture *fixture)
{
    MDB_env *env;
    return mdb_env_create(&env) == 0 && mdb_env_open(env, fixture->path, MDB_RDONLY, 0600) == 0;
}

static void a_crash_is_not_recovered_from_while_another_process_has_the_store_open(void **state)
{
    struct fixture *fixture = *state;
    fixture_close(fixture);
    pid_t server = start_child(fixture, serve);
    pid_t tool = start_child(fixture, look);
    kill_child(server);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(fixture_open(fixture), STATUS_STORE_LOCKED);
        assert_non_null(strstr(fixture->problem, fixture->path));
    }
    kill_child(tool);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(fixture_read_wallet(fixture, 7), 100);
    assert_int_equal(fixture_read_wallet(fixture, 8), 200);
    assert_int_equal(fixture_read_wallet(fixture, 9), 300);
}

static void another_process_may_look_at_a_store_that_is_closed_and_opened(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    fixture_close(fixture);
    pid_t tool = start_child(fixture, look);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(fixture_write_wallet(fixture, 7, 200), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(fixture_read_wallet(fixture, 7), 200);
    kill_child(tool);
}

/* Its pages and the headers of the journal together would be neither the one store nor the other.
 */
static void
a_backup_put_over_a_store_that_crashed_is_refused_until_the_journal_is_gone(void **state)
{
    struct fixture *fixture = *state;
    uint64_t bytes;
    char *backup = temp_folder_join(fixture->parent, "backup");
    char *journal = temp_folder_join(fixture->path, "onsale.journal");
    assert_int_equal(fixture_write_wallet(fixture, 7, 50), STATUS_OK);
    assert_int_equal(store_back_up(fixture->store, backup, &bytes), STATUS_OK);
    fixture_close(fixture);
    kill_child(start_child(fixture, serve));
    temp_folder_copy_file(backup, fixture->path, "data.mdb");
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    assert_int_equal(unlink(journal), 0);
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(fixture_read_wallet(fixture, 7), 50);
    assert_int_equal(fixture_read_wallet(fixture, 8), -1);
    free(backup);
    free(journal);
}

static void a_data_file_cut_off_after_a_crash_is_refused_as_damaged(void **state)
{
    struct fixture *fixture = *state;
    char *file = temp_folder_join(fixture->path, "data.mdb");
    static const off_t sizes[] = {3 * 4096, 5000, 10, 0};
    fixture_close(fixture);
    kill_child(start_child(fixture, serve));
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_int_equal(truncate(file, sizes[i]), 0);
        assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    }
    assert_int_equal(unlink(file), 0);
    assert_int_equal(fixture_open(fixture), STATUS_STORE_DAMAGED);
    free(file);
}

static bool delete_users(struct fixture *fixture)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi wallets;
    return mdb_env_create(&env) == 0 && mdb_env_set_maxdbs(env, TREES) == 0 &&
           mdb_env_open(env, fixture->path, 0, 0600) == 0 &&
           mdb_txn_begin(env, NULL, 0, &txn) == 0 &&
           mdb_dbi_open(txn, tree_name(TREE_USERS), 0, &wallets) == 0 &&
           mdb_drop(txn, wallets, 0) == 0 && mdb_txn_commit(txn) == 0;
}

static void a_store_that_was_closed_may_be_changed_by_other_tools(void **state)
{
    struct fixture *fixture = *state;
    assert_int_equal(fixture_write_wallet(fixture, 7, 100), STATUS_OK);
    fixture_close(fixture);
    kill_child(start_child(fixture, delete_users));
    assert_int_equal(fixture_open(fixture), STATUS_OK);
    assert_int_equal(fixture_read_wallet(fixture, 7), -1);
    assert_int_equal(fixture_write_wallet(fixture, 7, 200), STATUS_OK);
    fixture_reopen(fixture);
    assert_int_equal(fixture_read_wallet(fixture, 7), 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(a_second_process_on_the_folder_is_refused),
        FIXTURE_TEST(a_process_that_died_does_not_keep_the_folder),
        FIXTURE_TEST(a_lasting_word_outlives_the_process_that_changed_it),
        FIXTURE_TEST(without_room_for_its_file_a_lasting_word_lasts_as_long_as_the_process),
        FIXTURE_TEST(a_crash_is_not_recovered_from_while_another_process_has_the_store_open),
        FIXTURE_TEST(another_process_may_look_at_a_store_that_is_closed_and_opened),
        FIXTURE_TEST(a_backup_put_over_a_store_that_crashed_is_refused_until_the_journal_is_gone),
        FIXTURE_TEST(a_data_file_cut_off_after_a_crash_is_refused_as_damaged),
        FIXTURE_TEST(a_store_that_was_closed_may_be_changed_by_other_tools),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
