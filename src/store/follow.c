/* follow.c -- The store of a shop on several machines follows its log, or begins to lead it: see
 * store.h. */
#include <string.h>

#include "base/require.h"
#include "store/counters.h"
#include "store/logged.h"
#include "store/redo_apply.h"
#include "store/state_hash.h"
#include "store/write.h"

/* Who has claimed an epoch, and finds that a later one has begun, is too late: its entries would be
 * void. */
static enum status check_entry(const struct store *store, const struct log_entry *entry)
{
    bool is_next = entry->index == store->applied.index + 1 && entry->epoch >= store->applied.epoch;
    if (!is_next) return STATUS_LOG_DAMAGED;
    bool claims = atomic_load(&store->duty) == DUTY_CLAIMS;
    return claims && entry->epoch >= store->epoch ? STATUS_DEPOSED : STATUS_OK;
}

static enum status apply(struct store *store, const struct log_entry *entry)
{
    struct store_txn *txn = &store->pending.txn;
    uint64_t touches = txn->touches;
    if (!pending_add(&store->pending, entry->redo, entry->redo_size)) return STATUS_OUT_OF_MEMORY;
    redo_apply(txn, entry->redo, entry->redo_size);
    txn->changes += txn->touches - touches; /* what room they take */
    if (txn->failure != STATUS_OK) return txn->failure;
    struct store_meta meta = meta_get(txn);
    if (txn->failure != STATUS_OK) return txn->failure;
    bool is_there = meta.applied_index == entry->index && meta.applied_epoch == entry->epoch;
    return is_there ? STATUS_OK : STATUS_LOG_DAMAGED;
}

static void note_applied(struct store *store, const struct log_entry *entry)
{
    store->applied = (struct log_place){entry->epoch, entry->index};
    store->checkpoints.logged_bytes += entry->redo_size;
    atomic_fetch_add(&store->executed, 1);
    checkpoints_note_urgency(&store->checkpoints);
    if (entry->kind == LOG_HASH && entry->note_size == 0) state_hash_mark(store, entry->index);
}

enum status store_follow(struct store *store, const struct log_entry *entry)
{
    enum duty duty = atomic_load(&store->duty);
    REQUIRE(store->log != NULL);
    REQUIRE(duty == DUTY_FOLLOWS || duty == DUTY_CLAIMS);
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = check_entry(store, entry);
    if (err == STATUS_OK) err = write_begin(store);
    if (err == STATUS_OK) err = apply(store, entry);
    store->has_room = err != STATUS_STORAGE_FULL;
    if (err == STATUS_OK)
        note_applied(store, entry);
    else
        store_abandon(store);
    return err;
}

void store_claim(struct store *store, uint64_t epoch)
{
    REQUIRE(store->log != NULL);
    REQUIRE(atomic_load(&store->duty) == DUTY_FOLLOWS);
    REQUIRE(epoch > store->applied.epoch);
    store->epoch = epoch;
    atomic_store(&store->duty, DUTY_CLAIMS);
}

enum status store_append(struct store *store, const uint8_t *note, size_t note_size,
                         store_body *body, void *context)
{
    REQUIRE(store->log != NULL);
    REQUIRE(note_size <= LOG_NOTE_BYTES_MAX);
    if (note_size > 0) memcpy(store->note, note, note_size);
    store->note_size = note_size;
    return store_execute(store, body, context);
}

enum status store_start(struct store *store, const uint8_t *note, size_t note_size,
                        store_body *body, void *context)
{
    REQUIRE(atomic_load(&store->duty) == DUTY_CLAIMS);
    store->is_starting = true;
    enum status err = store_append(store, note, note_size, body, context);
    store->is_starting = false;
    if (err == STATUS_OK) atomic_store(&store->duty, DUTY_LEADS);
    return err;
}

void store_abandon(struct store *store)
{
    REQUIRE(store->log != NULL);
    turnstile_enter(&store->flushing);
    write_drop_pending(store);
    store->applied = store->kept;
    atomic_store(&store->flushed, atomic_load(&store->committed));
    atomic_store(&store->executed, atomic_load(&store->committed));
    atomic_store(&store->wants_commit, false);
    atomic_store(&store->duty, DUTY_FOLLOWS);
    turnstile_leave(&store->flushing);
}

bool store_wants_commit(const struct store *store)
{
    return atomic_load_explicit(&store->wants_commit, memory_order_relaxed);
}

struct log_place store_place(const struct store *store)
{
    return (struct log_place){atomic_load(&store->committed_epoch),
                              store->base_index + atomic_load(&store->committed)};
}

uint64_t store_checkpointed(const struct store *store)
{
    REQUIRE(store->log != NULL);
    return atomic_load(&store->checkpointed);
}

struct log_place store_applied(const struct store *store)
{
    return store->applied;
}

uint64_t store_index_of(const struct store *store, uint64_t number)
{
    return store->base_index + number;
}

struct log_place store_txn_place(struct store_txn *txn)
{
    REQUIRE(!store_txn_may_write(txn));
    struct store_meta meta = meta_get(txn);
    return (struct log_place){meta.applied_epoch, meta.applied_index};
}
