#include "store/transaction.h"

#include <errno.h>

#include "base/require.h"

/* With less left in the map, pages must be used again at once. */
enum { MAP_MARGIN_BYTES_MAX = 256 << 20 };

enum status store_status(int rc)
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

uint64_t store_used_bytes(MDB_env *env)
{
    MDB_envinfo info;
    MDB_stat stat;
    REQUIRE(mdb_env_info(env, &info) == MDB_SUCCESS);
    REQUIRE(mdb_env_stat(env, &stat) == MDB_SUCCESS);
    return ((uint64_t)info.me_last_pgno + 1) * stat.ms_psize;
}

uint64_t store_last_number(MDB_env *env)
{
    MDB_envinfo info;
    REQUIRE(mdb_env_info(env, &info) == MDB_SUCCESS);
    return info.me_last_txnid;
}

void store_txn_fail(struct store_txn *txn, enum status failure)
{
    if (txn->failure == STATUS_OK) txn->failure = failure;
}

enum status store_txn_failure(const struct store_txn *txn)
{
    return txn->failure;
}

bool store_has_room(const struct store *store)
{
    return store->has_room;
}

enum status store_read(struct store *store, store_body *body, void *context)
{
    struct store_txn txn = {.trees = store->trees, .kept_rows = &store->kept_rows};
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = readers_take(&store->readers, &txn.mdb);
    if (err != STATUS_OK) return err;

    err = body(&txn, context);
    readers_give_back(&store->readers, txn.mdb);
    return txn.failure != STATUS_OK ? txn.failure : err;
}

/* LMDB prepares the commit before it writes, so a full map shows while nothing has happened yet.
 * Every other failure leaves it open how much was written. */
static enum status commit(MDB_txn *mdb)
{
    int rc = mdb_txn_commit(mdb);
    if (rc == MDB_SUCCESS) return STATUS_OK;
    return rc == MDB_MAP_FULL ? STATUS_STORAGE_FULL : STATUS_STORAGE_FAILED;
}

static bool is_map_nearly_full(const struct store *store)
{
    uint64_t used_bytes = store_used_bytes(store->env);
    uint64_t margin_bytes = store->room.map_bytes / 4;
    if (margin_bytes > MAP_MARGIN_BYTES_MAX) margin_bytes = MAP_MARGIN_BYTES_MAX;
    return used_bytes + margin_bytes >= store->room.map_bytes;
}

/* A checkpoint holds pages that could be used again: with little left, each write makes one. */
static enum status begin_checkpoint(struct store *store, bool is_at_once)
{
    struct checkpoints *checkpoints = &store->checkpoints;
    if (!is_at_once && atomic_load(&checkpoints->is_pending)) return STATUS_OK;
    checkpoints->is_awaited = is_at_once;
    enum status err = checkpoint_finish(checkpoints, false);
    if (err == STATUS_OK) err = checkpoint_begin(checkpoints);
    if (err == STATUS_OK && is_at_once) err = checkpoint_finish(checkpoints, false);
    return err;
}

/* The record goes to the journal; one that is too large for it is flushed with the data. */
static enum status keep(struct store *store, struct journal_record *redo)
{
    bool fits = journal_fits(store->journal, redo);
    bool is_at_once = !fits || is_map_nearly_full(store);
    checkpoints_count(&store->checkpoints, journal_record_size(redo));
    if (fits)
        journal_stage(store->journal, redo);
    else
        journal_record_drop(store->journal, redo);
    enum status err = STATUS_OK;
    if (is_at_once || checkpoints_are_due(&store->checkpoints))
        err = begin_checkpoint(store, is_at_once);
    atomic_store(&store->staged, atomic_load(&store->written));
    return err;
}

static enum status write_noted(struct store *store, struct journal_record *redo, store_body *body,
                               void *context)
{
    struct store_txn txn = {.trees = store->trees,
                            .may_write = true,
                            .kept = &store->kept,
                            .kept_rows = &store->kept_rows,
                            .redo = redo};
    kept_records_begin(txn.kept);
    int rc = mdb_txn_begin(store->env, NULL, 0, &txn.mdb);
    if (rc != MDB_SUCCESS) return store_status(rc);

    enum status err = body(&txn, context);
    if (err == STATUS_OK) kept_records_put(&txn);
    if (txn.failure != STATUS_OK) err = txn.failure;
    if (err != STATUS_OK) {
        mdb_txn_abort(txn.mdb);
        return err;
    }
    err = commit(txn.mdb);
    if (err != STATUS_OK) return err;
    kept_records_committed(txn.kept);
    /* Not the transaction's: one that changed nothing gives its number to the next. */
    atomic_store(&store->written, store_last_number(store->env));
    return STATUS_OK;
}

static enum status write_with_room(struct store *store, store_body *body, void *context)
{
    struct journal_record *redo = journal_record_begin(store->journal);
    if (redo == NULL) return STATUS_OUT_OF_MEMORY;
    enum status err = write_noted(store, redo, body, context);
    if (err == STATUS_OK) return keep(store, redo);
    journal_record_drop(store->journal, redo);
    /* The next write finds all the room that there is. */
    if (err == STATUS_STORAGE_FULL && begin_checkpoint(store, true) != STATUS_OK)
        return STATUS_STORAGE_FAILED;
    return err;
}

enum status store_write(struct store *store, store_body *body, void *context)
{
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = room_ensure(&store->room, store_used_bytes(store->env));
    if (err == STATUS_OK) err = write_with_room(store, body, context);
    store->has_room = err != STATUS_STORAGE_FULL;
    if (err == STATUS_STORAGE_FAILED) store->has_failed = true;
    return err;
}

enum status store_flush(struct store *store)
{
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    uint64_t number = atomic_load(&store->staged);
    enum status err = journal_flush(store->journal);
    if (err != STATUS_OK) {
        store->has_failed = true;
        return err;
    }
    uint64_t before = atomic_load(&store->flushed);
    while (before < number && !atomic_compare_exchange_weak(&store->flushed, &before, number)) {
    }
    return STATUS_OK;
}

uint64_t store_txn_number(const struct store_txn *txn)
{
    return mdb_txn_id(txn->mdb);
}

uint64_t store_written(const struct store *store)
{
    return atomic_load(&store->written);
}

uint64_t store_flushed(const struct store *store)
{
    return atomic_load(&store->flushed);
}

bool store_wants_checkpoint(const struct store *store)
{
    return atomic_load(&store->checkpoints.is_pending);
}

enum status store_checkpoint(struct store *store)
{
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = checkpoint_finish(&store->checkpoints, false);
    if (err != STATUS_OK) store->has_failed = true;
    return err;
}

void store_usage(struct store *store, uint64_t *ret_used_bytes, uint64_t *ret_limit_bytes)
{
    *ret_used_bytes = store_used_bytes(store->env);
    *ret_limit_bytes = store->room.map_bytes;
}

void store_clear_stale_readers(struct store *store)
{
    int cleared;
    mdb_reader_check(store->env, &cleared);
}
