#include "server/engine/reader.h"

#include "base/require.h"
#include "server/engine/call.h"
#include "server/engine/execute.h"
#include "server/engine/flusher.h"
#include "server/engine/hand_over.h"
#include "server/engine/inside.h"
#include "server/engine/watcher.h"

struct reading {
    struct engine *engine;
    struct rpc_call *first;
    struct rpc_call *last;
    unix_ms now_ms;
};

/* Its number would be that of an entry that is being committed, which it may not have. */
static struct rpc_place place_of(const struct engine *engine, struct store_txn *txn)
{
    if (role_is_single(&engine->role)) return (struct rpc_place){0};
    struct log_place place = store_txn_place(txn);
    return (struct rpc_place){.epoch = place.epoch, .index = place.index};
}

static enum status read_body(struct store_txn *txn, void *context)
{
    const struct reading *reading = context;
    struct engine *engine = reading->engine;
    struct rpc_place place = place_of(engine, txn);
    REQUIRE(reading->first != NULL);
    for (struct rpc_call *rpc = reading->first;; rpc = rpc->next) {
        rpc->begun_ms = reading->now_ms;
        rpc->outcome = rpc->method->kind == METHOD_WAIT
                           ? watcher_execute(engine, txn, reading->now_ms, rpc)
                           : execute_call(engine, txn, reading->now_ms, NULL, rpc);
        rpc->saw_write = store_txn_number(txn);
        rpc->place = place;
        if (rpc == reading->last) return STATUS_OK;
    }
}

/* What one call met fails the snapshot for all: so each has one of its own. */
static void execute_each(const struct reading *reading)
{
    REQUIRE(reading->first != reading->last);
    for (struct rpc_call *rpc = reading->first;; rpc = rpc->next) {
        struct reading alone = {reading->engine, rpc, rpc, reading->now_ms};
        enum status err = store_read(reading->engine->store, read_body, &alone);
        if (err != STATUS_OK) rpc->outcome = err;
        if (rpc == reading->last) return;
    }
}

void reader_execute(struct engine *engine, struct call_list *calls, unix_ms now_ms)
{
    if (calls->count == 0) return;
    REQUIRE(calls->last->next == NULL);
    struct reading reading = {engine, calls->first, calls->last, now_ms};
    enum status err = store_read(engine->store, read_body, &reading);
    if (err == STATUS_STORE_DAMAGED && calls->count > 1)
        execute_each(&reading);
    else if (err != STATUS_OK)
        call_list_set_outcome(calls, err);
}

/* What only this server can say, it can always say; and that it does not lead. */
static bool is_local(const struct rpc_call *rpc)
{
    return (rpc->method->policy & ANY_ROLE) != 0 || rpc->outcome == STATUS_NOT_LEADER;
}

/* It may have stopped leading since it took them. */
void reader_finish(struct engine *engine, struct call_list *calls)
{
    struct call_list unsure = {0}, refused = {0}, others = {0};
    struct rpc_call *rpc;
    if (role_is_sure(engine)) {
        flusher_finish(engine, calls);
        return;
    }
    bool leads = role_writes(&engine->role);
    bool waits = leads || hand_over_is_awaited(engine);
    bool follows = !leads && !role_is_stopped(&engine->role);
    while ((rpc = call_list_take(calls)) != NULL) {
        bool may_tell = is_local(rpc) || (follows && rpc_call_is_for_any_server(rpc));
        call_list_add(may_tell ? &others : waits ? &unsure : &refused, rpc);
    }
    role_refuse_all(engine, &refused);
    if (unsure.count > 0) role_put_behind(engine, &unsure);
    flusher_finish(engine, &others);
}

void reader_serve(struct engine *engine, struct call_list *calls, unix_ms now_ms)
{
    REQUIRE(now_ms >= 0);
    reader_execute(engine, calls, now_ms);
    struct call_list waiting = watcher_take_waiting(calls);
    reader_finish(engine, calls);
    watcher_add(engine, &waiting);
}

bool reader_is_behind(const struct engine *engine)
{
    return atomic_load(&engine->acknowledged) > store_committed(engine->store);
}
