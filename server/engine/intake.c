#include "server/engine/intake.h"

#include "base/require.h"
#include "server/engine/call.h"
#include "server/engine/hand_over.h"
#include "server/engine/inside.h"
#include "server/engine/reader.h"
#include "server/engine/watcher.h"

_Static_assert(CALLS_PER_FRAME_MAX <= WRITER_QUEUE_MAX, "the writes of a frame can wait together");
_Static_assert(SLOW_CALLS_MAX >= 1, "a slow call can wait");

/* Records that the reads of a frame may ask for without waiting for a turn: what takes some tenths
 * of a millisecond. */
enum { SMALL_READS_MAX = 64 };

_Static_assert(SMALL_READS_MAX < (int)RECORDS_PER_FRAME_MAX, "large frames wait for their turn");

/* For so long a thread goes on with frames of others, and then leaves the next to another one. */
enum { TURNS_NS_MAX = 50 * 1000 * 1000 };

/* Where the calls of one frame go. */
struct sorted {
    struct call_list reads;
    struct call_list local; /* reads about this server, whichever leads: with others only */
    struct call_list refused;
    struct call_list writes;
    struct call_list slow;
};

/* A server that has no others sees all that was acknowledged before it answers, whatever is asked.
 */
static bool is_local(const struct engine *engine, const struct rpc_call *rpc)
{
    return !role_is_single(&engine->role) && (rpc->method->policy & ANY_ROLE) != 0;
}

static void sort_call(struct engine *engine, struct sorted *sorted, struct rpc_call *rpc,
                      unix_ms now_ms)
{
    if ((rpc->method->policy & ADMIN_ONLY) != 0 && rpc->socket != RPC_SOCKET_ADMIN) {
        rpc->outcome = STATUS_ADMIN_SOCKET_NEEDED;
        call_list_add(&sorted->refused, rpc);
        return;
    }
    switch (rpc->method->kind) {
    case METHOD_READ:
        call_list_add(is_local(engine, rpc) ? &sorted->local : &sorted->reads, rpc);
        break;
    case METHOD_WAIT:
        rpc->outcome = watcher_prepare(rpc, now_ms);
        call_list_add(rpc->outcome == STATUS_OK ? &sorted->reads : &sorted->refused, rpc);
        break;
    case METHOD_WRITE:
        if (role_writes(&engine->role) || hand_over_is_awaited(engine)) {
            call_list_add(&sorted->writes, rpc);
            break;
        }
        rpc->outcome = role_refuse(engine, rpc);
        call_list_add(&sorted->refused, rpc);
        break;
    case METHOD_SLOW:
        if (role_is_stopped(&engine->role)) rpc->outcome = role_refuse(engine, rpc);
        call_list_add(role_is_stopped(&engine->role) ? &sorted->refused : &sorted->slow, rpc);
        break;
    }
}

static bool nobody_listens(const struct call_list *calls)
{
    REQUIRE(calls->first != NULL);
    const struct rpc_peer *peer = rpc_call_peer(calls->first);
    return peer != NULL && atomic_load(&peer->is_gone);
}

static void start_reads(struct engine *engine, struct call_list *calls, unix_ms now_ms)
{
    if (calls->count == 0) return;
    if (nobody_listens(calls)) {
        call_list_set_outcome(calls, STATUS_CHANNEL_CLOSED);
        call_list_finish(calls);
        return;
    }
    if (!atomic_load_explicit(&engine->was_read, memory_order_relaxed))
        atomic_store(&engine->was_read, true);
    if (!role_takes_read(engine, calls->first)) {
        role_refuse_all(engine, calls);
        return;
    }
    if (role_may_read(engine, calls->first)) {
        reader_serve(engine, calls, now_ms);
        return;
    }
    if (!role_is_single(&engine->role)) {
        role_put_behind(engine, calls);
        return;
    }
    call_queue_put(&engine->behind, calls, SIZE_MAX, STATUS_INTERNAL);
    engine->world.wake(engine->world.context, ENGINE_WRITER);
}

/* What is answered here comes first, and what is handed on last: the calls share the arena of their
 * frame. */
static void start_frame(struct engine *engine, struct rpc_call *first, unix_ms now_ms)
{
    REQUIRE(first != NULL);
    struct sorted sorted = {0};
    for (struct rpc_call *rpc = first, *next; rpc != NULL; rpc = next) {
        next = rpc->next;
        sort_call(engine, &sorted, rpc, now_ms);
    }
    if (sorted.local.count > 0) reader_serve(engine, &sorted.local, now_ms);
    start_reads(engine, &sorted.reads, now_ms);
    call_list_finish(&sorted.refused);
    if (call_queue_put(&engine->slow, &sorted.slow, SLOW_CALLS_MAX, STATUS_WRITER_BUSY))
        engine->world.wake(engine->world.context, ENGINE_SLOW);
    if (call_queue_put(&engine->writes, &sorted.writes, WRITER_QUEUE_MAX, STATUS_WRITER_BUSY))
        engine->world.wake(engine->world.context, ENGINE_WRITER);
}

/* Who has a turn goes on with the frames that had to wait meanwhile, but not for long: nng frees no
 * closed connection before the callback of its frame has returned, and then no other one either. */
static void have_turns(struct engine *engine, struct rpc_call *first, unix_ms now_ms)
{
    int64_t ends_ns = engine_ticks_ns(engine) + TURNS_NS_MAX;
    do {
        start_frame(engine, first, now_ms);
        first = turns_next(&engine->turns);
        now_ms = engine_report_now_ms(engine);
    } while (first != NULL && engine_ticks_ns(engine) < ends_ns);
    if (first != NULL) rpc_call_go_on_later(first);
}

void intake_go_on(void *context, struct rpc_call *first)
{
    struct engine *engine = context;
    REQUIRE(first != NULL);
    have_turns(engine, first, engine_report_now_ms(engine));
}

static void take_turn(struct engine *engine, struct rpc_call *first)
{
    if (turns_take(&engine->turns, first)) have_turns(engine, first, first->checked_ms);
}

/* Checking the calls took no time to speak of, so that is not asked for again. */
void intake_start(void *context, struct rpc_call *first)
{
    struct engine *engine = context;
    REQUIRE(first != NULL);
    if (rpc_call_frame_reads(first) > SMALL_READS_MAX)
        take_turn(engine, first);
    else
        start_frame(engine, first, first->checked_ms);
}
