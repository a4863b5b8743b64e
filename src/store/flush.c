/* flush.c -- Flushes of the journal, and checkpoints of the data file: see store.h. */
#include "base/require.h"
#include "store/inside.h"
#include "store/logged.h"

enum status store_flush(struct store *store)
{
    REQUIRE(store->is_open);
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    if (store->log != NULL) return logged_flush(store);
    uint64_t flushed = atomic_load(&store->flushed);
    uint64_t number = atomic_load(&store->executed);
    REQUIRE(flushed <= number);
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

uint64_t store_executed(const struct store *store)
{
    return atomic_load(&store->executed);
}

uint64_t store_committed(const struct store *store)
{
    return atomic_load(&store->committed);
}

uint64_t store_flushed(const struct store *store)
{
    return atomic_load(&store->flushed);
}

bool store_wants_checkpoint(const struct store *store)
{
    REQUIRE(store->journal != NULL);
    return atomic_load(&store->checkpoints.is_pending);
}

enum status store_pre_write(struct store *store, uint64_t bytes, bool *ret_is_written)
{
    REQUIRE(bytes >= 1);
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = checkpoint_pre_write(&store->checkpoints, bytes, ret_is_written);
    if (err != STATUS_OK) store->has_failed = true;
    return err;
}

bool store_is_pressed(const struct store *store)
{
    REQUIRE(store->journal != NULL);
    return atomic_load(&store->checkpoints.is_urgent);
}

enum status store_checkpoint(struct store *store)
{
    REQUIRE(store->is_open);
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    uint64_t index = atomic_load(&store->checkpointing);
    enum status err = checkpoint_finish(&store->checkpoints, false);
    if (err != STATUS_OK) store->has_failed = true;
    if (err == STATUS_OK) atomic_store(&store->checkpointed, index);
    return err;
}
