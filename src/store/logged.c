#include "store/logged.h"

#include "base/require.h"
#include "store/counters.h"

enum status logged_check(const struct store *store)
{
    REQUIRE(store->log != NULL);
    switch (atomic_load(&store->duty)) {
    case DUTY_LEADS:
        return STATUS_OK;
    case DUTY_DEPOSED:
        return STATUS_DEPOSED;
    case DUTY_CLAIMS:
    case DUTY_FOLLOWS:
        break;
    }
    return store->is_starting ? STATUS_OK : STATUS_NOT_LEADER;
}

enum status logged_put_place(struct store_txn *txn)
{
    REQUIRE(txn->place.index >= 1);
    if (txn->has_place) return STATUS_OK;
    struct store_meta meta = meta_get(txn);
    if (txn->failure == STATUS_OK) meta_put(txn, &meta);
    return txn->failure;
}

enum status logged_stage(struct store *store, const struct journal_record *redo)
{
    const struct store_txn *txn = &store->pending.txn;
    struct log_entry entry = {
        .kind = txn->kind,
        .index = txn->place.index,
        .epoch = txn->place.epoch,
        .time_ms = txn->logged_ms,
    };
    if (txn->kind == LOG_START || txn->kind == LOG_HASH) {
        entry.note = store->note;
        entry.note_size = store->note_size;
    }
    REQUIRE(txn->has_place);
    REQUIRE(entry.index == store->applied.index + 1);
    entry.redo = journal_record_bytes(redo, &entry.redo_size);
    if (!pending_add(&store->pending, entry.redo, entry.redo_size)) return STATUS_OUT_OF_MEMORY;
    enum status err = log_stage(store->log, &entry);
    if (err != STATUS_OK) {
        pending_remove(&store->pending, entry.redo_size);
        return err;
    }
    store->checkpoints.logged_bytes += entry.redo_size;
    return STATUS_OK;
}

static enum status flush(struct store *store)
{
    uint64_t number = atomic_load(&store->executed);
    REQUIRE(atomic_load(&store->flushed) <= number);
    enum status err = log_flush(store->log, store->patience_ms);
    if (err == STATUS_OK) atomic_store(&store->flushed, number);
    if (err == STATUS_DEPOSED) atomic_store(&store->duty, DUTY_DEPOSED);
    return err;
}

enum status logged_flush(struct store *store)
{
    REQUIRE(store->log != NULL);
    turnstile_enter(&store->flushing);
    enum duty duty = atomic_load(&store->duty);
    enum status err = duty == DUTY_DEPOSED ? STATUS_DEPOSED : STATUS_OK;
    if (duty == DUTY_LEADS) err = flush(store);
    turnstile_leave(&store->flushing);
    return err;
}

bool logged_is_ahead(const struct store *store)
{
    REQUIRE(store->log != NULL);
    return atomic_load(&store->flushed) < atomic_load(&store->executed);
}

void logged_note_commit(struct store *store)
{
    REQUIRE(atomic_load(&store->duty) != DUTY_LEADS);
    atomic_store(&store->flushed, atomic_load(&store->executed));
}
