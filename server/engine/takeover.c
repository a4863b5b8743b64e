/* takeover.c -- A server begins to lead: see role.h. */
#include <string.h>

#include "base/planted.h"
#include "base/require.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "server/engine/batch.h"
#include "server/engine/follower.h"
#include "server/engine/hand_over.h"
#include "server/engine/inside.h"
#include "server/engine/outage.h"
#include "server/engine/sweep.h"

enum { NS_PER_MS = 1000000, CLAIM_AGAIN_MS = 100 };

_Static_assert((int)CLAIM_AGAIN_MS < (int)SILENCE_MS,
               "who has given up claims again sooner than after a silence");

static int64_t boot_ns(const struct engine *engine)
{
    return engine->world.boot_ns(engine->world.context);
}

void role_claim_later(struct engine *engine)
{
    REQUIRE(role_now(&engine->role) != ROLE_LEADER);
    engine->role.quiet_ns = boot_ns(engine) - (int64_t)(SILENCE_MS - CLAIM_AGAIN_MS) * NS_PER_MS;
}

/* Somebody else is quicker, or the log is away: from the beginning, a little later. */
static void give_up(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(role_now(role) == ROLE_TAKING_OVER);
    store_abandon(engine->store);
    role_claim_later(engine);
    atomic_store(&role->now, ROLE_FOLLOWER);
}

void takeover_give_up(struct engine *engine)
{
    REQUIRE(role_now(&engine->role) != ROLE_LEADER);
    if (role_now(&engine->role) == ROLE_TAKING_OVER) give_up(engine);
}

void takeover_begin(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(role_now(role) == ROLE_FOLLOWER);
    enum status err = log_lead(role->log, engine->world.self->name, &role->epoch);
    if (err != STATUS_OK) {
        role_claim_later(engine);
        role->leaving.left_ns = 0;
        return;
    }
    REQUIRE(role->epoch >= 1);
    store_claim(engine->store, role->epoch);
    role->from = store_applied(engine->store);
    role->read_sum = 0;
    role->takeover = TAKEOVER_READS;
    role->leaving.left_ns = 0;
    atomic_store(&role->now, ROLE_TAKING_OVER);
}

/* --- To the end of the log -------------------------------------------------------------------- */

/* Of entries one behind the other: one epoch has one entry for an index. */
static uint64_t entry_sum(uint64_t before, const struct log_entry *entry)
{
    REQUIRE(entry->epoch >= 1);
    return (before ^ entry->epoch) * UINT64_C(0x100000001b3) + 1;
}

/* Another was quicker, and may be well: it gets the time of a silence before it is deposed. */
static bool yields(struct role *role, const struct log_entry *entry)
{
    REQUIRE(role_now(role) == ROLE_TAKING_OVER);
    if (entry->kind != LOG_START || entry->index <= role->yielded) return false;
    role->yielded = entry->index;
    return true;
}

static enum status apply(void *context, const struct log_entry *entry)
{
    struct engine *engine = context;
    if (yields(&engine->role, entry)) return STATUS_NOT_YET;
    enum status err = store_follow(engine->store, entry);
    if (err == STATUS_OK && entry->kind == LOG_START) role_note_leader(&engine->role, entry);
    if (err == STATUS_OK) engine->role.read_sum = entry_sum(engine->role.read_sum, entry);
    if (err == STATUS_OK) hashes_note_entry(engine, entry);
    if (err == STATUS_OK) hand_over_note_entry(engine, entry);
    return err;
}

struct starting {
    struct engine *engine;
    unix_ms now_ms; /* of its batch */
};

static enum status start_body(struct store_txn *txn, void *context)
{
    struct starting *starting = context;
    struct engine *engine = starting->engine;
    struct batch batch;
    REQUIRE(starting->now_ms >= 0);
    batch_begin(&batch, txn, starting->now_ms, engine->leases);
    store_txn_set_kind(txn, LOG_START);
    if (engine->world.holds_wait) outage_give_back(&batch);
    batch_end(&batch);
    REQUIRE(batch.now_ms >= starting->now_ms);
    starting->now_ms = batch.now_ms;
    return STATUS_OK;
}

/* By its own clock from now on, unless that is behind the log. It is not told before it leads. */
static unix_ms own_now_ms(struct engine *engine)
{
    unix_ms now_ms = engine->world.clock_ms(engine->world.context);
    unix_ms logged_ms = atomic_load(&engine->role.logged_ms);
    return now_ms > logged_ms ? now_ms : logged_ms;
}

static enum status append_start(struct engine *engine)
{
    uint8_t note[LEADER_BYTES_MAX];
    const Onsale__Rpc__V1__Leader *self = engine->world.self;
    size_t size = protobuf_c_message_get_packed_size(&self->base);
    struct starting starting = {.engine = engine, .now_ms = own_now_ms(engine)};
    REQUIRE(size <= sizeof note);
    protobuf_c_message_pack(&self->base, note);
    enum status err = store_start(engine->store, note, size, start_body, &starting);
    if (err != STATUS_OK) return err;
    REQUIRE(store_applied(engine->store).epoch == engine->role.epoch);
    struct log_entry start = {
        .kind = LOG_START, .epoch = engine->role.epoch, .note = note, .note_size = size};
    role_note_leader(&engine->role, &start);
    engine->role.start_ms = starting.now_ms;
    return STATUS_OK;
}

static enum status read_to_end(struct engine *engine)
{
    struct role *role = &engine->role;
    char problem[LOG_PROBLEM_BYTES] = "";
    REQUIRE(role->takeover == TAKEOVER_READS);
    enum status err =
        log_follow(role->log, store_applied(engine->store), true, apply, engine, problem);
    if (err != STATUS_OK && err != STATUS_NOT_YET) role_note_problem(role, err, problem);
    if (err == STATUS_OK) role->heard_ns = log_heard_ns(role->log, store_applied(engine->store));
    if (err == STATUS_OK) err = append_start(engine);
    if (err == STATUS_OK) role->takeover = TAKEOVER_APPENDS;
    if (err != STATUS_OK) give_up(engine);
    return err == STATUS_STORAGE_FAILED ? err : STATUS_OK;
}

/* --- Until it leads --------------------------------------------------------------------------- */

struct retelling {
    struct log_place start;
    uint64_t sum;
    bool has_start;
};

static enum status compare(void *context, const struct log_entry *entry)
{
    struct retelling *told = context;
    REQUIRE(told->start.index >= 1);
    if (entry->index < told->start.index) told->sum = entry_sum(told->sum, entry);
    if (entry->index == told->start.index) told->has_start = entry->epoch == told->start.epoch;
    return STATUS_OK;
}

/* What was read may not have been safe, and be gone with a primary that died before START came:
 * then START is behind a gap, or behind another's START, and leads nobody. Once START is safe, so
 * is what is before it. */
static enum status check_start(struct engine *engine)
{
    struct role *role = &engine->role;
    struct retelling told = {.start = store_applied(engine->store)};
    char problem[LOG_PROBLEM_BYTES] = "";
    REQUIRE(told.start.epoch == role->epoch);
    enum status err = log_follow(role->log, role->from, true, compare, &told, problem);
    if (err != STATUS_OK) role_note_problem(role, err, problem);
    if (err == STATUS_LOG_AWAY) return err;
    bool is_same = err == STATUS_OK && told.has_start && told.sum == role->read_sum;
    return is_same ? STATUS_OK : STATUS_DEPOSED;
}

static enum status wait_for_start(struct engine *engine)
{
    REQUIRE(engine->role.takeover == TAKEOVER_APPENDS);
    enum status err = store_flush(engine->store);
    if (err == STATUS_OK) err = check_start(engine);
    if (err == STATUS_LOG_AWAY) return STATUS_OK; /* asked again */
    if (err == STATUS_OK) err = engine_commit(engine);
    if (err == STATUS_OK) engine->role.takeover = TAKEOVER_WAITS;
    if (err == STATUS_DEPOSED) give_up(engine);
    return err == STATUS_NOT_YET || err == STATUS_DEPOSED ? STATUS_OK : err;
}

static enum status load_body(struct store_txn *txn, void *context)
{
    struct engine *engine = context;
    atomic_store(&engine->timer_due_ms, sweep_due(txn));
    return store_txn_failure(txn);
}

/* What a leader has in memory: who waits counts as polled now, as after a restart. */
static enum status begin_to_lead(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(store_committed(engine->store) == store_executed(engine->store));
    REQUIRE(store_place(engine->store).epoch == role->epoch);
    atomic_store(&role->logged_ms, role->start_ms);
    clock_raise(&engine->clock, role->start_ms);
    enum status err = store_read(engine->store, load_body, engine);
    if (err == STATUS_OK && !PLANTED(14)) err = engine_renew_leases(engine, own_now_ms(engine));
    if (err != STATUS_OK) return err;
    atomic_store(&engine->commit_due_ms, UNIX_MS_NEVER);
    atomic_store(&engine->clock_saved_ms, atomic_load(&role->logged_ms));
    role->staged_ms = engine->world.monotonic_ms(engine->world.context);
    role->is_settled = false;
    role->hashes.marked_ms = role->staged_ms;
    atomic_store(&role->hands_over, false);
    atomic_store(&role->has_errand, true); /* a hash that the one before did not tell */
    hand_over_end(&role->leaving);
    atomic_store(&role->now, ROLE_LEADER);
    return STATUS_OK;
}

/* The one before answered reads for so long after it had first sent its last entry, which was seen
 * later than that, unless it left: see the read lease. */
static enum status wait_for_lease(struct engine *engine)
{
    int64_t since_ns = boot_ns(engine) - engine->role.heard_ns;
    REQUIRE(engine->role.takeover == TAKEOVER_WAITS);
    bool may_be_read =
        !engine->role.leaving.is_left && since_ns < (int64_t)READ_LEASE_MS * NS_PER_MS;
    if (may_be_read && !PLANTED(13)) return STATUS_OK;
    return begin_to_lead(engine);
}

static bool is_started(const struct role *role)
{
    return role_now(role) == ROLE_TAKING_OVER && role->takeover == TAKEOVER_WAITS;
}

enum status takeover_step(struct engine *engine)
{
    REQUIRE(role_now(&engine->role) == ROLE_TAKING_OVER);
    switch (engine->role.takeover) {
    case TAKEOVER_READS:
        return read_to_end(engine);
    case TAKEOVER_APPENDS: {
        enum status err = wait_for_start(engine);
        if (err != STATUS_OK || !is_started(&engine->role)) return err;
        break;
    }
    case TAKEOVER_WAITS:
        break;
    }
    return wait_for_lease(engine);
}
