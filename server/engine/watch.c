/* watch.c -- Long polls that had nothing to tell are looked at again. */
#include "server/engine/call.h"
#include "server/engine/inside.h"
#include "store/records.h"

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
    if (subject == WATCH_EVENTS) return meta_get(txn).last_event;
    return queue_get(txn, (uint32_t)subject, &queue) ? queue_version(&queue) : 0;
}

static uint64_t version_of(void *context, uint64_t subject)
{
    struct watching *watching = context;
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

/* Whoever shows more meanwhile sees that there are some, and wakes this again. */
unix_ms engine_watch(struct engine *engine)
{
    if (watchers_due(&engine->watchers) == UNIX_MS_NEVER) return UNIX_MS_NEVER;
    struct watching watching = {.engine = engine};
    take(engine, &watching);
    finish_gone(&watching.gone);
    reader_execute(engine, &watching.taken);
    struct call_list waiting = reader_take_waiting(&watching.taken);
    watchers_leave(&engine->watchers, watching.taken.count);
    flusher_finish(engine, &watching.taken);
    watchers_return(&engine->watchers, &waiting);
    return watchers_due(&engine->watchers);
}

void engine_peer_gone(void *context, const struct rpc_peer *peer)
{
    struct engine *engine = context;
    if (watchers_forget(&engine->watchers, peer))
        engine->world.wake(engine->world.context, ENGINE_WATCHER);
}
