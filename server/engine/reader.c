/* reader.c -- Reads and long polls: on the thread that received them, from a snapshot. */
#include <string.h>

#include "server/engine/execute.h"
#include "server/engine/inside.h"

struct reading {
    struct engine *engine;
    struct rpc_call *first;
    struct rpc_call *last;
    unix_ms now_ms;
};

static bool wait_is_over(const struct engine *engine, const struct rpc_call *rpc, unix_ms now_ms)
{
    return rpc->method->kind != METHOD_WAIT || rpc->wait_until_ms <= now_ms ||
           atomic_load(&engine->draining);
}

static enum status execute_read(struct engine *engine, struct store_txn *txn, struct rpc_call *rpc,
                                unix_ms now_ms)
{
    struct call call;
    call.rpc = rpc;
    call.txn = txn;
    call.now_ms = now_ms;
    call.clock_has_jumped = false;
    call.batch = NULL;
    call.leases = engine->leases;
    call.seat_maps = engine->seat_maps;
    call.wait_is_over = wait_is_over(engine, rpc, now_ms);
    call.engine = engine;
    return execute_call(&call);
}

/* At its end at the latest. A method that names a time wants to be asked again and again. */
static unix_ms next_look_ms(const struct engine *engine, const struct rpc_call *rpc, unix_ms now_ms)
{
    unix_ms look_ms = rpc->watch.look_ms;
    unix_ms renew_ms = now_ms + engine->world.renew_ms_max;
    if (look_ms != UNIX_MS_NEVER && look_ms > renew_ms) look_ms = renew_ms;
    return look_ms < rpc->wait_until_ms ? look_ms : rpc->wait_until_ms;
}

/* What was allocated for an answer that is not given is not kept over the wait. */
static enum status execute_wait(struct engine *engine, struct store_txn *txn, struct rpc_call *rpc,
                                unix_ms now_ms)
{
    struct arena before = *rpc->arena;
    enum status status = execute_read(engine, txn, rpc, now_ms);
    if (status != STATUS_NOT_YET) return status;
    arena_rewind(rpc->arena, &before);
    rpc->watch.look_ms = next_look_ms(engine, rpc, now_ms);
    return status;
}

static enum status read_body(struct store_txn *txn, void *context)
{
    const struct reading *reading = context;
    struct engine *engine = reading->engine;
    for (struct rpc_call *rpc = reading->first;; rpc = rpc->next) {
        rpc->outcome = rpc->method->kind == METHOD_WAIT
                           ? execute_wait(engine, txn, rpc, reading->now_ms)
                           : execute_read(engine, txn, rpc, reading->now_ms);
        rpc->saw_write = store_txn_number(txn);
        if (rpc == reading->last) return STATUS_OK;
    }
}

/* What one call met fails the snapshot for all: so each has one of its own. */
static void execute_each(const struct reading *reading)
{
    for (struct rpc_call *rpc = reading->first;; rpc = rpc->next) {
        struct reading alone = {reading->engine, rpc, rpc, reading->now_ms};
        enum status err = store_read(reading->engine->store, read_body, &alone);
        if (err != STATUS_OK) rpc->outcome = err;
        if (rpc == reading->last) return;
    }
}

void reader_execute(struct engine *engine, struct call_list *calls)
{
    if (calls->count == 0) return;
    struct reading reading = {engine, calls->first, calls->last, engine_show_now_ms(engine)};
    enum status err = store_read(engine->store, read_body, &reading);
    if (err == STATUS_STORE_DAMAGED && calls->count > 1)
        execute_each(&reading);
    else if (err != STATUS_OK)
        call_list_set_outcome(calls, err);
}

/* A long poll is answered a little before its caller gives up. */
enum { WAIT_MARGIN_MS = 100 };

static uint32_t wait_ms_of(const struct rpc_call *rpc)
{
    uint32_t wait_ms = 0;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(rpc->method->request, "wait_ms");
    memcpy(&wait_ms, (const uint8_t *)rpc->request + field->offset, sizeof wait_ms);
    return wait_ms;
}

static enum status prepare_wait(struct rpc_call *rpc, unix_ms now_ms)
{
    uint32_t wait_ms = wait_ms_of(rpc);
    if (wait_ms > LONG_POLL_WAIT_MS_MAX)
        return rpc_call_bad_field(rpc, STATUS_ARGUMENT_INVALID, "wait_ms", "must be 0..%d",
                                  LONG_POLL_WAIT_MS_MAX);
    if (wait_ms > 0 && (rpc->socket != RPC_SOCKET_WATCH || !rpc->alone))
        return STATUS_WATCH_SOCKET_NEEDED;
    rpc->wait_until_ms = now_ms + wait_ms;
    if (wait_ms > 0 && rpc->wait_until_ms > rpc->deadline_ms - WAIT_MARGIN_MS)
        rpc->wait_until_ms = rpc->deadline_ms - WAIT_MARGIN_MS;
    return STATUS_OK;
}

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
        rpc->outcome = prepare_wait(rpc, now_ms);
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

struct call_list reader_take_waiting(struct call_list *calls)
{
    struct call_list waiting = {0};
    struct call_list others = {0};
    struct rpc_call *rpc;
    while ((rpc = call_list_take(calls)) != NULL)
        call_list_add(rpc->outcome == STATUS_NOT_YET ? &waiting : &others, rpc);
    *calls = others;
    return waiting;
}

/* A change between the look and the wait is seen, since the watcher is woken to look again. */
void reader_serve(struct engine *engine, struct call_list *calls)
{
    reader_execute(engine, calls);
    struct call_list waiting = reader_take_waiting(calls);
    flusher_finish(engine, calls);
    if (waiting.count == 0) return;
    watchers_add(&engine->watchers, &waiting);
    call_list_set_outcome(&waiting, STATUS_WATCHERS_FULL);
    call_list_finish(&waiting);
    engine->world.wake(engine->world.context, ENGINE_WATCHER);
}

bool reader_is_behind(const struct engine *engine)
{
    return atomic_load(&engine->told) > store_shown(engine->store);
}

static void start_reads(struct engine *engine, struct call_list *calls)
{
    if (calls->count == 0) return;
    if (!atomic_load_explicit(&engine->was_read, memory_order_relaxed))
        atomic_store(&engine->was_read, true);
    if (!reader_is_behind(engine)) {
        reader_serve(engine, calls);
        return;
    }
    call_queue_put(&engine->behind, calls, SIZE_MAX, STATUS_INTERNAL);
    engine->world.wake(engine->world.context, ENGINE_WRITER);
}

/* Reads come first and writes are handed on last: the calls share the arena of their frame. */
void engine_start(void *context, struct rpc_call *first)
{
    struct engine *engine = context;
    struct sorted sorted = {0};
    unix_ms now_ms = engine_now_ms(engine);
    for (struct rpc_call *rpc = first, *next; rpc != NULL; rpc = next) {
        next = rpc->next;
        sort_call(&sorted, rpc, now_ms);
    }
    start_reads(engine, &sorted.reads);
    call_list_finish(&sorted.refused);
    if (call_queue_put(&engine->slow, &sorted.slow, SLOW_CALLS_MAX, STATUS_WRITER_BUSY))
        engine->world.wake(engine->world.context, ENGINE_SLOW);
    if (call_queue_put(&engine->writes, &sorted.writes, WRITER_QUEUE_MAX, STATUS_WRITER_BUSY))
        engine->world.wake(engine->world.context, ENGINE_WRITER);
}

bool engine_work(struct engine *engine)
{
    if (call_queue_count(&engine->slow) > 0 && reader_is_behind(engine)) {
        engine->world.wake(engine->world.context, ENGINE_WRITER); /* who wakes this in turn */
        return false;
    }
    struct call_list calls = call_queue_take(&engine->slow, 1);
    if (calls.count == 0) return false;
    reader_execute(engine, &calls);
    flusher_finish(engine, &calls);
    return true;
}
