#include "store/transaction.h"

#include <errno.h>

#include "base/require.h"

_Static_assert((int)TREES == (int)STORE_TREES, "every tree can be told of");

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

static void note_damage(struct store_txn *txn)
{
    if (txn->damage == NULL) return;
    atomic_fetch_or(&txn->damage->trees, UINT32_C(1) << txn->tree);
    atomic_fetch_add(&txn->damage->met, 1);
}

void store_txn_fail(struct store_txn *txn, enum status failure)
{
    if (txn->failure != STATUS_OK) return;
    txn->failure = failure;
    if (failure == STATUS_STORE_DAMAGED) note_damage(txn);
}

uint64_t store_damage_met(const struct store *store)
{
    return atomic_load(&store->damage.met);
}

const char *store_damaged_tree(const struct store *store, unsigned i)
{
    REQUIRE(i < STORE_TREES);
    bool is_damaged = (atomic_load(&store->damage.trees) & UINT32_C(1) << i) != 0;
    return is_damaged ? tree_name((enum tree)i) : NULL;
}

bool store_is_new(const struct store *store)
{
    return store->is_new;
}

enum status store_txn_failure(const struct store_txn *txn)
{
    return txn->failure;
}

bool store_txn_pass_damage(struct store_txn *txn)
{
    REQUIRE(!txn->may_write);
    if (txn->failure != STATUS_STORE_DAMAGED) return false;
    txn->failure = STATUS_OK;
    return true;
}

uint32_t store_upgraded_from(const struct store *store)
{
    return store->upgraded_from;
}

uint64_t store_txn_number(const struct store_txn *txn)
{
    return txn->number;
}

uint64_t store_redone_records(const struct store *store)
{
    return store->redone_records;
}

bool store_has_room(const struct store *store)
{
    return store->has_room;
}

enum status store_read(struct store *store, store_body *body, void *context)
{
    struct rank_sums sums[RANK_SUMS_SEEN]; /* outside of what is cleared for every read */
    struct store_txn txn = {
        .trees = store->trees,
        .damage = &store->damage,
        .kept_rows = &store->kept_rows,
        .rank_sums = sums,
    };
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = readers_take(&store->readers, &txn.mdb);
    if (err != STATUS_OK) return err;

    txn.number = atomic_load(&store->showing); /* what the snapshot has, or a write later */
    err = body(&txn, context);
    readers_give_back(&store->readers, txn.mdb);
    return txn.failure != STATUS_OK ? txn.failure : err;
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
