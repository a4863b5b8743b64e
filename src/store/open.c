/* open.c -- A store is opened, made, brought up to date and closed: see store.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "store/folder.h"
#include "store/inside.h"
#include "store/meta.h"
#include "store/recovery.h"
#include "store/shop.h"
#include "store/state_hash.h"
#include "store/upgrade.h"

enum { MAP_BYTES_MIN = 1024 * 1024 };

/* A store that is being opened. */
struct opening {
    const struct store_options *options;
    struct store *store;
    char *problem;
    uint32_t format; /* that the store has */
};

__attribute__((format(printf, 3, 4))) static enum status
refuse(struct opening *opening, enum status err, const char *format, ...)
{
    REQUIRE(err != STATUS_OK);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(opening->problem, STORE_PROBLEM_BYTES, format, arguments);
    va_end(arguments);
    return err;
}

/* What opening may end with; codes that have no better name mean that it could not be opened. */
static enum status refuse_rc(struct opening *opening, int rc, const char *what)
{
    REQUIRE(rc != 0);
    enum status err = environment_status(rc);
    bool is_named =
        err == STATUS_STORAGE_FULL || err == STATUS_OUT_OF_MEMORY || err == STATUS_STORE_DAMAGED;
    return refuse(opening, is_named ? err : STATUS_STORE_NOT_OPENED, "%s %s: %s", what,
                  opening->options->path, mdb_strerror(rc));
}

static enum status make_folder(struct opening *opening)
{
    REQUIRE(opening->options->path[0] != '\0');
    const char *path = opening->options->path;
    if (mkdir(path, 0700) == 0 || errno == EEXIST) return STATUS_OK;
    return refuse_rc(opening, errno, "can't make the data folder");
}

/* Two servers on one folder would both think that they are the one writer. */
static enum status lock_folder(struct opening *opening)
{
    REQUIRE(opening->store->lock_fd < 0);
    const char *path = opening->options->path;
    char file[PATH_MAX];
    if (!folder_path(path, "onsale.lock", file))
        return refuse_rc(opening, ENAMETOOLONG, "can't lock the data folder");
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return refuse_rc(opening, errno, "can't lock the data folder");
    opening->store->lock_fd = fd;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) return STATUS_OK;
    if (errno != EWOULDBLOCK) return refuse_rc(opening, errno, "can't lock the data folder");
    return refuse(opening, STATUS_STORE_LOCKED, "another server uses the data folder %s", path);
}

static enum status open_environment(struct opening *opening, const char *path)
{
    REQUIRE(opening->store->environment.env == NULL);
    int rc = environment_open(&opening->store->environment, path, opening->options);
    return rc == MDB_SUCCESS ? STATUS_OK : refuse_rc(opening, rc, "can't open the store in");
}

static enum status check_alone(struct opening *opening)
{
    REQUIRE(opening->store->environment.env != NULL);
    int rc = environment_check_alone(&opening->store->environment);
    if (rc == MDB_SUCCESS) return STATUS_OK;
    if (rc != MDB_BAD_TXN) return refuse_rc(opening, rc, "can't look at the store in");
    return refuse(opening, STATUS_STORE_LOCKED,
                  "another process has had the store in %s open since before the crash: end it",
                  opening->options->path);
}

/* Reading a page behind the end of the file would end the process. */
static enum status check_length(struct opening *opening)
{
    REQUIRE(opening->store->environment.env != NULL);
    const struct environment *environment = &opening->store->environment;
    struct stat file;
    if (fstat(environment_file(environment), &file) != 0)
        return refuse_rc(opening, errno, "can't look at the store in");
    if ((uint64_t)file.st_size >= environment_used_bytes(environment)) return STATUS_OK;
    return refuse(opening, STATUS_STORE_DAMAGED, "the store in %s is cut off: %lld bytes of %llu",
                  opening->options->path, (long long)file.st_size,
                  (unsigned long long)environment_used_bytes(environment));
}

static void prepare_room(struct opening *opening)
{
    const struct environment *environment = &opening->store->environment;
    opening->store->room = (struct room){
        .fd = environment_file(environment),
        .map_bytes = environment_map_bytes(environment),
        .ahead_bytes = opening->options->room_bytes,
    };
}

static enum status refuse_newer(struct opening *opening, struct store_txn *txn)
{
    REQUIRE(opening->format > STORE_FORMAT_VERSION);
    char needs[STORE_VERSION_BYTES];
    bool is_known = meta_needs_get(txn, needs);
    return refuse(opening, STATUS_STORE_OTHER_FORMAT,
                  "%s has format version %u, this server knows %u to %u: it takes onsaled %s%s to "
                  "open it, or a backup that was made before the upgrade",
                  opening->options->path, opening->format, (unsigned)STORE_FORMAT_OLDEST,
                  (unsigned)STORE_FORMAT_VERSION, is_known ? needs : "of a newer version",
                  is_known ? " or later" : "");
}

static enum status check_format(struct opening *opening, struct store_txn *txn)
{
    REQUIRE(txn->trees == opening->store->environment.trees);
    const char *path = opening->options->path;
    if (!meta_format_get(txn, &opening->format))
        return refuse(opening, STATUS_STORE_DAMAGED, "%s has no format version", path);
    opening->store->is_headless = opening->format <= HEADLESS_FORMAT;
    if (opening->format >= STORE_FORMAT_OLDEST && opening->format <= STORE_FORMAT_VERSION)
        return STATUS_OK;
    if (opening->format > STORE_FORMAT_VERSION) return refuse_newer(opening, txn);
    return refuse(opening, STATUS_STORE_OTHER_FORMAT,
                  "%s has format version %u, this server knows %u to %u", path, opening->format,
                  (unsigned)STORE_FORMAT_OLDEST, (unsigned)STORE_FORMAT_VERSION);
}

/* An upgrade makes those that the format did not have. */
static int open_other_tree(struct opening *opening, MDB_txn *mdb, enum tree tree, bool make)
{
    REQUIRE(tree != TREE_META);
    int rc = environment_open_tree(&opening->store->environment, mdb, tree, make);
    bool may_be_missing = opening->format < tree_since(tree);
    return rc == MDB_NOTFOUND && may_be_missing ? MDB_SUCCESS : rc;
}

/* Other formats may have other trees: so the version comes before the rest. */
static enum status open_trees(struct opening *opening, MDB_txn *mdb, bool make)
{
    REQUIRE(opening->store->environment.env != NULL);
    REQUIRE(mdb != NULL);
    struct environment *environment = &opening->store->environment;
    struct store_txn txn = {.mdb = mdb, .trees = environment->trees, .may_write = make};

    int rc = environment_open_tree(environment, mdb, TREE_META, make);
    if (rc == MDB_NOTFOUND || rc == MDB_INCOMPATIBLE)
        return refuse(opening, STATUS_STORE_DAMAGED, "%s holds the database of another program",
                      opening->options->path);
    if (rc != MDB_SUCCESS) return refuse_rc(opening, rc, "can't open the trees in");
    if (make) meta_format_put(&txn, STORE_FORMAT_VERSION);
    if (make) meta_needs_put(&txn, STORE_FORMAT_NEEDS);
    if (txn.failure != STATUS_OK) return refuse(opening, txn.failure, "can't write the store");
    enum status err = check_format(opening, &txn);
    if (err != STATUS_OK) return err;
    for (enum tree tree = TREE_META + 1; tree < TREES && rc == MDB_SUCCESS; tree++)
        rc = open_other_tree(opening, mdb, tree, make);
    return rc == MDB_SUCCESS ? STATUS_OK : refuse_rc(opening, rc, "can't open the trees in");
}

static enum status make_or_open_trees(struct opening *opening, bool make)
{
    REQUIRE(opening->store->environment.env != NULL);
    MDB_txn *mdb;
    int rc = mdb_txn_begin(opening->store->environment.env, NULL, make ? 0 : MDB_RDONLY, &mdb);
    if (rc != MDB_SUCCESS) return refuse_rc(opening, rc, "can't read the store in");
    enum status err = open_trees(opening, mdb, make);
    if (err != STATUS_OK) {
        mdb_txn_abort(mdb);
        return err;
    }
    rc = mdb_txn_commit(mdb); /* also keeps the trees open */
    if (rc != MDB_SUCCESS) return refuse_rc(opening, rc, "can't write the store in");
    return STATUS_OK;
}

/* A new store must find room at once; an old one may be read on a full disk. */
static enum status make_environment(struct opening *opening, const char *path)
{
    REQUIRE(opening->store->lock_fd >= 0);
    struct store *store = opening->store;
    enum status err = open_environment(opening, path);
    if (err != STATUS_OK) return err;
    prepare_room(opening);
    err = room_ensure(&store->room, environment_used_bytes(&store->environment));
    if (err != STATUS_OK)
        return refuse(opening, err, "no room for a new store in %s", opening->options->path);
    return make_or_open_trees(opening, true);
}

/* In a folder of its own, and moved when it is on disk: a crash leaves a whole store or none. */
static enum status make_store(struct opening *opening)
{
    REQUIRE(opening->store->lock_fd >= 0);
    const char *path = opening->options->path;
    char data[PATH_MAX], folder[PATH_MAX], new_data[PATH_MAX], new_lock[PATH_MAX];
    if (!folder_path(path, "data.mdb", data) || !folder_path(path, "new", folder) ||
        !folder_path(folder, "data.mdb", new_data) || !folder_path(folder, "lock.mdb", new_lock))
        return refuse_rc(opening, ENAMETOOLONG, "can't make a store in");
    if (access(data, F_OK) == 0) return STATUS_OK;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return refuse_rc(opening, errno, "can't make a store in");
    unlink(new_data); /* of one that was not finished */

    enum status err = make_environment(opening, folder);
    environment_close(&opening->store->environment);
    if (err == STATUS_OK && (rename(new_data, data) != 0 || path_flush(path) != 0))
        err = refuse(opening, STATUS_STORAGE_FAILED, "can't make a store in %s", path);
    unlink(new_data);
    unlink(new_lock);
    rmdir(folder);
    opening->store->is_new = err == STATUS_OK;
    return err;
}

static enum status open_store(struct opening *opening)
{
    REQUIRE(opening->store->lock_fd >= 0);
    enum status err = open_environment(opening, opening->options->path);
    if (err == STATUS_OK) err = check_alone(opening);
    if (err == STATUS_OK) err = check_length(opening);
    if (err == STATUS_OK) prepare_room(opening);
    if (err == STATUS_OK) err = make_or_open_trees(opening, false);
    return err;
}

/* @param problem  Empty if the status says it all. */
static enum status refuse_recovery(struct opening *opening, enum status err, const char *problem)
{
    if (err == STATUS_OK) return err;
    if (err == STATUS_STORAGE_FAILED) err = STATUS_STORE_NOT_OPENED;
    if (problem[0] != '\0')
        return refuse(opening, err, "the store in %s: %s", opening->options->path, problem);
    return refuse(opening, err, "can't bring back what the journal has in %s: %s",
                  opening->options->path, status_english(err));
}

static enum status begin_recovery(struct opening *opening)
{
    REQUIRE(opening->store->lock_fd >= 0);
    char problem[STORE_PROBLEM_BYTES];
    enum status err = recovery_begin(opening->store, opening->options->path, problem);
    return refuse_recovery(opening, err, problem);
}

static enum status end_recovery(struct opening *opening)
{
    REQUIRE(opening->store->environment.env != NULL);
    char problem[STORE_PROBLEM_BYTES];
    enum status err = recovery_end(opening->store, opening->options, problem);
    return refuse_recovery(opening, err, problem);
}

static enum status refuse_upgrade(struct opening *opening, enum status err)
{
    if (err == STATUS_OK) return err;
    if (err == STATUS_STORAGE_FAILED) err = STATUS_STORE_NOT_OPENED;
    return refuse(opening, err, "can't bring %s from format version %u to %u: %s",
                  opening->options->path, opening->format, (unsigned)STORE_FORMAT_VERSION,
                  status_english(err));
}

static enum status upgrade(struct opening *opening)
{
    REQUIRE(opening->store->journal != NULL);
    struct store *store = opening->store;
    enum status err = upgrade_run(store, opening->options, &store->upgraded_from);
    store->is_headless = false;
    return refuse_upgrade(opening, err);
}

static enum status check_shop(struct opening *opening)
{
    char problem[STORE_PROBLEM_BYTES];
    enum status err = shop_mark_check(opening->store, opening->options, problem);
    if (err == STATUS_OK) return err;
    return refuse(opening, err == STATUS_STORAGE_FAILED ? STATUS_STORE_NOT_OPENED : err, "%s",
                  problem[0] == '\0' ? status_english(err) : problem);
}

static enum status make_caches(struct opening *opening)
{
    REQUIRE(opening->store->caches.caches[0].items == NULL);
    struct store *store = opening->store;
    enum status err = caches_init(&store->caches, &store->layouts);
    return err == STATUS_OK ? STATUS_OK : refuse(opening, err, "out of memory");
}

static enum status open_readers(struct opening *opening)
{
    REQUIRE(opening->store->pending.txn.mdb == NULL);
    struct store *store = opening->store;
    enum status err =
        readers_init(&store->readers, store->environment.env, opening->options->readers_max);
    return err == STATUS_OK ? STATUS_OK : refuse(opening, err, "out of memory");
}

/* What an older server wrote becomes what this one writes, and is on disk before it serves. */
static enum status open_all(struct opening *opening)
{
    enum status err = make_folder(opening);
    if (err == STATUS_OK) err = lock_folder(opening);
    if (err == STATUS_OK) err = begin_recovery(opening);
    if (err == STATUS_OK) err = make_store(opening);
    if (err == STATUS_OK) err = open_store(opening);
    if (err == STATUS_OK) err = end_recovery(opening);
    if (err == STATUS_OK) err = make_caches(opening);
    if (err == STATUS_OK) err = upgrade(opening);
    if (err == STATUS_OK) err = check_shop(opening);
    if (err == STATUS_OK) err = open_readers(opening);
    return err;
}

enum status store_open(const struct store_options *options, char ret_problem[STORE_PROBLEM_BYTES],
                       struct store **ret_store)
{
    REQUIRE(options->map_bytes >= MAP_BYTES_MIN);
    REQUIRE(options->readers_max >= 1);
    REQUIRE(options->journal_bytes >= JOURNAL_RING_BYTES_MIN);
    REQUIRE(options->path != NULL);
    struct store *store = calloc(1, sizeof *store);
    struct opening opening = {.options = options, .store = store, .problem = ret_problem};
    if (store == NULL) return refuse(&opening, STATUS_OUT_OF_MEMORY, "out of memory");
    store->lock_fd = -1;
    store->has_room = true;
    store->log = options->log;
    store->patience_ms = options->patience_ms;
    turnstile_init(&store->flushing);

    enum status err = open_all(&opening);
    if (err != STATUS_OK) {
        store_close(store);
        return err;
    }
    store->is_open = true;
    *ret_store = store;
    return STATUS_OK;
}

/* What fails here is done again from the journal at the next opening. */
static void settle(struct store *store)
{
    REQUIRE(store->is_open);
    REQUIRE(!store->has_failed);
    if (store_commit(store) != STATUS_OK) return;
    if (journal_flush(store->journal) != STATUS_OK) return;
    if (checkpoint_finish(&store->checkpoints, false) != STATUS_OK) return;
    if (checkpoint_begin(&store->checkpoints) != STATUS_OK) return;
    checkpoint_finish(&store->checkpoints, true);
}

void store_close(struct store *store)
{
    if (store == NULL) return;
    REQUIRE(store->pending.txn.redo == NULL);
    if (store->is_open && !store->has_failed) settle(store);
    pending_deinit(&store->pending);
    state_hash_drop(store);
    readers_deinit(&store->readers);
    layouts_deinit(&store->layouts);
    caches_deinit(&store->caches);
    checkpoints_deinit(&store->checkpoints);
    journal_close(store->journal);
    environment_close(&store->environment);
    if (store->lock_fd >= 0) close(store->lock_fd); /* last: now the folder is another's */
    turnstile_deinit(&store->flushing);
    free(store);
}
