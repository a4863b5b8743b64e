#include "server/daemon.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/require.h"
#include "server/call_log.h"
#include "server/daemon_inside.h"
#include "server/engine/engine.h"
#include "server/engine/hashes.h"
#include "server/method_table.h"
#include "server/process_use.h"
#include "server/reload.h"
#include "server/signals.h"
#include "server/spare_memory.h"
#include "server/store_fault.h"
#include "server/system.h"
#include "service/log.h"
#include "store/store.h"

enum { ROOM_BYTES = 64 << 20, JOURNAL_BYTES = 64 << 20, READERS_MAX = 126 };

/* What was accepted has so long to finish when the server stops. */
enum { DRAIN_MS_MAX = 10 * 1000, DRAIN_LOOK_MS = 5, CLOSE_SECONDS_MAX = 5 };

/* A thread that waits for the log comes round so often. */
enum { LOG_PATIENCE_MS = 200 };

/* Between two lines of an upgrade the supervisor waits no longer. */
enum { UPGRADE_PATIENCE_USEC = 60 * 1000 * 1000 };

/* How often main looks whether connections read their replies. */
enum { LOOK_NS = LOOK_MS * NS_PER_MS, LOOKS_PER_SECOND = MS_PER_SECOND / LOOK_MS };

/* --- the world that the engine sees ------------------------------------------------------------
 */

static void wake(void *context, enum engine_part part)
{
    struct daemon *daemon = context;
    wakeup_send(&daemon->wakeups[part]);
}

static struct engine_connections connections(void *context)
{
    struct daemon *daemon = context;
    struct listener_connections now = sockets_connections(&daemon->sockets);
    return (struct engine_connections){
        .open = now.open,
        .closing = now.closing,
        .are_late = atomic_load(&daemon->closing) != CLOSING_WELL,
        .closed_unread = now.closed_unread,
    };
}

static int64_t ticks_ns(void *context)
{
    (void)context;
    return system_ticks_ns();
}

/* Long polls wait on purpose. */
static bool may_be_slow(const struct daemon *daemon, const struct rpc_call *call)
{
    return call->method->kind != METHOD_WAIT &&
           atomic_load_explicit(&daemon->slow_call_ms, memory_order_relaxed) > 0;
}

static void note_call(void *context, const struct rpc_call *call, enum status status)
{
    struct daemon *daemon = context;
    bool has_failed = status != STATUS_OK && call_log_is_failure(status);
    call_log_act(call, status);
    if (!has_failed && !may_be_slow(daemon, call)) return;
    struct call_times times = call_times_of(call, engine_now_ms(daemon->engine));
    if (has_failed)
        call_log_failed(call, status, times);
    else if (times.took_ms >= atomic_load_explicit(&daemon->slow_call_ms, memory_order_relaxed))
        call_log_slow(call, status, times);
}

/* --- life ----------------------------------------------------------------------------------------
 */

/* An upgrade takes as long as the store is large: who started the server is asked for patience. */
static void log_upgrading(void *context, const struct store_upgrading *progress)
{
    struct daemon *daemon = context;
    char text[UPGRADE_LOG_BYTES];
    if (!upgrade_log_next(&daemon->upgrade_log, progress, system_monotonic_ms(NULL), text)) return;
    log_line("%s", text);
    supervisor_tell(&daemon->supervisor, "EXTEND_TIMEOUT_USEC=%d\nSTATUS=%s", UPGRADE_PATIENCE_USEC,
                    text);
}

static bool open_store(struct daemon *daemon, const struct options *options)
{
    daemon->upgrade_log = upgrade_log_begin(system_monotonic_ms(NULL));
    char problem[STORE_PROBLEM_BYTES];
    struct store_options store_options = {
        .watch = &store_fault_watch,
        .path = options->data,
        .map_bytes = options->map_bytes,
        .room_bytes = ROOM_BYTES,
        .journal_bytes = JOURNAL_BYTES,
        .readers_max = READERS_MAX,
        .upgrading = log_upgrading,
        .upgrading_context = daemon,
        .log = daemon->cluster.log,
        .patience_ms = LOG_PATIENCE_MS,
        .shop = daemon->cluster.log == NULL ? NULL : &daemon->cluster.shop,
        .leaves_shop = options->leaves_shop,
    };
    int64_t begun_ns = system_ticks_ns();
    store_fault_begin(options->data);
    if (store_open(&store_options, problem, &daemon->store) != STATUS_OK) {
        log_error("can't open the store: %s", problem);
        return false;
    }
    if (!cluster_goes_on(&daemon->cluster, options, store_place(daemon->store))) return false;
    if (store_is_new(daemon->store)) log_line("made a new store in %s", options->data);
    log_line("journal: %" PRIu64 " records done again in %" PRId64 " ms",
             store_redone_records(daemon->store), (system_ticks_ns() - begun_ns) / NS_PER_MS);
    if (store_upgraded_from(daemon->store) != 0)
        log_line("brought the store from format %u to %u", store_upgraded_from(daemon->store),
                 (unsigned)STORE_FORMAT_VERSION);
    lasting_word_open(&daemon->clock_floor, options->data);
    return true;
}

static void log_clock(struct daemon *daemon)
{
    char text[CLOCK_LOG_BYTES];
    if (clock_log_next(&daemon->clock_log, engine_clock(daemon->engine), text))
        log_warning("%s", text);
}

/* Nobody can tell a clock that was set from a server that was stopped for long. */
static void log_gap(struct daemon *daemon, int64_t jump_max_ms)
{
    unix_ms last_ms = engine_last_write_ms(daemon->engine);
    int64_t gap_ms = engine_now_ms(daemon->engine) - last_ms;
    if (last_ms > 0 && gap_ms > jump_max_ms)
        log_warning(
            "the system clock is %lld s ahead of the last write; taken as right, as the server "
            "may have been stopped for so long",
            (long long)(gap_ms / MS_PER_SECOND));
    log_clock(daemon);
}

static bool open_engine(struct daemon *daemon, const struct options *options)
{
    struct engine_world world = {
        .context = daemon,
        .clock_ms = system_clock_ms,
        .monotonic_ms = system_monotonic_ms,
        .ticks_ns = ticks_ns,
        .entropy = system_entropy,
        .wake = wake,
        .connections = connections,
        .process = process_use,
        .clock_floor = daemon->clock_floor.at,
        .clock_jump_max_ms = (int64_t)options->clock_jump_max_seconds * MS_PER_SECOND,
        .sweep_holds_max = SWEEP_HOLDS_MAX,
        .renew_ms_max = RENEW_MS_MAX,
        .large_reads_max = sockets_large_reads_max(),
        .memory = &daemon->memory,
        .ended = note_call,
        .log = daemon->cluster.log,
        .self = &daemon->cluster.self,
        .boot_ns = cluster_boot_ns,
        .follows_only = options->follows_only == 2,
        .holds_wait = options->holds_wait != 1,
        .hash_every_ms = HASH_EVERY_MS,
        .log_keep_ms = (int64_t)(options->log_keep_seconds - 1) * MS_PER_SECOND,
    };
    struct engine_methods methods = {method_table, method_table_count};
    enum status err =
        engine_open(daemon->store, &world, methods, &listener_transport, &daemon->engine);
    if (err != STATUS_OK) log_error("can't start: %s", status_english(err));
    if (err == STATUS_OK) log_gap(daemon, world.clock_jump_max_ms);
    return err == STATUS_OK;
}

static void set_log(struct daemon *daemon)
{
    const struct options *options = &daemon->options;
    log_set((enum log_level)(options->log_level - 1), (enum log_format)(options->log_format - 1));
    atomic_store(&daemon->slow_call_ms, (int64_t)options->slow_call_ms);
    atomic_store(&daemon->slow_flush_ms, (int64_t)options->slow_flush_ms);
}

/* The store is locked before anything is listened on: a second server never disturbs the first. */
struct daemon *daemon_start(const struct options *options)
{
    struct daemon *daemon = calloc(1, sizeof *daemon);
    REQUIRE(daemon != NULL);
    daemon->options = *options;
    set_log(daemon);
    supervisor_open(&daemon->supervisor);
    sockets_init(&daemon->sockets);
    spare_memory_init();
    memory_budget_init(&daemon->memory, options->memory_bytes);
    for (size_t i = 0; i < ENGINE_PARTS; i++)
        wakeup_init(&daemon->wakeups[i]);
    bool is_ready = cluster_open(&daemon->options, &daemon->cluster) &&
                    open_store(daemon, options) && open_engine(daemon, options) &&
                    daemon_threads_start(daemon);
    spare_memory_note_start();
    if (is_ready && sockets_open(options, engine_dispatcher(daemon->engine), &daemon->memory,
                                 system_monotonic_ms(NULL), &daemon->sockets) == STATUS_OK) {
        log_line("serving from %s", options->data);
        supervisor_tell(&daemon->supervisor, "READY=1\nSTATUS=Serving from %s", options->data);
        return daemon;
    }
    daemon_stop(daemon);
    return NULL;
}

/* Nng's part of a listener can fail for good: then health says so for a while, and the process ends
 * to be started again. */
static enum closing watch_closing(struct daemon *daemon)
{
    struct listener_connections now = sockets_connections(&daemon->sockets);
    enum closing closing =
        closing_watch_look(&daemon->closing_watch, now.closing + now.probing, now.freed);
    enum closing before = atomic_exchange(&daemon->closing, closing);
    if (closing == CLOSING_LATE && before == CLOSING_WELL)
        log_warning(
            "connections that were closed are not freed (%zu of %zu): not serving; if none is "
            "in %d seconds, the server ends",
            now.closing, now.open, CLOSING_LOOKS_STUCK - CLOSING_LOOKS_LATE);
    if (closing == CLOSING_WELL && before != CLOSING_WELL)
        log_line("connections are freed again: serving");
    return closing;
}

/* Each kind of record once: retries would fill the log. */
static void tell_damage(struct daemon *daemon)
{
    for (unsigned i = 0; i < STORE_TREES; i++) {
        const char *tree = store_damaged_tree(daemon->store, i);
        if (tree == NULL || daemon->is_logged[i]) continue;
        daemon->is_logged[i] = true;
        log_error("the store is damaged: a record or page of its tree %s can't be read; calls that "
                  "need it are refused with STORE_DAMAGED, health is DAMAGED; `onsale admin check` "
                  "names what it finds",
                  tree);
    }
}

static void note_closed_unread(struct daemon *daemon)
{
    uint64_t closed = sockets_connections(&daemon->sockets).closed_unread;
    if (closed > daemon->closed_unread)
        log_warning("closed %llu connections that did not read their replies",
                    (unsigned long long)(closed - daemon->closed_unread));
    daemon->closed_unread = closed;
}

/* @return Whether the server can go on. */
static bool look_after(struct daemon *daemon, unsigned second)
{
    log_tick();
    engine_follow_clock(daemon->engine);
    log_clock(daemon);
    sockets_reap(&daemon->sockets, system_monotonic_ms(NULL));
    note_closed_unread(daemon);
    size_t kept_bytes = rpc_dispatcher_trim(engine_dispatcher(daemon->engine));
    spare_memory_give_back(memory_budget_used(&daemon->memory) + kept_bytes);
    if (second % 60 == 0) store_clear_stale_readers(daemon->store);
    tell_damage(daemon);
    bool takes_steps = daemon_threads_watch(daemon);
    enum closing closing = watch_closing(daemon);
    if (takes_steps && closing == CLOSING_WELL) supervisor_feed_watchdog(&daemon->supervisor);
    return closing != CLOSING_STUCK;
}

static void reload_options(struct daemon *daemon)
{
    supervisor_tell_reloading(&daemon->supervisor, system_ticks_ns());
    if (reload(&daemon->options)) {
        sockets_set_limits(&daemon->sockets, &daemon->options);
        set_log(daemon);
    }
    supervisor_tell(&daemon->supervisor, "READY=1");
}

bool daemon_run(struct daemon *daemon)
{
    bool goes_on = true;
    int caught = 0;
    int64_t next_ns = system_ticks_ns() + LOOK_NS;
    for (unsigned look = 1; goes_on && caught != SIGTERM && caught != SIGINT;) {
        caught = signals_wait(next_ns);
        if (caught == SIGHUP) reload_options(daemon);
        if (caught >= 0) continue;
        if (look % LOOKS_PER_SECOND == 0)
            goes_on = look_after(daemon, look / LOOKS_PER_SECOND);
        else
            sockets_look(&daemon->sockets, system_monotonic_ms(NULL));
        look++;
        next_ns = system_ticks_ns() + LOOK_NS;
    }
    log_line(goes_on ? "stopping: finishing what was accepted, refusing the rest"
                     : "ending, to be started again: connections are not freed any more");
    supervisor_tell(&daemon->supervisor, "STOPPING=1\nSTATUS=Finishing what was accepted");
    return goes_on;
}

static void finish_frames(struct daemon *daemon)
{
    struct rpc_dispatcher *dispatcher = engine_dispatcher(daemon->engine);
    engine_drain(daemon->engine);
    for (int waited_ms = 0; waited_ms < DRAIN_MS_MAX; waited_ms += DRAIN_LOOK_MS) {
        if (rpc_dispatcher_frames_in_flight(dispatcher) == 0) return;
        nanosleep(&(struct timespec){.tv_nsec = DRAIN_LOOK_MS * 1000000}, NULL);
    }
    log_warning("%zu frames were not finished in time",
                rpc_dispatcher_frames_in_flight(dispatcher));
}

/* nng 1.5 hangs now and then when it closes a connection in the middle of a message. By then all is
 * answered and on disk, so that there is nothing to lose. */
static void *end_if_closing_hangs(void *context)
{
    (void)context;
    nanosleep(&(struct timespec){.tv_sec = CLOSE_SECONDS_MAX}, NULL);
    log_line("stopped; some connections did not close in time");
    _exit(EXIT_SUCCESS);
}

/* If nng does not free connections, it would wait for them forever here. */
static void close_sockets(struct daemon *daemon)
{
    if (atomic_load(&daemon->closing) == CLOSING_STUCK) {
        log_line("stopped; the sockets are left to the kernel");
        _exit(EXIT_FAILURE);
    }
    pthread_t watchdog;
    if (pthread_create(&watchdog, NULL, end_if_closing_hangs, NULL) == 0) pthread_detach(watchdog);
    sockets_close(&daemon->sockets);
    listener_library_end();
}

/* The store is closed before the sockets: once drained, the dispatcher needs no store to refuse. */
void daemon_stop(struct daemon *daemon)
{
    if (daemon == NULL) return;
    if (daemon->sockets.count > 0) finish_frames(daemon);
    daemon_threads_stop(daemon);
    if (daemon->cluster.log != NULL && daemon->engine != NULL) {
        engine_drain(daemon->engine);
        engine_give_up(daemon->engine);
    }
    store_close(daemon->store);
    if (daemon->sockets.count > 0) close_sockets(daemon);
    engine_close(daemon->engine);
    cluster_close(&daemon->cluster);
    lasting_word_close(&daemon->clock_floor);
    sockets_deinit(&daemon->sockets);
    supervisor_close(&daemon->supervisor);
    for (size_t i = 0; i < ENGINE_PARTS; i++)
        wakeup_deinit(&daemon->wakeups[i]);
    free(daemon);
    log_line("stopped");
}
