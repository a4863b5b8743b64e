#include "server/engine/engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/require.h"
#include "server/engine/inside.h"
#include "server/engine/intake.h"
#include "server/engine/sweep.h"
#include "server/engine/token.h"
#include "server/engine/watcher.h"
#include "store/records.h"

enum { CLOCK_READ_MS_MAX = 20 };

/* In this order: a thread that is held up between the two sees no jump. */
static struct clock_reading read_clocks(const struct engine *engine)
{
    void *context = engine->world.context;
    struct clock_reading reading;
    reading.system_ms = engine->world.clock_ms(context);
    reading.monotonic_ms = engine->world.monotonic_ms(context);
    return reading;
}

/* Both at one moment: who was held up between the two reads them again. */
static struct clock_reading read_clocks_together(const struct engine *engine)
{
    struct clock_reading reading;
    int64_t before_ms;
    do {
        before_ms = engine->world.monotonic_ms(engine->world.context);
        reading = read_clocks(engine);
    } while (reading.monotonic_ms - before_ms > CLOCK_READ_MS_MAX);
    return reading;
}

/* In this order, too. */
unix_ms engine_now_ms(struct engine *engine)
{
    if (!role_writes(&engine->role)) return role_logged_now_ms(engine);
    void *context = engine->world.context;
    struct clock_reading reading = {.system_ms = engine->world.clock_ms(context)};
    unix_ms now_ms;
    if (clock_glance(&engine->clock, reading.system_ms, &now_ms)) return now_ms;
    reading.monotonic_ms = engine->world.monotonic_ms(context);
    return clock_look(&engine->clock, reading).now_ms;
}

struct clock_view engine_clock(struct engine *engine)
{
    if (!role_writes(&engine->role))
        return (struct clock_view){.now_ms = role_logged_now_ms(engine)};
    return clock_look(&engine->clock, read_clocks(engine));
}

void engine_follow_clock(struct engine *engine)
{
    clock_follow(&engine->clock, read_clocks_together(engine));
}

struct clock_view engine_confirm_clock(struct engine *engine)
{
    return clock_confirm(&engine->clock, read_clocks_together(engine));
}

unix_ms engine_last_write_ms(const struct engine *engine)
{
    return engine->last_write_ms;
}

int64_t engine_ticks_ns(void *context)
{
    struct engine *engine = context;
    return engine->world.ticks_ns(engine->world.context);
}

unix_ms engine_report_now_ms(void *context)
{
    struct engine *engine = context;
    unix_ms now_ms = engine_now_ms(engine);
    REQUIRE(now_ms >= engine->started_at_ms);
    if (atomic_load(&engine->clock_reported_ms) < now_ms)
        atomic_store(&engine->clock_reported_ms, now_ms);
    return now_ms;
}

static bool has_number(const ProtobufCMessageDescriptor *request, const char *field_name)
{
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(request, field_name);
    return field != NULL && field->type == PROTOBUF_C_TYPE_UINT32;
}

/* What the parts look for in a request without asking whether it is there. */
static void check_fields(const struct method *method)
{
    const ProtobufCMessageDescriptor *request = method->request;
    uint32_t policy = method->policy;
    if ((policy & (TOKEN_KNOWN | TOKEN_ACTIVE)) != 0) REQUIRE(token_is_first_field(request));
    if (method->kind == METHOD_WAIT) REQUIRE(has_number(request, "wait_ms"));
    if ((policy & ANSWERS_PAGE) != 0) REQUIRE(has_number(request, "page_size"));
    if ((policy & ANSWERS_EVENTS) != 0) REQUIRE(has_number(request, "max"));
}

static void check_method(const struct method *method)
{
    bool is_admin = (method->policy & ADMIN_ONLY) != 0;
    uint32_t frame_bytes_max = is_admin ? ADMIN_FRAME_BYTES_MAX : REQUEST_FRAME_BYTES_MAX;
    REQUIRE(method->name != NULL);
    REQUIRE(method->request != NULL);
    REQUIRE(method->response != NULL);
    REQUIRE(method->handler != NULL);
    REQUIRE(strlen(method->name) <= METHOD_NAME_BYTES_MAX);
    REQUIRE(method->request_bytes_max >= 1);
    REQUIRE(method->request_bytes_max <= frame_bytes_max);
    if (method->kind != METHOD_SLOW) REQUIRE(method->is_read == (method->kind != METHOD_WRITE));
    if (method->kind == METHOD_SLOW) REQUIRE(is_admin);
    if ((method->policy & ANY_CLOCK) != 0) REQUIRE(method->kind == METHOD_WRITE);
    if ((method->policy & DRAWS_ENTROPY) != 0) REQUIRE(method->kind == METHOD_WRITE);
    check_fields(method);
}

static void check_methods(struct engine_methods methods)
{
    REQUIRE(methods.rows != NULL);
    REQUIRE(methods.count >= 1);
    for (size_t i = 0; i < methods.count; i++)
        check_method(&methods.rows[i]);
}

static void check_world(const struct engine_world *world)
{
    REQUIRE(world->clock_ms != NULL);
    REQUIRE(world->monotonic_ms != NULL);
    REQUIRE(world->ticks_ns != NULL);
    REQUIRE(world->entropy != NULL);
    REQUIRE(world->wake != NULL);
    REQUIRE(world->connections != NULL);
    REQUIRE(world->process != NULL);
    REQUIRE(world->clock_floor != NULL);
    REQUIRE(world->clock_jump_max_ms > 0);
    REQUIRE(world->sweep_holds_max >= 1);
    REQUIRE(world->sweep_holds_max <= SWEEP_HOLDS_MAX);
    REQUIRE(world->renew_ms_max <= RENEW_MS_MAX);
    REQUIRE(world->large_reads_max >= 1);
}

static enum status load_body(struct store_txn *txn, void *context)
{
    struct engine *engine = context;
    engine->last_write_ms = meta_get(txn).now_ms;
    engine->clock_saved_ms = engine->last_write_ms;
    engine->timer_due_ms = sweep_due(txn);
    engine->commit_due_ms = UNIX_MS_NEVER;
    return STATUS_OK;
}

struct noting {
    struct leases *leases;
    uint32_t concert_id; /* of the queue that was noted last; 0 after the last one */
};

static enum status note_next(struct store_txn *txn, void *context)
{
    struct noting *noting = context;
    struct queue queue;
    uint32_t after_id = noting->concert_id;
    noting->concert_id = queue_next_id(txn, after_id);
    REQUIRE(noting->concert_id == 0 || noting->concert_id > after_id);
    bool is_there = queue_get(txn, noting->concert_id, &queue);
    return is_there ? leases_note_start(noting->leases, &queue) : STATUS_OK;
}

/* Each in a snapshot of its own: one that is damaged is refused to those who ask for it, and no
 * reason not to start. */
static enum status note_starts(struct engine *engine)
{
    struct noting noting = {.leases = engine->leases};
    enum status err;
    do
        err = store_read(engine->store, note_next, &noting);
    while (noting.concert_id != 0 && (err == STATUS_OK || err == STATUS_STORE_DAMAGED));
    return err == STATUS_STORE_DAMAGED ? STATUS_OK : err;
}

enum status engine_renew_leases(struct engine *engine, unix_ms now_ms)
{
    REQUIRE(now_ms >= 0);
    leases_start_anew(engine->leases, now_ms);
    return note_starts(engine);
}

static void tell_ended(void *context, const struct rpc_call *call, enum status status)
{
    struct engine *engine = context;
    engine->world.ended(engine->world.context, call, status);
}

static uint32_t wait_ahead_ms(void *context)
{
    struct engine *engine = context;
    if (!writer_pace_is_known(&engine->writer_pace)) return 0;
    return writer_pace_wait_ms(&engine->writer_pace, call_queue_count(&engine->writes));
}

static enum status open_parts(struct engine *engine, struct engine_methods methods,
                              const struct rpc_transport *transport)
{
    enum status err = store_read(engine->store, load_body, engine);
    if (err != STATUS_OK) return err;
    clock_open(&engine->clock, read_clocks_together(engine), engine->last_write_ms,
               engine->world.clock_jump_max_ms, engine->world.clock_floor);
    err = role_open(engine);
    if (err != STATUS_OK) return err;
    engine->started_at_ms = engine_now_ms(engine);
    engine->clock_reported_ms = engine->clock_saved_ms;
    err = leases_open(engine->started_at_ms, &engine->leases);
    if (err == STATUS_OK) err = note_starts(engine);
    if (err == STATUS_OK) err = seat_maps_open(&engine->seat_maps);
    if (err != STATUS_OK) return err;
    engine->application = (struct rpc_application){
        .context = engine,
        .methods = methods.rows,
        .methods_count = methods.count,
        .now_ms = engine_report_now_ms,
        .ticks_ns = engine_ticks_ns,
        .start = intake_start,
        .go_on = intake_go_on,
        .records_asked = intake_records_asked,
        .wait_ahead_ms = wait_ahead_ms,
        .peer_gone = watcher_peer_gone,
        .ended = engine->world.ended == NULL ? NULL : tell_ended,
    };
    return rpc_dispatcher_open(&engine->application, transport, &engine->dispatcher);
}

enum status engine_open(struct store *store, const struct engine_world *world,
                        struct engine_methods methods, const struct rpc_transport *transport,
                        struct engine **ret_engine)
{
    REQUIRE(store != NULL);
    REQUIRE(transport != NULL);
    check_world(world);
    check_methods(methods);
    struct engine *engine = calloc(1, sizeof *engine);
    if (engine == NULL) return STATUS_OUT_OF_MEMORY;
    engine->store = store;
    engine->world = *world;
    engine_stats_init(&engine->stats);
    pthread_mutex_init(&engine->writes.lock, NULL);
    pthread_mutex_init(&engine->behind.lock, NULL);
    pthread_mutex_init(&engine->unflushed.lock, NULL);
    watchers_init(&engine->watchers);
    pthread_mutex_init(&engine->slow.lock, NULL);
    turns_init(&engine->turns, world->large_reads_max);
    enum status err = open_parts(engine, methods, transport);
    if (err != STATUS_OK) {
        engine_close(engine);
        return err;
    }
    *ret_engine = engine;
    return STATUS_OK;
}

void engine_close(struct engine *engine)
{
    if (engine == NULL) return;
    REQUIRE(call_queue_count(&engine->writes) == 0);
    REQUIRE(call_queue_count(&engine->behind) == 0);
    REQUIRE(call_queue_count(&engine->unflushed) == 0);
    REQUIRE(call_queue_count(&engine->slow) == 0);
    rpc_dispatcher_close(engine->dispatcher);
    leases_close(engine->leases);
    seat_maps_close(engine->seat_maps);
    pthread_mutex_destroy(&engine->writes.lock);
    pthread_mutex_destroy(&engine->behind.lock);
    pthread_mutex_destroy(&engine->unflushed.lock);
    watchers_deinit(&engine->watchers);
    pthread_mutex_destroy(&engine->slow.lock);
    turns_deinit(&engine->turns);
    role_close(engine);
    free(engine);
}

struct rpc_dispatcher *engine_dispatcher(struct engine *engine)
{
    return engine->dispatcher;
}

void engine_drain(struct engine *engine)
{
    rpc_dispatcher_drain(engine->dispatcher);
    atomic_store(&engine->draining, true);
    engine->world.wake(engine->world.context, ENGINE_WATCHER);
}

struct engine_gauges engine_gauges(struct engine *engine)
{
    const struct memory_budget *memory = engine->world.memory;
    size_t writer_waiting = call_queue_count(&engine->writes);
    size_t long_polls_waiting = watchers_count(&engine->watchers);
    REQUIRE(writer_waiting <= WRITER_QUEUE_MAX);
    REQUIRE(long_polls_waiting <= WATCHERS_MAX);
    return (struct engine_gauges){
        .started_at_ms = engine->started_at_ms,
        .batches = atomic_load(&engine->batches),
        .commands = atomic_load(&engine->commands),
        .writer_waiting = (uint32_t)writer_waiting,
        .connections = engine->world.connections(engine->world.context),
        .long_polls_waiting = (uint32_t)long_polls_waiting,
        .memory_budget_bytes = memory == NULL ? 0 : memory->bytes_max,
        .memory_used_bytes = memory == NULL ? 0 : memory_budget_used(memory),
        .overload = rpc_dispatcher_overload(engine->dispatcher),
        .process = engine->world.process(engine->world.context),
    };
}

const struct engine_stats *engine_stats(const struct engine *engine)
{
    return &engine->stats;
}

struct role *engine_role(struct engine *engine)
{
    return &engine->role;
}

struct store *engine_store(const struct engine *engine)
{
    return engine->store;
}
