/* log_keeper.c -- How much of the log is kept: each replica says in it what it has a checkpoint of,
 * and the one that leads removes what none of them needs and is old enough. */
#include "server/engine/log_keeper.h"

#include "base/require.h"
#include "log/trim.h"
#include "server/engine/inside.h"

enum { KEEP_MS = 1000, REPORT_MS = 10 * 1000, SILENT_MS_MIN = 3600 * 1000, TRIMS_MAX = 8 };

_Static_assert((int)REPORT_MS < (int)SILENT_MS_MIN, "who runs is not forgotten");

/* What a replica that does not follow has is nobody's measure. */
static bool is_well(struct engine *engine, int64_t now_ms)
{
    struct role *role = &engine->role;
    REQUIRE(!role_is_single(role));
    if (role_now(role) == ROLE_LEADER) return role_is_sure(engine);
    return role_now(role) == ROLE_FOLLOWER && now_ms - atomic_load(&role->follow_ok_ms) < KEEP_MS;
}

static void report(struct engine *engine, int64_t now_ms)
{
    struct log_keeper *keeper = &engine->keeper;
    uint64_t index = store_checkpointed(engine->store);
    bool is_news = !keeper->has_reported || index != keeper->reported_index;
    if (!is_news && now_ms - keeper->reported_ms < REPORT_MS) return;
    REQUIRE(engine->world.self != NULL);
    keeper->has_reported =
        log_report(engine->role.log, engine->world.self->name, index) == STATUS_OK;
    keeper->reported_index = index;
    keeper->reported_ms = now_ms;
}

/* Never beyond its own checkpoint, whatever others say. The row that ends with a checkpoint stays:
 * who goes on from it finds that its history is the log's. */
static void trim(struct engine *engine)
{
    struct log *log = engine->role.log;
    int64_t keep_ms = engine->world.log_keep_ms;
    int64_t silent_ms = keep_ms > SILENT_MS_MIN ? keep_ms : SILENT_MS_MIN;
    uint64_t needed = 0, own = store_checkpointed(engine->store);
    size_t rows = LOG_TRIM_ROWS;
    REQUIRE(keep_ms >= LOG_TRIM_AGE_MS_MIN);
    if (log_needed(log, silent_ms, &needed) != STATUS_OK) return;
    if (needed > own) needed = own;
    for (int i = 0; i < TRIMS_MAX && needed > 0 && rows == LOG_TRIM_ROWS; i++) {
        if (log_trim(log, needed, engine_now_ms(engine) - keep_ms, &rows) != STATUS_OK) return;
        engine->keeper.trimmed_rows += rows;
    }
}

void log_keeper_run(struct engine *engine)
{
    struct log_keeper *keeper = &engine->keeper;
    if (role_is_single(&engine->role)) return;
    int64_t now_ms = engine->world.monotonic_ms(engine->world.context);
    REQUIRE(now_ms >= keeper->run_ms);
    if (now_ms - keeper->run_ms < KEEP_MS || !is_well(engine, now_ms)) return;
    keeper->run_ms = now_ms;
    report(engine, now_ms);
    bool trims = engine->world.log_keep_ms > 0 && keeper->has_reported;
    if (trims && role_now(&engine->role) == ROLE_LEADER) trim(engine);
}
