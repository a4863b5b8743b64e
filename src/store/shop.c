#include "store/shop.h"

#include <stdio.h>
#include <string.h>

#include "base/require.h"
#include "store/counters.h"
#include "store/inside.h"
#include "store/meta.h"
#include "store/state_hash.h"

struct mark {
    bool is_there;
    struct store_shop shop;
    struct store_meta meta;
};

static enum status read_mark(struct store *store, struct mark *ret)
{
    struct store_txn txn = {.trees = store->environment.trees, .damage = &store->damage};
    int rc = mdb_txn_begin(store->environment.env, NULL, MDB_RDONLY, &txn.mdb);
    if (rc != MDB_SUCCESS) return environment_status(rc);
    ret->is_there = meta_shop_get(&txn, &ret->shop);
    ret->meta = meta_get(&txn);
    mdb_txn_abort(txn.mdb);
    return txn.failure == STATUS_STORE_DAMAGED ? STATUS_OK : txn.failure; /* others can be read */
}

static enum status make_checkpoint(struct store *store)
{
    enum status err = checkpoint_begin(&store->checkpoints);
    return err == STATUS_OK ? checkpoint_finish(&store->checkpoints, false) : err;
}

/* @param shop  NULL: the mark is removed. */
static enum status write_mark(struct store *store, const struct store_shop *shop)
{
    struct store_txn txn = {.trees = store->environment.trees, .may_write = true};
    REQUIRE(!store->is_open);
    enum status err = room_ensure(&store->room, environment_used_bytes(&store->environment));
    if (err != STATUS_OK) return err;
    int rc = mdb_txn_begin(store->environment.env, NULL, 0, &txn.mdb);
    if (rc != MDB_SUCCESS) return environment_status(rc);
    if (shop != NULL)
        meta_shop_put(&txn, shop);
    else
        meta_shop_delete(&txn);
    if (txn.failure != STATUS_OK) {
        mdb_txn_abort(txn.mdb);
        return txn.failure;
    }
    rc = mdb_txn_commit(txn.mdb);
    return rc == MDB_SUCCESS ? make_checkpoint(store) : environment_status(rc);
}

static enum status refuse(char ret_problem[STORE_PROBLEM_BYTES], const char *path, const char *what)
{
    snprintf(ret_problem, STORE_PROBLEM_BYTES, "%s %s", path, what);
    return STATUS_STORE_NOT_OPENED;
}

/* @param ret_writes  Whether the mark is to be set, or removed. */
static enum status compare(const struct mark *mark, const struct store_options *options,
                           char ret_problem[STORE_PROBLEM_BYTES], bool *ret_writes)
{
    const struct store_shop *shop = options->shop;
    *ret_writes = false;
    if (options->any_shop) return STATUS_OK;
    if (mark->is_there && shop == NULL) {
        *ret_writes = options->leaves_shop;
        return options->leaves_shop
                   ? STATUS_OK
                   : refuse(ret_problem, options->path,
                            "is of a shop on several machines: it takes --log to open it, or "
                            "--leave-cluster to make it one on this machine alone");
    }
    if (!mark->is_there && shop != NULL) {
        *ret_writes = options->log == NULL || mark->meta.applied_index == 0;
        return *ret_writes ? STATUS_OK
                           : refuse(ret_problem, options->path,
                                    "has a shop on one machine: --log-init with --data begins a "
                                    "log with it");
    }
    if (mark->is_there && memcmp(&mark->shop, shop, sizeof *shop) != 0)
        return refuse(ret_problem, options->path, "is of another shop than the log");
    return STATUS_OK;
}

enum status shop_mark_check(struct store *store, const struct store_options *options,
                            char ret_problem[STORE_PROBLEM_BYTES])
{
    struct mark mark;
    bool writes;
    ret_problem[0] = '\0';
    REQUIRE(options->log == NULL || options->shop != NULL);
    if (!options->any_shop && state_hash_is_condemned(store))
        return refuse(ret_problem, options->path,
                      "differs from what the leader had at the entry of the log that its "
                      "onsale.differs names: keep it to be looked at, and begin with a snapshot of "
                      "another server");
    enum status err = read_mark(store, &mark);
    if (err == STATUS_OK) err = compare(&mark, options, ret_problem, &writes);
    if (err == STATUS_OK && writes) err = write_mark(store, options->shop);
    if (err != STATUS_OK) return err;
    store->kept = (struct log_place){mark.meta.applied_epoch, mark.meta.applied_index};
    store->applied = store->kept;
    store->epoch = store->kept.epoch;
    store->base_index = store->kept.index;
    atomic_store(&store->committed_epoch, store->kept.epoch);
    atomic_store(&store->checkpointing, store->kept.index);
    atomic_store(&store->checkpointed, store->kept.index);
    return STATUS_OK;
}
