/* read.c -- Reads see a snapshot: see store.h. */
#include "base/require.h"
#include "store/inside.h"

enum status store_read(struct store *store, store_body *body, void *context)
{
    struct read_caches caches; /* large: not cleared for every read */
    struct store_txn txn = {.trees = store->environment.trees, .damage = &store->damage};
    REQUIRE(store->is_open);
    REQUIRE(body != NULL);
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    caches_lend_read(&caches, &store->layouts, &txn);
    enum status err = readers_take(&store->readers, &txn.mdb);
    if (err != STATUS_OK) return err;

    txn.number = atomic_load(&store->committing); /* what the snapshot has, or a write later */
    err = body(&txn, context);
    readers_give_back(&store->readers, txn.mdb);
    return txn.failure != STATUS_OK ? txn.failure : err;
}
