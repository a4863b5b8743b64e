#include "server/engine/watcher.h"

#include <string.h>

#include "base/require.h"
#include "server/engine/execute.h"
#include "server/engine/inside.h"
#include "server/engine/reader.h"
#include "store/records.h"

/* A long poll is answered a little before its caller gives up. */
enum { WAIT_MARGIN_MS = 100 };

_Static_assert(LONG_POLL_WAIT_MS_MAX + (int)WAIT_MARGIN_MS <= CALL_TIMEOUT_MS_MAX,
               "a long poll can wait as long as it may");
_Static_assert(RENEW_MS_MAX <= LONG_POLL_WAIT_MS_MAX, "a long poll is renewed while it waits");

static uint32_t wait_ms_of(const struct rpc_call *rpc)
{
    uint32_t wait_ms = 0;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(rpc->method->request, "wait_ms");
    REQUIRE(field != NULL);
    memcpy(&wait_ms, (const uint8_t *)rpc->request + field->offset, sizeof wait_ms);
    return wait_ms;
}

enum status watcher_prepare(struct rpc_call *rpc, unix_ms now_ms)
{
    REQUIRE(rpc->method->kind == METHOD_WAIT);
    uint32_t wait_ms = wait_ms_of(rpc);
    if (wait_ms > LONG_POLL_WAIT_MS_MAX)
        return rpc_call_bad_field(rpc, STATUS_ARGUMENT_INVALID, "wait_ms", "must be 0..%d",
                                  LONG_POLL_WAIT_MS_MAX);
    if (wait_ms > 0 && (rpc->socket != RPC_SOCKET_WATCH || !rpc->alone))
        return STATUS_WATCH_SOCKET_NEEDED;
    rpc->wait_until_ms = now_ms + wait_ms;
    if (wait_ms > 0 && rpc->wait_until_ms > rpc->deadline_ms - WAIT_MARGIN_MS)
        rpc->wait_until_ms = rpc->deadline_ms - WAIT_MARGIN_MS;
    REQUIRE(rpc->wait_until_ms <= now_ms + LONG_POLL_WAIT_MS_MAX);
    return STATUS_OK;
}

bool watcher_is_over(const struct engine *engine, const struct rpc_call *rpc, unix_ms now_ms)
{
    return rpc->wait_until_ms <= now_ms || atomic_load(&engine->draining);
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
enum status watcher_execute(struct engine *engine, struct store_txn *txn, unix_ms now_ms,
                            struct rpc_call *rpc)
{
    REQUIRE(rpc->method->kind == METHOD_WAIT);
    struct arena before = *rpc->arena;
    enum status status = execute_call(engine, txn, now_ms, NULL, rpc);
    if (status != STATUS_NOT_YET) return status;
    REQUIRE(rpc->wait_until_ms > now_ms);
    arena_rewind(rpc->arena, &before);
    rpc->watch.look_ms = next_look_ms(engine, rpc, now_ms);
    return status;
}

struct call_list watcher_take_waiting(struct call_list *calls)
{
    struct call_list waiting = {0};
    struct call_list others = {0};
    size_t count = calls->count;
    struct rpc_call *rpc;
    while ((rpc = call_list_take(calls)) != NULL)
        call_list_add(rpc->outcome == STATUS_NOT_YET ? &waiting : &others, rpc);
    REQUIRE(waiting.count + others.count == count);
    *calls = others;
    return waiting;
}

/* A change between the look and the wait is seen, since the watcher is woken to look again. */
void watcher_add(struct engine *engine, struct call_list *waiting)
{
    if (waiting->count == 0) return;
    watchers_add(&engine->watchers, waiting);
    call_list_set_outcome(waiting, STATUS_WATCHERS_FULL);
    call_list_finish(waiting);
    REQUIRE(waiting->count == 0);
    engine->world.wake(engine->world.context, ENGINE_WATCHER);
}

/* Subjects that many wait for a change of are read once a round. */
enum { SUBJECTS_KEPT = 64 };

struct subject {
    uint64_t number;
    uint64_t version;
};

struct watching {
    struct engine *engine;
    struct store_txn *txn;
    struct subject kept[SUBJECTS_KEPT];
    size_t kept_count;
    struct call_list taken;
    struct call_list gone;
};

static uint64_t read_version(struct store_txn *txn, uint64_t subject)
{
    struct queue queue;
    REQUIRE(subject <= UINT32_MAX);
    if (subject == WATCH_EVENTS) return meta_get(txn).last_event;
    return queue_get(txn, (uint32_t)subject, &queue) ? queue_version(&queue) : 0;
}

static uint64_t version_of(void *context, uint64_t subject)
{
    struct watching *watching = context;
    REQUIRE(watching->kept_count <= SUBJECTS_KEPT);
    for (size_t i = 0; i < watching->kept_count; i++)
        if (watching->kept[i].number == subject) return watching->kept[i].version;
    uint64_t version = read_version(watching->txn, subject);
    if (watching->kept_count < SUBJECTS_KEPT)
        watching->kept[watching->kept_count++] = (struct subject){subject, version};
    return version;
}

static enum status take_body(struct store_txn *txn, void *context)
{
    struct watching *watching = context;
    struct engine *engine = watching->engine;
    watching->txn = txn;
    watching->taken =
        watchers_take(&engine->watchers, engine_now_ms(engine), atomic_load(&engine->draining),
                      version_of, watching, &watching->gone);
    return STATUS_OK;
}

static uint64_t no_version(void *context, uint64_t subject)
{
    (void)context;
    (void)subject;
    return 0;
}

/* If what they wait for can't be read, everybody is looked at, and so finds out. */
static void take(struct engine *engine, struct watching *watching)
{
    if (store_read(engine->store, take_body, watching) == STATUS_OK) return;
    struct call_list gone;
    struct call_list others =
        watchers_take(&engine->watchers, engine_now_ms(engine), true, no_version, NULL, &gone);
    call_list_append(&watching->taken, &others);
    call_list_append(&watching->gone, &gone);
}

static void finish_gone(struct call_list *gone)
{
    call_list_set_outcome(gone, STATUS_CHANNEL_CLOSED);
    call_list_finish(gone);
}

/* A commit meanwhile sees that there are some, and wakes this again. */
unix_ms engine_watch(struct engine *engine)
{
    if (watchers_due(&engine->watchers) == UNIX_MS_NEVER) return UNIX_MS_NEVER;
    struct watching watching = {.engine = engine};
    take(engine, &watching);
    finish_gone(&watching.gone);
    REQUIRE(watching.taken.count <= WATCHERS_MAX);
    reader_execute(engine, &watching.taken, engine_report_now_ms(engine));
    struct call_list waiting = watcher_take_waiting(&watching.taken);
    watchers_leave(&engine->watchers, watching.taken.count);
    reader_finish(engine, &watching.taken);
    watchers_return(&engine->watchers, &waiting);
    return watchers_due(&engine->watchers);
}

void watcher_peer_gone(void *context, const struct rpc_peer *peer)
{
    struct engine *engine = context;
    REQUIRE(peer != NULL);
    if (watchers_forget(&engine->watchers, peer))
        engine->world.wake(engine->world.context, ENGINE_WATCHER);
}
