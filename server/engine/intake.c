#include "server/engine/intake.h"

#include "base/require.h"
#include "server/engine/call.h"
#include "server/engine/inside.h"
#include "server/engine/reader.h"
#include "server/engine/watcher.h"

_Static_assert(CALLS_PER_FRAME_MAX <= WRITER_QUEUE_MAX, "the writes of a frame can wait together");
_Static_assert(SLOW_CALLS_MAX >= 1, "a slow call can wait");

/* Where the calls of one frame go. */
struct sorted {
    struct call_list reads;
    struct call_list refused;
    struct call_list writes;
    struct call_list slow;
};

static void sort_call(struct sorted *sorted, struct rpc_call *rpc, unix_ms now_ms)
{
    if ((rpc->method->policy & ADMIN_ONLY) != 0 && rpc->socket != RPC_SOCKET_ADMIN) {
        rpc->outcome = STATUS_ADMIN_SOCKET_NEEDED;
        call_list_add(&sorted->refused, rpc);
        return;
    }
    switch (rpc->method->kind) {
    case METHOD_READ:
        call_list_add(&sorted->reads, rpc);
        break;
    case METHOD_WAIT:
        rpc->outcome = watcher_prepare(rpc, now_ms);
        call_list_add(rpc->outcome == STATUS_OK ? &sorted->reads : &sorted->refused, rpc);
        break;
    case METHOD_WRITE:
        call_list_add(&sorted->writes, rpc);
        break;
    case METHOD_SLOW:
        call_list_add(&sorted->slow, rpc);
        break;
    }
}

static void start_reads(struct engine *engine, struct call_list *calls, unix_ms now_ms)
{
    if (calls->count == 0) return;
    if (!atomic_load_explicit(&engine->was_read, memory_order_relaxed))
        atomic_store(&engine->was_read, true);
    if (!reader_is_behind(engine)) {
        reader_serve(engine, calls, now_ms);
        return;
    }
    call_queue_put(&engine->behind, calls, SIZE_MAX, STATUS_INTERNAL);
    engine->world.wake(engine->world.context, ENGINE_WRITER);
}

/* Reads come first and writes are handed on last: the calls share the arena of their frame.
 * Checking them took no time to speak of, so that is not asked for again. */
void intake_start(void *context, struct rpc_call *first)
{
    struct engine *engine = context;
    struct sorted sorted = {0};
    REQUIRE(first != NULL);
    unix_ms now_ms = first->checked_ms;
    for (struct rpc_call *rpc = first, *next; rpc != NULL; rpc = next) {
        next = rpc->next;
        sort_call(&sorted, rpc, now_ms);
    }
    start_reads(engine, &sorted.reads, now_ms);
    call_list_finish(&sorted.refused);
    if (call_queue_put(&engine->slow, &sorted.slow, SLOW_CALLS_MAX, STATUS_WRITER_BUSY))
        engine->world.wake(engine->world.context, ENGINE_SLOW);
    if (call_queue_put(&engine->writes, &sorted.writes, WRITER_QUEUE_MAX, STATUS_WRITER_BUSY))
        engine->world.wake(engine->world.context, ENGINE_WRITER);
}
