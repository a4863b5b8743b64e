/* writer.c -- Executes batches, and commits each at once while there are reads. */
#include "base/planted.h"
#include "base/require.h"
#include "server/engine/call.h"
#include "server/engine/execute.h"
#include "server/engine/flusher.h"
#include "server/engine/inside.h"
#include "server/engine/outage.h"
#include "server/engine/reader.h"
#include "server/engine/sweep.h"

/* After a refusal for want of room or for damage the timers are tried again so much later. */
enum { REFUSED_RETRY_MS = 1000 };

/* While callers are given the time, it is saved so often: it must not run backwards over a restart.
 */
enum { CLOCK_SAVE_MS = 1000 };

/* Without reads, batches are gathered for so long before they are committed together. While so many
 * commands wait, the commit does not wait for the flush. */
enum { COMMIT_MS_MAX = 20, MANY_COMMANDS = 64 };

_Static_assert((int)COMMIT_MS_MAX < (int)CLOCK_SAVE_MS,
               "a time that is saved is committed before the next");

_Static_assert(MANY_COMMANDS <= (int)WRITER_BATCH_MAX, "many are not more than a batch takes");
_Static_assert(WRITER_BATCH_MAX <= WRITER_QUEUE_MAX, "a full batch can wait");

/* Commands of a batch, from one look at the clock to the next. */
enum { LOOK_EVERY = 16, NS_PER_MS = 1000000 };

_Static_assert((int)LOOK_EVERY <= (int)WRITER_BATCH_MAX, "a full batch looks at the clock");

struct writing {
    struct engine *engine;
    struct call_list *calls;
    unix_ms now_ms;
    int64_t began_ms; /* of the monotonic clock */
    bool clock_has_jumped;
    unix_ms timer_due_ms; /* set if the body was run */
    bool changed;
    bool wants_beat; /* an entry is due, whether anything changes or not */
    bool is_beat;    /* nothing did */
    int64_t begun_ns;
    unix_ms executed_ms; /* 0: nothing changed */
};

static bool clock_needs_saving(const struct engine *engine)
{
    return atomic_load(&engine->clock_reported_ms) >=
           atomic_load(&engine->clock_saved_ms) + CLOCK_SAVE_MS;
}

static int64_t monotonic_ms(const struct engine *engine)
{
    return engine->world.monotonic_ms(engine->world.context);
}

/* A batch may take long: nobody waits any more for a command whose time is up before its turn. */
static enum status execute_in_time(const struct writing *writing, struct batch *batch,
                                   struct rpc_call *rpc, int64_t passed_ms)
{
    rpc->begun_ms = batch->now_ms + passed_ms;
    if (rpc->deadline_ms <= rpc->begun_ms) return STATUS_DEADLINE_EXCEEDED;
    return execute_call(writing->engine, batch->txn, batch->now_ms, batch, rpc);
}

static enum status write_body(struct store_txn *txn, void *context)
{
    struct writing *writing = context;
    struct engine *engine = writing->engine;
    struct batch batch;
    size_t i = 0;
    size_t drawn = 0;

    batch_begin(&batch, txn, writing->now_ms, engine->leases);
    REQUIRE(batch.now_ms >= writing->now_ms);
    batch.clock_has_jumped = writing->clock_has_jumped;
    batch.event_stats = &engine->stats.events;
    event_stats_begin(batch.event_stats);
    batch.changed = clock_needs_saving(engine);
    sweep_run(&batch, engine->world.sweep_holds_max);
    int64_t passed_ms = 0;
    for (struct rpc_call *rpc = writing->calls->first; rpc != NULL; rpc = rpc->next) {
        if (i % LOOK_EVERY == LOOK_EVERY - 1) passed_ms = monotonic_ms(engine) - writing->began_ms;
        bool draws = (rpc->method->policy & DRAWS_ENTROPY) != 0;
        batch.entropy = draws ? engine->entropy[drawn++] : NULL;
        i++;
        rpc->outcome = execute_in_time(writing, &batch, rpc, passed_ms);
    }
    REQUIRE(i == writing->calls->count);
    if (writing->wants_beat && !batch.changed) {
        store_txn_set_kind(txn, LOG_BEAT);
        batch.changed = writing->is_beat = true;
    }
    if (batch.changed) batch_end(&batch);
    writing->timer_due_ms = sweep_due(txn);
    writing->changed = batch.changed;
    writing->now_ms = batch.now_ms;
    return batch.changed ? STATUS_OK : STATUS_NOT_YET; /* nothing to commit: no flush */
}

static void note_commit(struct engine *engine, struct writing *writing)
{
    atomic_store(&engine->timer_due_ms, writing->timer_due_ms);
    if (!writing->changed) return;
    REQUIRE(writing->now_ms >= atomic_load(&engine->clock_saved_ms));
    role_note_staged(engine, writing->is_beat);
    atomic_store(&engine->clock_saved_ms, writing->now_ms);
    atomic_fetch_add(&engine->batches, 1);
    atomic_fetch_add(&engine->commands, writing->calls->count);
    int64_t ended_ns = engine_ticks_ns(engine);
    histogram_add(&engine->stats.batch_commands, writing->calls->count, 1);
    histogram_add_ns(&engine->stats.batch_us, writing->begun_ns, ended_ns);
    writing->executed_ms = writing->now_ms + (ended_ns - writing->begun_ns) / NS_PER_MS;
    event_stats_count(&engine->stats.events);
}

static bool has_uncommitted(const struct engine *engine)
{
    return store_executed(engine->store) > store_committed(engine->store);
}

static bool must_commit(struct engine *engine, unix_ms now_ms)
{
    if (!has_uncommitted(engine)) return false;
    return store_wants_commit(engine->store) || atomic_load(&engine->was_read) ||
           atomic_load(&engine->draining) || atomic_load(&engine->commit_due_ms) <= now_ms ||
           watchers_count(&engine->watchers) > 0 || call_queue_count(&engine->slow) > 0;
}

static void wake_those_who_wait(struct engine *engine)
{
    if (watchers_count(&engine->watchers) > 0)
        engine->world.wake(engine->world.context, ENGINE_WATCHER);
    if (call_queue_count(&engine->slow) > 0) engine->world.wake(engine->world.context, ENGINE_SLOW);
}

static void serve_behind(struct engine *engine)
{
    if (!role_is_single(&engine->role)) {
        role_serve_behind(engine);
        return;
    }
    struct call_list behind = call_queue_take(&engine->behind, SIZE_MAX);
    if (behind.count > 0) reader_serve(engine, &behind, engine_report_now_ms(engine));
}

/* Reads that waited for this are served here: others of their frame may be writes, with which they
 * share an arena. There are few of them, for from then on each batch is committed at once. */
enum status engine_commit(struct engine *engine)
{
    int64_t begun_ns = engine_ticks_ns(engine);
    enum status err = store_commit(engine->store);
    if (err != STATUS_OK) return err;
    histogram_add_ns(&engine->stats.commit_us, begun_ns, engine_ticks_ns(engine));
    REQUIRE(!has_uncommitted(engine));
    atomic_store(&engine->commit_due_ms, UNIX_MS_NEVER);
    atomic_store(&engine->was_read, false);
    serve_behind(engine);
    wake_those_who_wait(engine);
    return STATUS_OK;
}

/* The store has committed by itself: much had gathered, or a write failed. */
static void note_committed(struct engine *engine)
{
    REQUIRE(!has_uncommitted(engine));
    atomic_store(&engine->commit_due_ms, UNIX_MS_NEVER);
    wake_those_who_wait(engine);
}

/* A read that sees what is not on disk yet is answered after the flush. So the flush comes first,
 * unless that would keep many. */
static enum status commit_now(struct engine *engine)
{
    enum status err = STATUS_OK;
    if (PLANTED(12)) return engine_commit(engine);
    bool is_logged = !role_is_single(&engine->role); /* readers see what was acknowledged */
    if (is_logged || call_queue_count(&engine->writes) < MANY_COMMANDS) err = flusher_flush(engine);
    return err == STATUS_OK ? engine_commit(engine) : err;
}

/* The log may take its time: then it is tried again before anything else is executed. */
static enum status commit_in_time(struct engine *engine, unix_ms now_ms)
{
    if (must_commit(engine, now_ms)) {
        enum status err = commit_now(engine);
        if (err == STATUS_NOT_YET) atomic_store(&engine->commit_due_ms, now_ms);
        return err == STATUS_NOT_YET || err == STATUS_DEPOSED ? STATUS_OK : err;
    }
    if (!has_uncommitted(engine))
        note_committed(engine);
    else if (atomic_load(&engine->commit_due_ms) == UNIX_MS_NEVER)
        atomic_store(&engine->commit_due_ms, now_ms + COMMIT_MS_MAX);
    return STATUS_OK;
}

/* In the order in which they are read: each only grows, and none beyond the next. */
static void check_order(const struct engine *engine)
{
    uint64_t acknowledged = atomic_load(&engine->acknowledged);
    uint64_t flushed = store_flushed(engine->store);
    uint64_t executed = store_executed(engine->store);
    REQUIRE(acknowledged <= flushed);
    REQUIRE(flushed <= executed);
    REQUIRE(store_committed(engine->store) <= executed);
}

/* Answers of commands that changed nothing, too, depend on the writes before them. If no command
 * waits for the next batch, a flush here is quicker than waking the flusher. */
static enum status answer(struct engine *engine, struct call_list *calls, unix_ms executed_ms)
{
    check_order(engine);
    uint64_t executed = store_executed(engine->store);
    struct rpc_place place = role_place_of(engine, executed);
    for (struct rpc_call *rpc = calls->first; rpc != NULL; rpc = rpc->next) {
        rpc->saw_write = executed;
        rpc->executed_ms = executed_ms;
        rpc->place = place;
    }
    call_queue_put(&engine->unflushed, calls, SIZE_MAX, STATUS_INTERNAL);
    if (store_wants_checkpoint(engine->store))
        engine->world.wake(engine->world.context, ENGINE_CHECKPOINTER);
    if (call_queue_count(&engine->writes) == 0) {
        enum status err = engine_flush(engine);
        if (err != STATUS_NOT_YET) return err;
    }
    engine->world.wake(engine->world.context, ENGINE_FLUSHER); /* calls it put back wait for this */
    return STATUS_OK;
}

/* Reads may have seen the number of a write that found no room: they wait for its flush. */
static void refuse_batch(struct engine *engine, struct call_list *calls, unix_ms now_ms,
                         enum status err)
{
    REQUIRE(err != STATUS_OK);
    REQUIRE(err != STATUS_NOT_YET);
    atomic_store(&engine->timer_due_ms, now_ms + REFUSED_RETRY_MS);
    call_list_set_outcome(calls, err);
    call_list_finish(calls);
    if (!has_uncommitted(engine)) note_committed(engine);
    engine->world.wake(engine->world.context, ENGINE_FLUSHER);
}

static enum status write_batch(struct engine *engine, struct call_list *calls,
                               struct clock_view clock);

/* What one command met has failed the batch: each has one of its own. */
static enum status write_each(struct engine *engine, struct call_list *calls,
                              struct clock_view clock)
{
    struct rpc_call *rpc;
    enum status err = STATUS_OK;
    REQUIRE(calls->count > 1);
    while ((rpc = call_list_take(calls)) != NULL) {
        struct call_list alone = {0};
        call_list_add(&alone, rpc);
        enum status one_err = write_batch(engine, &alone, clock);
        if (one_err != STATUS_OK) err = one_err;
    }
    return err;
}

/* For those that use it: many batches have none. */
static void draw_entropy(struct engine *engine, const struct call_list *calls)
{
    size_t draws = 0;
    for (const struct rpc_call *rpc = calls->first; rpc != NULL; rpc = rpc->next)
        draws += (rpc->method->policy & DRAWS_ENTROPY) != 0;
    REQUIRE(draws <= WRITER_BATCH_MAX);
    if (draws > 0)
        engine->world.entropy(engine->world.context, engine->entropy[0],
                              draws * QUEUE_SECRET_BYTES);
}

static enum status write_batch(struct engine *engine, struct call_list *calls,
                               struct clock_view clock)
{
    unix_ms now_ms = clock.now_ms;
    REQUIRE(calls->count <= WRITER_BATCH_MAX);
    draw_entropy(engine, calls);
    struct writing writing = {.engine = engine,
                              .calls = calls,
                              .now_ms = now_ms,
                              .began_ms = engine->writer_pace.began_ms,
                              .clock_has_jumped = clock.jumped_ms > 0,
                              .wants_beat = role_wants_beat(engine),
                              .begun_ns = engine_ticks_ns(engine)};
    enum status err = store_execute(engine->store, write_body, &writing);
    if (err == STATUS_NOT_YET) err = STATUS_OK;
    if (err == STATUS_NOT_LEADER || err == STATUS_DEPOSED) {
        role_refuse_all(engine, calls);
        return STATUS_OK;
    }
    if (err == STATUS_STORE_DAMAGED && calls->count > 1) return write_each(engine, calls, clock);
    if (err != STATUS_OK) {
        refuse_batch(engine, calls, now_ms, err);
        return err == STATUS_STORE_DAMAGED ? STATUS_OK : err; /* others can be served */
    }
    note_commit(engine, &writing);
    err = commit_in_time(engine, now_ms);
    return err == STATUS_OK ? answer(engine, calls, writing.executed_ms) : err;
}

static unix_ms timers_due(const struct engine *engine)
{
    unix_ms due_ms = atomic_load(&engine->timer_due_ms);
    unix_ms save_ms = atomic_load(&engine->clock_saved_ms) + CLOCK_SAVE_MS;
    return clock_needs_saving(engine) && save_ms < due_ms ? save_ms : due_ms;
}

/* Only what was executed tells how long others will wait. */
static enum status write_measured(struct engine *engine, struct call_list *calls,
                                  struct clock_view clock)
{
    struct writer_pace *pace = &engine->writer_pace;
    writer_pace_begin(pace, calls->count, monotonic_ms(engine));
    enum status err = write_batch(engine, calls, clock);
    if (err == STATUS_OK)
        writer_pace_learn(pace, monotonic_ms(engine));
    else
        writer_pace_forget(pace);
    return err;
}

/* With a log, what is to be committed waits for it, and nothing else is executed before. */
static enum status commit_first(struct engine *engine)
{
    if (role_is_single(&engine->role))
        return call_queue_count(&engine->behind) > 0 ? engine_commit(engine) : STATUS_OK;
    bool must = must_commit(engine, engine_now_ms(engine)) || reader_is_behind(engine);
    enum status err = must ? commit_now(engine) : STATUS_OK;
    role_serve_behind(engine);
    return err;
}

static bool has_errand(const struct engine *engine)
{
    return atomic_load_explicit(&engine->role.has_errand, memory_order_relaxed);
}

/* The time is read when the calls are there: none is executed as if it had come earlier. */
enum status engine_write(struct engine *engine)
{
    if (!role_writes(&engine->role)) return role_step(engine);
    enum status first = commit_first(engine);
    if (first == STATUS_NOT_YET || first == STATUS_DEPOSED) return STATUS_OK;
    if (first != STATUS_OK) return first;
    struct call_list calls = call_queue_take(&engine->writes, WRITER_BATCH_MAX);
    struct clock_view clock = engine_clock(engine);
    bool is_outage_over = outage_is_over(engine, clock.now_ms);
    if (is_outage_over || has_errand(engine)) {
        call_queue_return(&engine->writes, &calls);
        return is_outage_over ? outage_append(engine, clock.now_ms)
                              : role_run_errand(engine, clock.now_ms);
    }
    if (calls.count > 0 || timers_due(engine) <= clock.now_ms || role_wants_beat(engine)) {
        enum status err = write_measured(engine, &calls, clock);
        REQUIRE(err != STATUS_OK || calls.count == 0);
        return err;
    }
    return must_commit(engine, clock.now_ms) && role_is_single(&engine->role)
               ? engine_commit(engine)
               : STATUS_OK;
}

unix_ms engine_write_due(struct engine *engine)
{
    bool is_single = role_is_single(&engine->role);
    if (!role_writes(&engine->role)) return role_due(engine);
    if (call_queue_count(&engine->writes) > 0) return 0;
    if (is_single && call_queue_count(&engine->behind) > 0) return 0;
    unix_ms due_ms = timers_due(engine);
    unix_ms role_ms = role_due(engine);
    if (role_ms < due_ms) due_ms = role_ms;
    unix_ms commit_ms =
        has_uncommitted(engine) ? atomic_load(&engine->commit_due_ms) : UNIX_MS_NEVER;
    return commit_ms < due_ms ? commit_ms : due_ms;
}
