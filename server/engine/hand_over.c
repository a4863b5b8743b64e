#include "server/engine/hand_over.h"

#include "base/require.h"
#include "server/engine/batch.h"
#include "server/engine/follower.h"
#include "server/engine/inside.h"
#include "server/engine/outage.h"

/* Two, for a follower knows that one was acknowledged when it sees the next. */
enum { ENDS = 2 };

_Static_assert((int)LEAVE_MS < (int)SILENCE_MS, "calls do not wait for a takeover");
_Static_assert((int)LEAVE_MS < (int)HAND_OVER_MS, "who has left is not the first to claim");

static int64_t monotonic_ms(const struct engine *engine)
{
    return engine->world.monotonic_ms(engine->world.context);
}

/* Nobody is named until somebody leads. */
static void await_another(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(!role_is_single(role));
    pthread_mutex_lock(&role->lock);
    role->leader_size = 0;
    pthread_mutex_unlock(&role->lock);
    atomic_store(&role->leaving.awaited_until_ms, monotonic_ms(engine) + LEAVE_MS);
}

bool hand_over_is_awaited(const struct engine *engine)
{
    const struct role *role = &engine->role;
    int64_t until_ms = atomic_load(&role->leaving.awaited_until_ms);
    REQUIRE(until_ms >= 0);
    if (until_ms == 0 || role_is_stopped(role) || atomic_load(&engine->draining)) return false;
    return monotonic_ms(engine) < until_ms;
}

void hand_over_end(struct leaving *leaving)
{
    REQUIRE(leaving != NULL);
    atomic_store(&leaving->awaited_until_ms, 0);
}

/* --- Who leaves ------------------------------------------------------------------------------- */

enum status hand_over_begin(struct engine *engine)
{
    struct role *role = &engine->role;
    REQUIRE(!role_is_single(role));
    enum status err = engine_flush(engine);
    if (err == STATUS_OK) err = engine_commit(engine);
    if (err != STATUS_OK || role_now(role) != ROLE_LEADER)
        return err == STATUS_NOT_YET || err == STATUS_DEPOSED ? STATUS_OK : err;
    atomic_store(&role->hands_over, false);
    role->leaving.ends_left = ENDS;
    role->leaving.until_ms = monotonic_ms(engine) + LEAVE_MS;
    await_another(engine);
    atomic_store(&role->now, ROLE_DEPOSED);
    return STATUS_OK;
}

static enum status end_body(struct store_txn *txn, void *context)
{
    struct engine *engine = context;
    struct batch batch;
    batch_begin(&batch, txn, engine_now_ms(engine), engine->leases);
    store_txn_set_kind(txn, LOG_END);
    if (engine->world.holds_wait) outage_give_back(&batch);
    batch_end(&batch);
    REQUIRE(batch.now_ms >= atomic_load(&engine->clock_saved_ms));
    return STATUS_OK;
}

/* It answers nothing as a leader since before the first END was made. If the log takes its time,
 * others find that nobody leads. */
enum status hand_over_go_on(struct engine *engine)
{
    struct role *role = &engine->role;
    struct leaving *leaving = &role->leaving;
    REQUIRE(role_now(role) != ROLE_LEADER);
    if (role_now(role) != ROLE_DEPOSED || leaving->ends_left == 0) return STATUS_OK;
    enum status err = store_flush(engine->store);
    while (err == STATUS_OK && leaving->ends_left > 0) {
        leaving->ends_left--;
        err = store_execute(engine->store, end_body, engine);
        if (err == STATUS_OK) err = store_flush(engine->store);
    }
    if (err == STATUS_NOT_YET && monotonic_ms(engine) < leaving->until_ms) return err;
    if (err == STATUS_OK) err = engine_commit(engine);
    leaving->ends_left = 0;
    role_step_down(engine);
    role->quiet_ns += (int64_t)HAND_OVER_MS * 1000000;
    return err == STATUS_STORAGE_FAILED ? err : STATUS_OK;
}

/* --- Who sees it ------------------------------------------------------------------------------ */

/* Another was first: who had left may claim again, should that one leave, too. */
static void note_start(struct engine *engine)
{
    struct role *role = &engine->role;
    int64_t now_ns = engine->world.boot_ns(engine->world.context);
    hand_over_end(&role->leaving);
    if (role->quiet_ns > now_ns) role->quiet_ns = now_ns;
}

void hand_over_note_entry(struct engine *engine, const struct log_entry *entry)
{
    struct leaving *leaving = &engine->role.leaving;
    bool was_left = leaving->is_left;
    REQUIRE(!role_is_single(&engine->role));
    if (entry->kind == LOG_START) note_start(engine);
    leaving->is_left = entry->kind == LOG_END;
    if (!leaving->is_left) leaving->left_ns = 0;
    if (!leaving->is_left || was_left) return;
    leaving->left_ns = engine->world.boot_ns(engine->world.context);
    await_another(engine);
}
