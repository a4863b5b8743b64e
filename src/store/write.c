/* write.c -- Writes are applied, shown and flushed: see store.h. */
#include "store/transaction.h"

/* With less left in the map, pages must be used again at once. So many changes are shown without
 * being asked for. */
enum { MAP_MARGIN_BYTES_MAX = 256 << 20, UNSHOWN_CHANGES_MAX = 16384 };

static bool is_map_nearly_full(const struct store *store)
{
    uint64_t bytes = store_used_bytes(store->env) + unshown_bytes(&store->unshown);
    uint64_t margin_bytes = store->room.map_bytes / 4;
    if (margin_bytes > MAP_MARGIN_BYTES_MAX) margin_bytes = MAP_MARGIN_BYTES_MAX;
    return bytes + margin_bytes >= store->room.map_bytes;
}

/* A checkpoint holds pages that could be used again: with little left, each write makes one. */
static enum status begin_checkpoint(struct store *store, bool is_at_once)
{
    struct checkpoints *checkpoints = &store->checkpoints;
    if (!is_at_once && atomic_load(&checkpoints->is_pending)) return STATUS_OK;
    enum status err = checkpoint_finish(checkpoints, false);
    if (err == STATUS_OK) err = checkpoint_begin(checkpoints);
    if (err == STATUS_OK && is_at_once) err = checkpoint_finish(checkpoints, false);
    return err;
}

/* --- Showing ---------------------------------------------------------------------------------- */

static enum status begin(struct store *store)
{
    store->unshown.txn = (struct store_txn){
        .trees = store->trees,
        .damage = &store->damage,
        .may_write = true,
        .kept = &store->kept,
        .kept_rows = &store->kept_rows,
    };
    return store_status(mdb_txn_begin(store->env, NULL, 0, &store->unshown.txn.mdb));
}

/* LMDB prepares the commit before it writes, so a full map shows while nothing has happened yet.
 * Every other failure leaves it open how much was written. Whoever sees the new state takes it for
 * that of `number`, which is told before. */
static enum status commit(struct store *store, uint64_t number)
{
    struct store_txn *txn = &store->unshown.txn;
    kept_records_show(txn);
    if (txn->failure != STATUS_OK) return txn->failure;
    MDB_txn *mdb = txn->mdb;
    txn->mdb = NULL;
    atomic_store(&store->showing, number);
    int rc = mdb_txn_commit(mdb);
    if (rc == MDB_MAP_FULL) atomic_store(&store->applied, number); /* of nothing: reads have it */
    if (rc == MDB_MAP_FULL) return STATUS_STORAGE_FULL;
    if (rc != MDB_SUCCESS) return STATUS_STORAGE_FAILED;
    checkpoints_count(&store->checkpoints, txn->put_bytes);
    unshown_clear(&store->unshown);
    atomic_store(&store->shown, number);
    return STATUS_OK;
}

/* What was applied has found room in the map: it can't be refused any more. */
static enum status show(struct store *store)
{
    if (store->unshown.writes == 0) return STATUS_OK;
    if (commit(store, atomic_load(&store->applied)) != STATUS_OK) return STATUS_STORAGE_FAILED;
    return checkpoints_are_due(&store->checkpoints) ? begin_checkpoint(store, false) : STATUS_OK;
}

enum status store_show(struct store *store)
{
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = show(store);
    if (err != STATUS_OK) store->has_failed = true;
    return err;
}

/* --- Applying --------------------------------------------------------------------------------- */

static void end(struct store_txn *txn)
{
    if (txn->mdb != NULL) mdb_txn_abort(txn->mdb);
    *txn = (struct store_txn){0};
}

/* A write that failed leaves what was applied before it. */
static enum status take_back(struct store *store)
{
    struct unshown *unshown = &store->unshown;
    end(&unshown->txn);
    kept_records_forget(&store->kept);
    if (unshown->writes == 0) atomic_store(&store->shown, atomic_load(&store->applied));
    if (unshown->writes == 0) return STATUS_OK;
    if (begin(store) != STATUS_OK) return STATUS_STORAGE_FAILED;
    unshown_redo(unshown, &unshown->txn);
    return unshown->txn.failure == STATUS_OK ? show(store) : STATUS_STORAGE_FAILED;
}

/* Something about this write can't wait: it is shown, and on disk with the data file. */
static enum status keep_at_once(struct store *store, struct journal_record *redo, uint64_t number)
{
    enum status err = commit(store, number);
    if (err == STATUS_OK && journal_fits(store->journal, redo))
        journal_stage(store->journal, redo);
    else
        journal_record_drop(store->journal, redo);
    return err == STATUS_OK ? begin_checkpoint(store, true) : err;
}

static enum status keep(struct store *store, struct journal_record *redo)
{
    enum status err = STATUS_OK;
    uint64_t number = atomic_load(&store->applied) + 1;
    if (!journal_fits(store->journal, redo) || is_map_nearly_full(store) ||
        !unshown_add(&store->unshown, redo))
        err = keep_at_once(store, redo, number);
    else
        journal_stage(store->journal, redo);
    if (err != STATUS_OK) return err;
    kept_records_committed(&store->kept);
    atomic_store(&store->applied, number);
    checkpoints_note_urgency(&store->checkpoints);
    bool is_much = store->unshown.txn.changes >= UNSHOWN_CHANGES_MAX;
    return is_much || checkpoints_are_due(&store->checkpoints) ? show(store) : STATUS_OK;
}

/* What the transaction knows by heart may be of a write that gave up. */
static void forget(struct store_txn *txn)
{
    txn->queue = (struct queue){0};
    txn->queue_is_changed = false;
    txn->knows_timer_due = 0;
}

/* The write changed nothing, or is to have changed nothing. */
static enum status leave(struct store *store, bool has_changes, enum status err)
{
    struct store_txn *txn = &store->unshown.txn;
    if (!has_changes && txn->failure == STATUS_OK) {
        if (store->unshown.writes == 0) end(txn);
        forget(txn);
        kept_records_begin(&store->kept); /* it may be shown before another write begins */
        return err;
    }
    if (take_back(store) != STATUS_OK) return STATUS_STORAGE_FAILED;
    /* The next write finds all the room that there is. */
    if (err == STATUS_STORAGE_FULL && begin_checkpoint(store, true) != STATUS_OK)
        return STATUS_STORAGE_FAILED;
    return err;
}

static enum status run(struct store_txn *txn, store_body *body, void *context)
{
    kept_records_begin(txn->kept);
    enum status err = body(txn, context);
    if (err == STATUS_OK) kept_records_put(txn);
    return txn->failure != STATUS_OK ? txn->failure : err;
}

static enum status apply(struct store *store, store_body *body, void *context)
{
    struct store_txn *txn = &store->unshown.txn;
    uint64_t changes = txn->changes;
    txn->redo = journal_record_begin(store->journal);
    if (txn->redo == NULL) return leave(store, false, STATUS_OUT_OF_MEMORY);
    struct journal_record *redo = txn->redo;
    enum status err = run(txn, body, context);
    txn->redo = NULL;
    bool has_changes = txn->changes > changes;
    if (err == STATUS_OK && has_changes) {
        err = keep(store, redo);
        if (err == STATUS_OK) return STATUS_OK;
    } else {
        journal_record_drop(store->journal, redo);
    }
    return leave(store, has_changes, err);
}

/* Beside the room that the writes before it will take. */
static enum status find_room(struct store *store)
{
    uint64_t used_bytes = store_used_bytes(store->env);
    enum status err = room_ensure(&store->room, used_bytes + unshown_bytes(&store->unshown));
    if (err != STATUS_STORAGE_FULL || store->unshown.writes == 0) return err;
    err = show(store);
    return err == STATUS_OK ? room_ensure(&store->room, store_used_bytes(store->env)) : err;
}

enum status store_apply(struct store *store, store_body *body, void *context)
{
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = find_room(store);
    if (err == STATUS_OK && store->unshown.txn.mdb == NULL) err = begin(store);
    if (err == STATUS_OK) err = apply(store, body, context);
    store->has_room = err != STATUS_STORAGE_FULL;
    if (err == STATUS_STORAGE_FAILED) store->has_failed = true;
    return err;
}

enum status store_write(struct store *store, store_body *body, void *context)
{
    enum status err = store_apply(store, body, context);
    return err == STATUS_OK ? store_show(store) : err;
}

/* --- Flushing --------------------------------------------------------------------------------- */

enum status store_flush(struct store *store)
{
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    uint64_t number = atomic_load(&store->applied);
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

uint64_t store_applied(const struct store *store)
{
    return atomic_load(&store->applied);
}

uint64_t store_shown(const struct store *store)
{
    return atomic_load(&store->shown);
}

uint64_t store_flushed(const struct store *store)
{
    return atomic_load(&store->flushed);
}

bool store_wants_checkpoint(const struct store *store)
{
    return atomic_load(&store->checkpoints.is_pending);
}

enum status store_write_ahead(struct store *store, uint64_t bytes, bool *ret_is_written)
{
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = checkpoint_write_ahead(&store->checkpoints, bytes, ret_is_written);
    if (err != STATUS_OK) store->has_failed = true;
    return err;
}

bool store_is_pressed(const struct store *store)
{
    return atomic_load(&store->checkpoints.is_urgent);
}

enum status store_checkpoint(struct store *store)
{
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = checkpoint_finish(&store->checkpoints, false);
    if (err != STATUS_OK) store->has_failed = true;
    return err;
}
