#include "store/recovery.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/require.h"
#include "store/folder.h"
#include "store/inside.h"
#include "store/redo_apply.h"

/* Records are done again in transactions of about so many bytes. */
enum { BYTES_PER_TRANSACTION = 4 << 20 };

_Static_assert(JOURNAL_PROBLEM_BYTES + 32 <= STORE_PROBLEM_BYTES,
               "what is wrong with a journal is told whole");

static enum status refuse_journal(enum status err, const char *problem,
                                  char ret_problem[STORE_PROBLEM_BYTES])
{
    REQUIRE(err != STATUS_OK);
    snprintf(ret_problem, STORE_PROBLEM_BYTES, "onsale.journal is damaged: %s", problem);
    return err;
}

static enum status open_journal(struct store *store, const char *path,
                                char ret_problem[STORE_PROBLEM_BYTES])
{
    REQUIRE(store->journal == NULL);
    char problem[JOURNAL_PROBLEM_BYTES];
    enum status err = journal_open(path, problem, &store->journal);
    return err != STATUS_STORE_DAMAGED ? err : refuse_journal(err, problem, ret_problem);
}

static enum status refuse(char ret_problem[STORE_PROBLEM_BYTES], const char *problem)
{
    REQUIRE(problem[0] != '\0');
    snprintf(ret_problem, STORE_PROBLEM_BYTES, "%s", problem);
    return STATUS_STORE_DAMAGED;
}

enum presence { PRESENT, ABSENT, DANGLING };

/* A link to a volume that is not mounted is no reason to make a file there. */
static enum presence look_for(const char *path)
{
    REQUIRE(path[0] != '\0');
    struct stat file;
    if (stat(path, &file) == 0 || errno != ENOENT) return PRESENT;
    return lstat(path, &file) == 0 ? DANGLING : ABSENT;
}

static bool is_empty(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 && S_ISREG(file.st_mode) && file.st_size == 0;
}

/* A data file that is gone must not be made anew, and all that was sold with it. */
static enum status check_data_file(const char *data_file, const char *lock_file, bool has_journal,
                                   char ret_problem[STORE_PROBLEM_BYTES])
{
    enum presence presence = look_for(data_file);
    if (presence == DANGLING)
        return refuse(ret_problem,
                      "data.mdb is a link to what is not there: is its volume mounted?");
    if (presence == PRESENT && is_empty(data_file))
        return refuse(ret_problem, "data.mdb is empty: put back what it was, or a backup");
    if (presence == ABSENT && has_journal)
        return refuse(ret_problem, "data.mdb is missing, and onsale.journal is there: put it back, "
                                   "or a backup in place of both");
    if (presence == ABSENT && look_for(lock_file) == PRESENT)
        return refuse(ret_problem, "data.mdb is missing, and lock.mdb tells that a store was here: "
                                   "put it back, or remove lock.mdb to begin with nothing");
    return STATUS_OK;
}

static enum status check_files(const char *folder, const char *data_file, const char *journal_file,
                               char ret_problem[STORE_PROBLEM_BYTES])
{
    char lock_file[PATH_MAX];
    if (!folder_path(folder, "lock.mdb", lock_file)) return STATUS_STORE_NOT_OPENED;
    enum presence journal = look_for(journal_file);
    if (journal == DANGLING)
        return refuse(ret_problem,
                      "onsale.journal is a link to what is not there: is its volume mounted?");
    return check_data_file(data_file, lock_file, journal == PRESENT, ret_problem);
}

static enum status restore(const char *data_file, const struct journal *journal,
                           char ret_problem[STORE_PROBLEM_BYTES])
{
    REQUIRE(journal != NULL);
    enum status err = journal_is_closed(journal) ? checkpoint_mend(data_file, journal)
                                                 : checkpoint_restore(data_file, journal);
    if (err != STATUS_STORE_DAMAGED) return err;
    return refuse(ret_problem, "data.mdb is cut off, or older than the checkpoint in "
                               "onsale.journal: if it is a backup, remove onsale.journal");
}

enum status recovery_begin(struct store *store, const char *folder,
                           char ret_problem[STORE_PROBLEM_BYTES])
{
    REQUIRE(store->lock_fd >= 0);
    REQUIRE(store->journal == NULL);
    char journal_file[PATH_MAX];
    char data_file[PATH_MAX];
    ret_problem[0] = '\0';
    if (!folder_path(folder, "onsale.journal", journal_file)) return STATUS_STORE_NOT_OPENED;
    if (!folder_path(folder, "data.mdb", data_file)) return STATUS_STORE_NOT_OPENED;
    enum status err = check_files(folder, data_file, journal_file, ret_problem);
    if (err == STATUS_OK) err = open_journal(store, journal_file, ret_problem);
    if (err != STATUS_OK || store->journal == NULL) return err;
    return restore(data_file, store->journal, ret_problem);
}

/* A backup, or a store that was just made: all that it has is on disk. */
static enum status make_journal(struct store *store, const struct store_options *options)
{
    REQUIRE(store->environment.env != NULL);
    char path[PATH_MAX];
    uint8_t headers[JOURNAL_STATE_BYTES_MAX];
    REQUIRE(folder_path(options->path, "onsale.journal", path));
    size_t size = checkpoint_read_headers(&store->environment, headers);
    if (size == 0) return STATUS_STORAGE_FAILED;
    /* With a log the ring stays empty, unless the folder leaves the shop. */
    enum journal_room room = options->log == NULL ? JOURNAL_ROOM_WRITTEN : JOURNAL_ROOM_RESERVED;
    enum status err =
        journal_make(path, options->journal_bytes, room, headers, size, &store->journal);
    return err == STATUS_OK ? environment_status(path_flush(options->path)) : err;
}

/* A transaction that takes one record after another. */
struct redoing {
    struct store *store;
    struct store_txn txn;
    size_t bytes;
};

static enum status commit(struct redoing *redoing)
{
    REQUIRE(!redoing->store->is_open);
    MDB_txn *mdb = redoing->txn.mdb;
    if (mdb == NULL) return STATUS_OK;
    redoing->bytes = 0;
    redoing->txn = (struct store_txn){0};
    return environment_status(mdb_txn_commit(mdb));
}

static enum status begin(struct redoing *redoing)
{
    REQUIRE(redoing->txn.mdb == NULL);
    REQUIRE(!redoing->store->is_open);
    struct store *store = redoing->store;
    enum status err = room_ensure(&store->room, environment_used_bytes(&store->environment));
    if (err != STATUS_OK) return err;
    redoing->txn = (struct store_txn){
        .trees = store->environment.trees, .is_headless = store->is_headless, .may_write = true};
    return environment_status(mdb_txn_begin(store->environment.env, NULL, 0, &redoing->txn.mdb));
}

static enum status redo_record(void *context, const uint8_t *bytes, size_t size)
{
    struct redoing *redoing = context;
    REQUIRE(redoing->txn.failure == STATUS_OK);
    enum status err = redoing->txn.mdb == NULL ? begin(redoing) : STATUS_OK;
    if (err != STATUS_OK) return err;
    redo_apply(&redoing->txn, bytes, size);
    redoing->store->redone_records++;
    if (redoing->txn.failure != STATUS_OK) return redoing->txn.failure;
    redoing->bytes += size;
    return redoing->bytes < BYTES_PER_TRANSACTION ? STATUS_OK : commit(redoing);
}

static enum status redo_all(struct store *store, char ret_problem[STORE_PROBLEM_BYTES])
{
    REQUIRE(store->journal != NULL);
    struct redoing redoing = {.store = store};
    char problem[JOURNAL_PROBLEM_BYTES] = "";
    enum status err = journal_replay(store->journal, redo_record, &redoing, problem);
    if (err == STATUS_OK) return commit(&redoing);
    if (redoing.txn.mdb != NULL) mdb_txn_abort(redoing.txn.mdb);
    return problem[0] == '\0' ? err : refuse_journal(err, problem, ret_problem);
}

/* What the old one had is done again. When the data file is on disk, so is all that it has. */
static enum status replace_old_journal(struct store *store, const struct store_options *options,
                                       char ret_problem[STORE_PROBLEM_BYTES])
{
    REQUIRE(journal_is_old(store->journal));
    struct journal *old = store->journal;
    if (mdb_env_sync(store->environment.env, 1) != MDB_SUCCESS) return STATUS_STORAGE_FAILED;
    enum status err = make_journal(store, options);
    if (store->journal == old) return err;
    journal_close(old);
    if (err != STATUS_OK) return err;
    checkpoints_deinit(&store->checkpoints);
    store->checkpoints = (struct checkpoints){0};
    err = checkpoints_init(&store->checkpoints, &store->environment, store->journal);
    return err == STATUS_OK ? redo_all(store, ret_problem) : err;
}

enum status recovery_end(struct store *store, const struct store_options *options,
                         char ret_problem[STORE_PROBLEM_BYTES])
{
    REQUIRE(store->environment.env != NULL);
    REQUIRE(!store->is_open);
    enum status err = STATUS_OK;
    ret_problem[0] = '\0';
    if (store->journal == NULL) err = make_journal(store, options);
    if (err == STATUS_OK)
        err = checkpoints_init(&store->checkpoints, &store->environment, store->journal);
    if (err == STATUS_OK && mdb_env_set_flags(store->environment.env, MDB_NOSYNC, 1) != MDB_SUCCESS)
        err = STATUS_INTERNAL;
    if (err == STATUS_OK) err = redo_all(store, ret_problem);
    if (err == STATUS_OK && journal_is_old(store->journal))
        err = replace_old_journal(store, options, ret_problem);
    if (err == STATUS_OK) err = checkpoint_begin(&store->checkpoints);
    if (err == STATUS_OK) err = checkpoint_finish(&store->checkpoints, false);
    return err;
}
