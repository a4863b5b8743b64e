/* flusher.c -- Replies that depend on an unflushed write wait here for the flush. So a batch may be
 * executed and seen by reads while the one before it is being flushed. */
#include "server/engine/flusher.h"

#include "base/require.h"
#include "server/engine/inside.h"

static void hand_over(struct engine *engine, struct call_list *calls)
{
    if (call_queue_put(&engine->unflushed, calls, SIZE_MAX, STATUS_INTERNAL))
        engine->world.wake(engine->world.context, ENGINE_FLUSHER);
}

/* Finishes the calls that depend on no write after `flushed`.
 * @return The others. */
static struct call_list finish_up_to(struct call_list *calls, uint64_t flushed)
{
    struct call_list later = {0};
    struct call_list others = {0};
    struct rpc_call *rpc;
    while ((rpc = call_list_take(calls)) != NULL)
        call_list_add(rpc->saw_write > flushed ? &later : &others, rpc);
    call_list_finish(&others);
    return later;
}

void flusher_finish(struct engine *engine, struct call_list *calls)
{
    struct call_list later = finish_up_to(calls, store_flushed(engine->store));
    REQUIRE(calls->count == 0);
    if (later.count == 0) return;
    call_list_set_executed(&later, engine_now_ms(engine));
    hand_over(engine, &later);
}

static uint64_t first_write(const struct call_list *calls)
{
    uint64_t first = UINT64_MAX;
    for (const struct rpc_call *rpc = calls->first; rpc != NULL; rpc = rpc->next)
        if (rpc->saw_write < first) first = rpc->saw_write;
    return first;
}

static void raise_acknowledged(struct engine *engine, uint64_t number)
{
    REQUIRE(number <= store_executed(engine->store));
    uint64_t present = atomic_load(&engine->acknowledged);
    while (present < number &&
           !atomic_compare_exchange_weak(&engine->acknowledged, &present, number)) {
    }
}

/* Whether calls are left whose write has been flushed. Those whose write was seen in the moment
 * before it was given to the journal wait for the writer's next flush, which is about to come. */
static bool finish_those_flushed(struct engine *engine)
{
    struct call_list calls = call_queue_take(&engine->unflushed, SIZE_MAX);
    uint64_t flushed = store_flushed(engine->store);
    raise_acknowledged(engine, flushed);
    struct call_list early = finish_up_to(&calls, flushed);
    uint64_t first = first_write(&early);
    call_queue_put(&engine->unflushed, &early, SIZE_MAX, STATUS_INTERNAL);
    return first <= store_flushed(engine->store);
}

/* A server that steps down takes back what was executed: not while this compares numbers. */
static bool finish_flushed(struct engine *engine)
{
    if (role_is_single(&engine->role)) return finish_those_flushed(engine);
    pthread_mutex_lock(&engine->role.answering);
    bool is_left = finish_those_flushed(engine);
    pthread_mutex_unlock(&engine->role.answering);
    return is_left;
}

void flusher_refuse_unflushed(struct engine *engine)
{
    REQUIRE(!role_is_single(&engine->role));
    finish_those_flushed(engine);
    struct call_list calls = call_queue_take(&engine->unflushed, SIZE_MAX);
    role_refuse_all(engine, &calls);
}

static void fail_all(struct engine *engine, enum status err)
{
    REQUIRE(err != STATUS_OK);
    REQUIRE(err != STATUS_NOT_YET);
    struct call_list calls = call_queue_take(&engine->unflushed, SIZE_MAX);
    call_list_set_outcome(&calls, err);
    call_list_finish(&calls);
}

enum status flusher_flush(struct engine *engine)
{
    uint64_t before = store_flushed(engine->store);
    if (role_is_single(&engine->role)) {
        REQUIRE(before <= store_executed(engine->store));
        if (before == store_executed(engine->store)) return store_flush(engine->store);
    }
    int64_t begun_ns = engine_ticks_ns(engine);
    enum status err = store_flush(engine->store);
    if (err == STATUS_DEPOSED) role_note_deposed(engine);
    if (err == STATUS_OK && store_flushed(engine->store) > before)
        histogram_add_ns(&engine->stats.flush_us, begun_ns, engine_ticks_ns(engine));
    return err;
}

static void end_all(struct call_queue *queue, enum status err)
{
    struct call_list calls = call_queue_take(queue, SIZE_MAX);
    call_list_set_outcome(&calls, err);
    call_list_finish(&calls);
}

void engine_give_up(struct engine *engine)
{
    REQUIRE(atomic_load(&engine->draining));
    end_all(&engine->writes, STATUS_SHUTTING_DOWN);
    end_all(&engine->behind, STATUS_SHUTTING_DOWN);
    end_all(&engine->slow, STATUS_SHUTTING_DOWN);
    engine_watch(engine);
    end_all(&engine->behind, STATUS_SHUTTING_DOWN);
    end_all(&engine->unflushed, STATUS_STORAGE_FAILED);
}

/* The flush comes first, then the calls are taken: whoever puts one back after this looks himself
 * whether its write has been flushed meanwhile, so that none is left behind. */
enum status engine_flush(struct engine *engine)
{
    uint64_t before = store_flushed(engine->store);
    bool again;
    do {
        enum status err = flusher_flush(engine);
        if (err == STATUS_NOT_YET) {
            finish_flushed(engine);
            return err;
        }
        if (err == STATUS_DEPOSED) return STATUS_OK; /* the writer steps down, and refuses them */
        if (err != STATUS_OK) {
            fail_all(engine, err);
            return err;
        }
        again = finish_flushed(engine);
    } while (again);
    uint64_t after = store_flushed(engine->store);
    if (after > before && watchers_count(&engine->watchers) > 0)
        engine->world.wake(engine->world.context, ENGINE_WATCHER);
    return STATUS_OK;
}
