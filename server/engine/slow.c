/* slow.c -- What is kept of the log, and reads that take seconds, CheckInvariants and BackUp, one
 * at a time. */
#include "base/require.h"
#include "server/engine/flusher.h"
#include "server/engine/inside.h"
#include "server/engine/reader.h"

bool engine_run_slow(struct engine *engine)
{
    hashes_run(engine);
    role_check_log(engine);
    log_keeper_run(engine);
    if (call_queue_count(&engine->slow) > 0 && reader_is_behind(engine)) {
        engine->world.wake(engine->world.context, ENGINE_WRITER); /* who wakes this in turn */
        return false;
    }
    struct call_list calls = call_queue_take(&engine->slow, 1);
    if (calls.count == 0) return false;
    REQUIRE(calls.count == 1);
    REQUIRE(calls.first->method->kind == METHOD_SLOW);
    reader_execute(engine, &calls, engine_report_now_ms(engine));
    flusher_finish(engine, &calls);
    return true;
}
