#include "store/upgrade.h"

#include <string.h>

#include "base/require.h"
#include "store/codec.h"
#include "store/inside.h"
#include "store/meta.h"
#include "store/transaction.h"
#include "store/upgrade_moves.h"
#include "store/upgrade_place.h"

/* A slice ends when it has gone through so many records, or has put so many bytes: a part of the
 * room that is ahead of the data. */
enum { SLICE_RECORDS_MAX = 64 * 1024, SLICE_ROOM_PARTS = 8 };

_Static_assert(SLICE_RECORDS_MAX >= 1, "a slice goes on");
_Static_assert((int)STORE_FORMAT_VERSION > (int)HEADLESS_FORMAT, "an upgrade ends with heads");

/* There is a checkpoint after so many, if none was due before. */
enum { SLICES_PER_CHECKPOINT = 16 };

_Static_assert((int)store_meta_bytes_max - RECORD_HEAD_BYTES >= 6 * sizeof(uint64_t),
               "counters have only grown since format 1: see has_headless_counters");

/* An upgrade under way. */
struct running {
    struct store *store;
    const struct store_options *options;
    const struct upgrade_step *step;
    unsigned first;             /* of the steps that there are to do */
    struct upgrade_place place; /* as it was committed */
    uint64_t records;           /* of the tree of the step, when it began or was gone on with */
    unsigned slices;            /* committed since the last checkpoint */
    struct upgrade_moves moves; /* of a step that has a mover */
};

/* --- Steps ------------------------------------------------------------------------------------ */

static const struct upgrade_step *find_step(const struct upgrade_place *place)
{
    REQUIRE(place->format > 0);
    uint32_t number = 0;
    for (unsigned i = 0; i < upgrade_steps_count; i++) {
        if (upgrade_steps[i].format != place->format) continue;
        if (number++ == place->number) return &upgrade_steps[i];
    }
    return NULL;
}

/* @return False if it was the last one of all. */
static bool find_next(struct upgrade_place *place)
{
    struct upgrade_place next = {.format = place->format, .number = place->number + 1};
    if (find_step(&next) == NULL) next = (struct upgrade_place){.format = place->format + 1};
    if (find_step(&next) == NULL) return false;
    *place = next;
    return true;
}

/* --- Slices ----------------------------------------------------------------------------------- */

static enum status make_checkpoint(struct running *running)
{
    REQUIRE(!running->store->is_open);
    struct checkpoints *checkpoints = &running->store->checkpoints;
    enum status err = checkpoint_begin(checkpoints);
    if (err == STATUS_OK) err = checkpoint_finish(checkpoints, false);
    if (err == STATUS_OK) running->slices = 0;
    return err;
}

static bool is_checkpoint_due(const struct running *running)
{
    return running->slices >= SLICES_PER_CHECKPOINT ||
           checkpoints_are_due(&running->store->checkpoints);
}

static enum status begin(const struct running *running, struct store_txn *ret_txn)
{
    REQUIRE(!running->store->is_open);
    REQUIRE(running->store->pending.txn.mdb == NULL);
    struct store *store = running->store;
    enum status err = room_ensure(&store->room, environment_used_bytes(&store->environment));
    if (err != STATUS_OK) return err;
    *ret_txn = (struct store_txn){
        .trees = store->environment.trees,
        .damage = &store->damage,
        .may_write = true,
        .is_headless = running->place.format <= HEADLESS_FORMAT + 1,
    };
    caches_lend(&store->caches, ret_txn);
    caches_begin(&store->caches);
    return environment_status(mdb_txn_begin(store->environment.env, NULL, 0, &ret_txn->mdb));
}

static enum status commit(struct running *running, struct store_txn *txn)
{
    REQUIRE(txn->mdb != NULL);
    REQUIRE(txn->redo == NULL);
    struct store *store = running->store;
    caches_log(txn);
    caches_write_back(txn);
    enum status err = txn->failure;
    if (err == STATUS_OK) err = environment_status(mdb_txn_commit(txn->mdb));
    if (txn->failure != STATUS_OK) mdb_txn_abort(txn->mdb);
    if (err != STATUS_OK) {
        caches_drop(&store->caches);
        return err;
    }
    caches_keep(&store->caches);
    checkpoints_count(&store->checkpoints, txn->put_bytes);
    running->slices++;
    return STATUS_OK;
}

static bool is_slice_full(const struct running *running, const struct store_txn *txn)
{
    return txn->put_bytes >= running->store->room.ahead_bytes / SLICE_ROOM_PARTS;
}

/* One that can't be unpacked stays as it is: whoever needs it is refused, and nobody else. */
static void change_one(const struct upgrade_step *step, struct store_txn *txn,
                       const struct key *key, struct reader value)
{
    REQUIRE(step->change != NULL);
    uint64_t put_bytes = txn->put_bytes;
    step->change(txn, step->tree, key, value);
    if (txn->failure == STATUS_STORE_DAMAGED && txn->put_bytes == put_bytes)
        txn->failure = STATUS_OK;
}

/* @return Whether it has come to the end of the tree. */
static bool go_through(const struct running *running, struct store_txn *txn,
                       struct upgrade_place *place)
{
    REQUIRE(running->step != NULL);
    const struct upgrade_step *step = running->step;
    struct reader value;
    for (unsigned i = 0; i < SLICE_RECORDS_MAX; i++) {
        if (i > 0 && is_slice_full(running, txn)) break; /* there may be no room ahead at all */
        if (!record_next(txn, step->tree, &place->last, 0, &value)) return true;
        place->done++;
        change_one(step, txn, &place->last, value);
    }
    return false;
}

static void report(const struct running *running, uint64_t done, bool is_over)
{
    REQUIRE(running->first < upgrade_steps_count);
    const struct store_options *options = running->options;
    const struct upgrade_step *step = running->step;
    const struct store_upgrading progress = {
        .from = upgrade_steps[running->first].format - 1,
        .to = STORE_FORMAT_VERSION,
        .step = step->name,
        .number = (unsigned)(step - upgrade_steps) - running->first,
        .steps = upgrade_steps_count - running->first,
        .done = done,
        .records = running->records,
        .is_over = is_over,
    };
    if (options->upgrading != NULL) options->upgrading(options->upgrading_context, &progress);
}

/* --- Steps that move records ------------------------------------------------------------------ */

static void report_passed(void *context, uint64_t done)
{
    report(context, done, false);
}

static enum status prepare_moves(struct running *running)
{
    REQUIRE(running->step != NULL);
    if (running->step->mover == NULL || running->moves.moves != NULL) return STATUS_OK;
    uint64_t bytes = running->store->room.ahead_bytes;
    return upgrade_moves_init(&running->moves, bytes) ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}

/* As go_through, for what is gathered. @param put  How many are, also by this transaction. */
static bool put_moves(struct running *running, struct store_txn *txn, struct upgrade_place *place,
                      size_t *put)
{
    REQUIRE(*put <= running->moves.count);
    struct upgrade_moves *moves = &running->moves;
    const struct upgrade_step *step = running->step;
    if (*put == moves->count) {
        upgrade_moves_gather(moves, txn, step->tree, step->mover, place, report_passed, running);
        *put = 0;
    }
    for (unsigned i = 0; *put < moves->count; i++) {
        if (i == SLICE_RECORDS_MAX || (i > 0 && is_slice_full(running, txn))) return false;
        step->mover->put(txn, &moves->moves[(*put)++]);
    }
    *place = moves->after;
    return moves->is_over;
}

/* --- All steps -------------------------------------------------------------------------------- */

static bool make_changes(struct running *running, struct store_txn *txn,
                         struct upgrade_place *place, size_t *put)
{
    REQUIRE((running->step->change == NULL) != (running->step->mover == NULL));
    return running->step->mover == NULL ? go_through(running, txn, place)
                                        : put_moves(running, txn, place, put);
}

static enum status run_slice(struct running *running, bool *ret_is_last)
{
    REQUIRE(running->step != NULL);
    struct store_txn txn;
    struct upgrade_place place = running->place;
    bool is_last = false;
    enum status err = begin(running, &txn);
    if (err != STATUS_OK) return err;
    size_t put = running->moves.put;
    bool is_over = make_changes(running, &txn, &place, &put);
    uint64_t done = place.done;
    if (is_over) is_last = !find_next(&place);
    if (is_last)
        upgrade_place_delete(&txn);
    else
        upgrade_place_put(&txn, &place);
    err = commit(running, &txn);
    if (err != STATUS_OK) return err;
    if (is_over) report(running, done, true);
    running->moves.put = put;
    running->place = place;
    *ret_is_last = is_last;
    return STATUS_OK;
}

/* The pages that the newest checkpoint still has can be used again after another one. */
static enum status run_slice_in_room(struct running *running, bool *ret_is_last)
{
    enum status err = run_slice(running, ret_is_last);
    if (err != STATUS_STORAGE_FULL || running->slices == 0) return err;
    err = make_checkpoint(running);
    return err == STATUS_OK ? run_slice(running, ret_is_last) : err;
}

/* --- Progress --------------------------------------------------------------------------------- */

static uint64_t count_records(struct store *store, enum tree tree)
{
    REQUIRE(tree < TREES);
    MDB_txn *mdb;
    MDB_stat stat;
    uint64_t records = 0;
    if (mdb_txn_begin(store->environment.env, NULL, MDB_RDONLY, &mdb) != MDB_SUCCESS) return 0;
    if (mdb_stat(mdb, store->environment.trees[tree], &stat) == MDB_SUCCESS)
        records = stat.ms_entries;
    mdb_txn_abort(mdb);
    return records;
}

static void take_up_step(struct running *running)
{
    running->step = find_step(&running->place);
    REQUIRE(running->step != NULL);
    running->records = count_records(running->store, running->step->tree);
}

/* What is gathered has been gone through. */
static uint64_t done_so_far(const struct running *running)
{
    const struct upgrade_moves *moves = &running->moves;
    REQUIRE(moves->put <= moves->count);
    return moves->put < moves->count ? moves->after.done : running->place.done;
}

static enum status run_all(struct running *running)
{
    REQUIRE(find_step(&running->place) != NULL);
    enum status err = STATUS_OK;
    bool is_last = false;
    while (err == STATUS_OK && !is_last) {
        if (running->place.done == 0 || running->step == NULL) take_up_step(running);
        report(running, done_so_far(running), false);
        err = prepare_moves(running);
        if (err == STATUS_OK) err = run_slice_in_room(running, &is_last);
        if (err == STATUS_OK && is_checkpoint_due(running)) err = make_checkpoint(running);
    }
    return err == STATUS_OK ? make_checkpoint(running) : err;
}

/* --- All of it -------------------------------------------------------------------------------- */

/* Else a bit has turned the number of the format into one of those before heads. */
static bool has_headless_counters(struct store_txn *txn)
{
    static const char name[] = "counters";
    struct key key = {.size = sizeof name - 1};
    struct reader value;
    memcpy(key.bytes, name, key.size);
    return !record_get_bytes(txn, TREE_META, &key, &value) ||
           value.end - value.at == 6 * sizeof(uint64_t);
}

static enum status look(struct store *store, uint32_t *ret_format, struct upgrade_place *ret_place)
{
    struct store_txn txn = {.trees = store->environment.trees, .damage = &store->damage};
    int rc = mdb_txn_begin(store->environment.env, NULL, MDB_RDONLY, &txn.mdb);
    if (rc != MDB_SUCCESS) return environment_status(rc);
    bool is_known = meta_format_get(&txn, ret_format);
    if (!upgrade_place_get(&txn, ret_place)) ret_place->format = 0;
    if (*ret_format <= HEADLESS_FORMAT && !has_headless_counters(&txn)) is_known = false;
    mdb_txn_abort(txn.mdb);
    if (txn.failure != STATUS_OK) return txn.failure;
    return is_known ? STATUS_OK : STATUS_STORE_DAMAGED;
}

/* Trees that the format did not have are made, and what is under way is stored. */
static enum status raise_format(struct running *running)
{
    REQUIRE(running->place.format > STORE_FORMAT_OLDEST);
    struct store *store = running->store;
    struct store_txn txn;
    enum status err = begin(running, &txn);
    if (err != STATUS_OK) return err;
    for (enum tree tree = 0; tree < TREES; tree++) {
        int rc = environment_open_tree(&store->environment, txn.mdb, tree, true);
        if (rc != MDB_SUCCESS) store_txn_fail(&txn, environment_status(rc));
    }
    meta_format_put(&txn, STORE_FORMAT_VERSION);
    meta_needs_put(&txn, STORE_FORMAT_NEEDS);
    upgrade_place_put(&txn, &running->place);
    return commit(running, &txn);
}

enum status upgrade_run(struct store *store, const struct store_options *options,
                        uint32_t *ret_from)
{
    REQUIRE(!store->is_open);
    REQUIRE(store->journal != NULL);
    struct running running = {.store = store, .options = options};
    uint32_t format = 0;
    enum status err = look(store, &format, &running.place);
    if (err != STATUS_OK) return err;
    bool is_under_way = running.place.format != 0;
    if (format == STORE_FORMAT_VERSION && !is_under_way) {
        *ret_from = 0;
        return STATUS_OK;
    }
    if (!is_under_way) running.place = (struct upgrade_place){.format = format + 1};
    if (find_step(&running.place) == NULL) return STATUS_STORE_DAMAGED;
    running.first = (unsigned)(find_step(&running.place) - upgrade_steps);
    *ret_from = running.place.format - 1;
    if (format != STORE_FORMAT_VERSION) err = raise_format(&running);
    if (err == STATUS_OK) err = run_all(&running);
    upgrade_moves_deinit(&running.moves);
    return err;
}
