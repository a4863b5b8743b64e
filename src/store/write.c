/* write.c -- Writes are executed one after the other and committed together: see store.h. */
#include "store/write.h"
#include "base/planted.h"
#include "base/require.h"
#include "store/inside.h"
#include "store/logged.h"
#include "store/state_hash.h"

/* With less left in the map, pages must be used again at once. So many changes are committed
 * without being asked for. */
enum { MAP_MARGIN_BYTES_MAX = 256 << 20, PENDING_CHANGES_MAX = 16384 };

static bool is_map_nearly_full(const struct store *store)
{
    REQUIRE(store->room.map_bytes > 0);
    uint64_t bytes = environment_used_bytes(&store->environment) + pending_bytes(&store->pending);
    uint64_t margin_bytes = store->room.map_bytes / 4;
    if (margin_bytes > MAP_MARGIN_BYTES_MAX) margin_bytes = MAP_MARGIN_BYTES_MAX;
    return bytes + margin_bytes >= store->room.map_bytes;
}

/* A checkpoint holds pages that could be used again: with little left, each write makes one. */
static enum status begin_checkpoint(struct store *store, bool is_at_once)
{
    REQUIRE(store->journal != NULL);
    struct checkpoints *checkpoints = &store->checkpoints;
    if (!is_at_once && atomic_load(&checkpoints->is_pending)) return STATUS_OK;
    enum status err = checkpoint_finish(checkpoints, false);
    if (err == STATUS_OK) err = checkpoint_begin(checkpoints);
    /* Not sooner: whoever has read it, and finishes what is pending then, has finished this one. */
    if (err == STATUS_OK) atomic_store(&store->checkpointing, store->kept.index);
    if (err == STATUS_OK && is_at_once) err = checkpoint_finish(checkpoints, false);
    return err;
}

/* --- Committing ------------------------------------------------------------------------------- */

/* LMDB wants a write transaction to be used by the thread that began it. */
static bool is_writer(const struct store *store)
{
    return pthread_equal(store->pending.writer, pthread_self());
}

static enum status begin(struct store *store)
{
    struct store_txn *txn = &store->pending.txn;
    REQUIRE(txn->mdb == NULL);
    *txn = (struct store_txn){
        .trees = store->environment.trees, .damage = &store->damage, .may_write = true};
    caches_lend(&store->caches, txn);
    store->pending.writer = pthread_self();
    return environment_status(mdb_txn_begin(store->environment.env, NULL, 0, &txn->mdb));
}

/* LMDB prepares the commit before it writes, so a full map is found while nothing has happened yet.
 * Every other failure leaves it open how much was written. A read that sees the new state takes it
 * for that of `number`, which is published before. */
static enum status commit(struct store *store, uint64_t number)
{
    struct store_txn *txn = &store->pending.txn;
    REQUIRE(txn->mdb != NULL);
    REQUIRE(txn->redo == NULL);
    REQUIRE(is_writer(store));
    REQUIRE(atomic_load(&store->committed) <= number);
    caches_write_back(txn);
    if (txn->failure != STATUS_OK) return txn->failure;
    MDB_txn *mdb = txn->mdb;
    txn->mdb = NULL;
    atomic_store(&store->committing, number);
    int rc = mdb_txn_commit(mdb);
    if (rc == MDB_MAP_FULL) atomic_store(&store->executed, number); /* of nothing: reads have it */
    if (rc == MDB_MAP_FULL) return STATUS_STORAGE_FULL;
    if (rc != MDB_SUCCESS) return STATUS_STORAGE_FAILED;
    checkpoints_count(&store->checkpoints, txn->put_bytes);
    pending_clear(&store->pending);
    store->kept = store->applied;
    atomic_store(&store->committed_epoch, store->kept.epoch);
    atomic_store(&store->committed, number);
    return STATUS_OK;
}

/* What was executed has found room in the map: it can't be refused any more. */
static enum status commit_pending(struct store *store)
{
    if (store->pending.writes == 0) return STATUS_OK;
    if (commit(store, atomic_load(&store->executed)) != STATUS_OK) return STATUS_STORAGE_FAILED;
    return checkpoints_are_due(&store->checkpoints) ? begin_checkpoint(store, false) : STATUS_OK;
}

/* Until the log has acknowledged it, it is nobody's to see. What needed all the room there is has a
 * checkpoint at once. */
static enum status commit_logged(struct store *store)
{
    if (atomic_load(&store->duty) == DUTY_FOLLOWS) logged_note_commit(store);
    if (logged_is_ahead(store) && !PLANTED(12)) return STATUS_NOT_YET;
    enum status err = commit_pending(store);
    if (err != STATUS_OK) return err;
    state_hash_note_commit(store);
    atomic_store(&store->wants_commit, false);
    return is_map_nearly_full(store) ? begin_checkpoint(store, true) : STATUS_OK;
}

enum status store_commit(struct store *store)
{
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = store->log == NULL ? commit_pending(store) : commit_logged(store);
    if (err != STATUS_OK && err != STATUS_NOT_YET) store->has_failed = true;
    return err;
}

/* --- Executing -------------------------------------------------------------------------------- */

static void end(struct store_txn *txn)
{
    if (txn->mdb != NULL) mdb_txn_abort(txn->mdb);
    *txn = (struct store_txn){0};
}

/* A write that failed leaves what was executed before it. */
static enum status take_back(struct store *store)
{
    struct pending *pending = &store->pending;
    end(&pending->txn);
    caches_drop(&store->caches);
    if (pending->writes == 0) atomic_store(&store->committed, atomic_load(&store->executed));
    if (pending->writes == 0) return STATUS_OK;
    if (begin(store) != STATUS_OK) return STATUS_STORAGE_FAILED;
    pending_redo(pending, &pending->txn);
    store->caches.layouts.has_put = true; /* maybe: it is not committed yet */
    if (store->log != NULL) return pending->txn.failure;
    return pending->txn.failure == STATUS_OK ? commit_pending(store) : STATUS_STORAGE_FAILED;
}

/* Something about this write can't wait: it is committed, and on disk with the data file. */
static enum status finish_at_once(struct store *store, struct journal_record *redo, uint64_t number)
{
    REQUIRE(redo != NULL);
    enum status err = commit(store, number);
    if (err == STATUS_OK && journal_fits(store->journal, redo))
        journal_stage(store->journal, redo);
    else
        journal_record_drop(store->journal, redo);
    return err == STATUS_OK ? begin_checkpoint(store, true) : err;
}

static bool add_pending(struct store *store, const struct journal_record *redo)
{
    size_t size;
    const void *bytes = journal_record_bytes(redo, &size);
    return pending_add(&store->pending, bytes, size);
}

static void note_executed(struct store *store)
{
    caches_keep(&store->caches);
    store->applied = store->pending.txn.place;
    atomic_fetch_add(&store->executed, 1);
    checkpoints_note_urgency(&store->checkpoints);
}

/* What can't wait for a commit is left to whoever flushes first. */
static enum status finish_logged(struct store *store, struct journal_record *redo)
{
    const struct store_txn *txn = &store->pending.txn;
    REQUIRE(txn->mdb != NULL);
    enum status err = logged_stage(store, redo);
    journal_record_drop(store->journal, redo);
    if (err != STATUS_OK) return err;
    note_executed(store);
    bool is_mark = txn->kind == LOG_HASH && store->note_size == 0;
    if (is_mark) state_hash_mark(store, store->applied.index);
    if (is_mark || txn->changes >= PENDING_CHANGES_MAX || is_map_nearly_full(store) ||
        checkpoints_are_due(&store->checkpoints))
        atomic_store(&store->wants_commit, true);
    return STATUS_OK;
}

static enum status finish(struct store *store, struct journal_record *redo)
{
    REQUIRE(store->pending.txn.mdb != NULL);
    REQUIRE(redo != NULL);
    enum status err = STATUS_OK;
    uint64_t number = atomic_load(&store->executed) + 1;
    if (!journal_fits(store->journal, redo) || is_map_nearly_full(store) ||
        !add_pending(store, redo))
        err = finish_at_once(store, redo, number);
    else
        journal_stage(store->journal, redo);
    if (err != STATUS_OK) return err;
    note_executed(store);
    bool is_much = store->pending.txn.changes >= PENDING_CHANGES_MAX;
    return is_much || checkpoints_are_due(&store->checkpoints) ? commit_pending(store) : STATUS_OK;
}

/* The write changed nothing, or is to have changed nothing. */
static enum status leave(struct store *store, bool has_changes, enum status err)
{
    REQUIRE(!has_changes || err != STATUS_OK);
    struct store_txn *txn = &store->pending.txn;
    if (!has_changes && txn->failure == STATUS_OK) {
        if (store->pending.writes == 0) end(txn);
        caches_begin(&store->caches); /* a commit may come before another write begins */
        return err;
    }
    if (take_back(store) != STATUS_OK) return STATUS_STORAGE_FAILED;
    /* The next write finds all the room that there is. */
    if (err == STATUS_STORAGE_FULL && begin_checkpoint(store, true) != STATUS_OK)
        return STATUS_STORAGE_FAILED;
    return err;
}

static enum status run(struct store *store, store_body *body, void *context)
{
    struct store_txn *txn = &store->pending.txn;
    REQUIRE(txn->may_write);
    REQUIRE(txn->failure == STATUS_OK);
    REQUIRE(is_writer(store));
    caches_begin(&store->caches);
    txn->place = logged_next_place(store);
    txn->kind = LOG_BATCH;
    txn->has_place = false;
    enum status err = body(txn, context);
    if (err == STATUS_OK) caches_log(txn);
    return txn->failure != STATUS_OK ? txn->failure : err;
}

static enum status execute(struct store *store, store_body *body, void *context)
{
    struct store_txn *txn = &store->pending.txn;
    uint64_t changes = txn->changes;
    REQUIRE(txn->redo == NULL);
    txn->redo = journal_record_begin(store->journal);
    if (txn->redo == NULL) return leave(store, false, STATUS_OUT_OF_MEMORY);
    struct journal_record *redo = txn->redo;
    enum status err = run(store, body, context);
    bool has_changes = txn->changes > changes;
    if (err == STATUS_OK && has_changes && store->log != NULL) err = logged_put_place(txn);
    txn->redo = NULL;
    if (err == STATUS_OK && has_changes) {
        err = store->log == NULL ? finish(store, redo) : finish_logged(store, redo);
        if (err == STATUS_OK) return STATUS_OK;
    } else {
        journal_record_drop(store->journal, redo);
    }
    return leave(store, has_changes, err);
}

/* Beside the room that the writes before it will take. */
static enum status find_room(struct store *store)
{
    REQUIRE(store->room.fd >= 0);
    uint64_t used_bytes = environment_used_bytes(&store->environment);
    enum status err = room_ensure(&store->room, used_bytes + pending_bytes(&store->pending));
    if (err != STATUS_STORAGE_FULL || store->pending.writes == 0 || store->log != NULL) return err;
    err = commit_pending(store);
    return err == STATUS_OK ? room_ensure(&store->room, environment_used_bytes(&store->environment))
                            : err;
}

enum status write_begin(struct store *store)
{
    enum status err = find_room(store);
    return err == STATUS_OK && store->pending.txn.mdb == NULL ? begin(store) : err;
}

void write_drop_pending(struct store *store)
{
    end(&store->pending.txn);
    caches_drop(&store->caches);
    pending_clear(&store->pending);
}

enum status store_execute(struct store *store, store_body *body, void *context)
{
    REQUIRE(store->is_open);
    REQUIRE(store->lock_fd >= 0);
    REQUIRE(body != NULL);
    if (store->has_failed) return STATUS_STORAGE_FAILED;
    enum status err = store->log == NULL ? STATUS_OK : logged_check(store);
    if (err != STATUS_OK) return err;
    err = write_begin(store);
    if (err == STATUS_OK) err = execute(store, body, context);
    store->has_room = err != STATUS_STORAGE_FULL;
    if (err == STATUS_STORAGE_FAILED) store->has_failed = true;
    return err;
}

enum status store_write(struct store *store, store_body *body, void *context)
{
    enum status err = store_execute(store, body, context);
    return err == STATUS_OK ? store_commit(store) : err;
}
