#include "store/environment.h"

#include <errno.h>

#include "base/require.h"
#include "store/map.h"

enum { SPARE_READERS = 16 /* for checkpoints, backups and LMDB's own tools */ };

_Static_assert(SPARE_READERS > 2, "checkpoints have two snapshots, and a backup one");

enum status environment_status(int rc)
{
    switch (rc) {
    case MDB_SUCCESS:
        return STATUS_OK;
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
        return STATUS_STORAGE_FULL;
    case EIO:
    case MDB_PANIC:
        return STATUS_STORAGE_FAILED;
    case ENOMEM:
    case MDB_TXN_FULL:
    case MDB_READERS_FULL:
        return STATUS_OUT_OF_MEMORY;
    case MDB_NOTFOUND: /* where it is not foreseen */
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_CURSOR_FULL:
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_INCOMPATIBLE:
        return STATUS_STORE_DAMAGED;
    default:
        return STATUS_INTERNAL;
    }
}

static void tell_broken(MDB_env *env, const char *what)
{
    const struct store_watch *watch = mdb_env_get_userctx(env);
    watch->broken(what);
}

static int set_watch(MDB_env *env, const struct store_watch *watch)
{
    if (watch == NULL) return MDB_SUCCESS;
    int rc = mdb_env_set_userctx(env, (void *)watch);
    return rc == MDB_SUCCESS ? mdb_env_set_assert(env, tell_broken) : rc;
}

static void tell_map(MDB_env *env, const struct store_watch *watch)
{
    MDB_envinfo info;
    if (watch == NULL) return;
    REQUIRE(mdb_env_info(env, &info) == MDB_SUCCESS);
    watch->mapped(map_find(info.me_mapsize), info.me_mapsize);
}

int environment_open(struct environment *environment, const char *folder,
                     const struct store_options *options)
{
    REQUIRE(environment->env == NULL);
    REQUIRE(options->readers_max >= 1);
    int rc = mdb_env_create(&environment->env);
    if (rc == MDB_SUCCESS) rc = mdb_env_set_mapsize(environment->env, options->map_bytes);
    if (rc == MDB_SUCCESS) rc = mdb_env_set_maxdbs(environment->env, TREES);
    if (rc == MDB_SUCCESS)
        rc = mdb_env_set_maxreaders(environment->env, options->readers_max + SPARE_READERS);
    if (rc == MDB_SUCCESS) rc = set_watch(environment->env, options->watch);
    if (rc == MDB_SUCCESS) rc = mdb_env_open(environment->env, folder, MDB_NOTLS, 0600);
    if (rc == MDB_SUCCESS) tell_map(environment->env, options->watch);
    return rc;
}

void environment_close(struct environment *environment)
{
    REQUIRE(environment != NULL);
    if (environment->env == NULL) return;
    const struct store_watch *watch = mdb_env_get_userctx(environment->env);
    mdb_env_close(environment->env);
    if (watch != NULL) watch->mapped(NULL, 0);
    environment->env = NULL;
}

int environment_open_tree(struct environment *environment, MDB_txn *mdb, enum tree tree,
                          bool may_make)
{
    REQUIRE(mdb_txn_env(mdb) == environment->env);
    REQUIRE(tree < TREES);
    return mdb_dbi_open(mdb, tree_name(tree), may_make ? MDB_CREATE : 0, &environment->trees[tree]);
}

int environment_file(const struct environment *environment)
{
    REQUIRE(environment->env != NULL);
    int fd;
    REQUIRE(mdb_env_get_fd(environment->env, &fd) == MDB_SUCCESS);
    return fd;
}

uint64_t environment_used_bytes(const struct environment *environment)
{
    REQUIRE(environment->env != NULL);
    MDB_envinfo info;
    MDB_stat stat;
    REQUIRE(mdb_env_info(environment->env, &info) == MDB_SUCCESS);
    REQUIRE(mdb_env_stat(environment->env, &stat) == MDB_SUCCESS);
    return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}

uint64_t environment_map_bytes(const struct environment *environment)
{
    REQUIRE(environment->env != NULL);
    MDB_envinfo info;
    REQUIRE(mdb_env_info(environment->env, &info) == MDB_SUCCESS);
    return info.me_mapsize;
}

int environment_check_alone(const struct environment *environment)
{
    REQUIRE(environment->env != NULL);
    MDB_envinfo info;
    MDB_txn *snapshot;
    int rc = mdb_env_info(environment->env, &info);
    if (rc == MDB_SUCCESS) rc = mdb_txn_begin(environment->env, NULL, MDB_RDONLY, &snapshot);
    if (rc != MDB_SUCCESS) return rc;
    bool is_newest = mdb_txn_id(snapshot) == info.me_last_txnid;
    mdb_txn_abort(snapshot);
    return is_newest ? MDB_SUCCESS : MDB_BAD_TXN;
}
