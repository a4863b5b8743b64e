#include <inttypes.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "server/daemon_inside.h"
#include "server/engine/role.h"
#include "server/pace.h"
#include "server/system.h"
#include "service/log.h"

/* Nobody sleeps longer, so that a clock that was set is noticed. */
enum { SLEEP_MS_MAX = 1000 };

/* Long polls are looked at again no more often than this, however many commits there are. */
enum { WATCH_PAUSE_MS = 5 };

static void note_flush(struct daemon *daemon, const char *what, int64_t begun_ns)
{
    int64_t slow_ms = atomic_load_explicit(&daemon->slow_flush_ms, memory_order_relaxed);
    int64_t took_ms = (system_ticks_ns() - begun_ns) / NS_PER_MS;
    if (slow_ms > 0 && took_ms >= slow_ms)
        log_warning("slow: %s took %" PRId64 " ms", what, took_ms);
}

static void take_step(struct daemon *daemon, enum engine_part part)
{
    atomic_fetch_add_explicit(&daemon->steps[part], 1, memory_order_relaxed);
}

static int64_t time_until(struct daemon *daemon, unix_ms moment_ms)
{
    unix_ms now_ms = engine_now_ms(daemon->engine);
    if (moment_ms <= now_ms) return 0;
    return moment_ms - now_ms < SLEEP_MS_MAX ? moment_ms - now_ms : SLEEP_MS_MAX;
}

static void note_room(enum status err, bool *is_full)
{
    if (err == STATUS_STORAGE_FULL && !*is_full)
        log_warning(
            "no room left for the store: writes are refused, reads go on; free disk space, or "
            "restart with a larger --map-size");
    if (err == STATUS_OK && *is_full) log_line("there is room again: writes are served");
    *is_full = err == STATUS_STORAGE_FULL;
}

/* What is on disk is whole; the next start brings it back. */
static void stop_at_failure(enum status err)
{
    if (err == STATUS_OK) return;
    log_error("stopped at once: %s", status_english(err));
    _exit(EXIT_FAILURE);
}

static void tell_difference(struct daemon *daemon)
{
    const struct role *role = engine_role(daemon->engine);
    if (!role_is_stopped(role) || daemon->told_difference) return;
    daemon->told_difference = true;
    log_error("the records in %s are not those that the leader had at entry %" PRIu64
              " of the log: nothing is answered any more. Keep the folder to be looked at, and "
              "begin with a snapshot of another server",
              daemon->options.data, atomic_load(&role->hashes.differs_at));
}

static void tell_role(struct daemon *daemon)
{
    static const char *const said[] = {
        [ROLE_SINGLE] = "serves alone",    [ROLE_FOLLOWER] = "follows",
        [ROLE_TAKING_OVER] = "takes over", [ROLE_LEADER] = "leads",
        [ROLE_DEPOSED] = "was deposed",
    };
    enum engine_role role = role_now(engine_role(daemon->engine));
    tell_difference(daemon);
    if (daemon->cluster.log == NULL || (int)role == daemon->told_role) return;
    daemon->told_role = (int)role;
    struct log_place place = store_place(daemon->store);
    log_line("%s %s: epoch %" PRIu64 ", at %" PRIu64 " of the log", daemon->options.node,
             said[role], place.epoch, place.index);
}

/* What the log does not acknowledge now, the next start may find in it or not. */
static void end_writing(struct daemon *daemon)
{
    enum status err = STATUS_OK;
    if (daemon->cluster.log != NULL) err = engine_flush(daemon->engine);
    if (err == STATUS_OK) err = engine_commit(daemon->engine);
    if (err != STATUS_NOT_YET && err != STATUS_DEPOSED) stop_at_failure(err);
}

static void *run_writer(void *context)
{
    struct daemon *daemon = context;
    bool is_full = false;
    while (!atomic_load(&daemon->stopping)) {
        take_step(daemon, ENGINE_WRITER);
        int64_t wait_ms = time_until(daemon, engine_write_due(daemon->engine));
        if (wait_ms > 0) wakeup_wait(&daemon->wakeups[ENGINE_WRITER], wait_ms);
        int64_t begun_ns = system_ticks_ns();
        enum status err = engine_write(daemon->engine);
        note_flush(daemon, "a batch, with its flush if it waited for one,", begun_ns);
        note_room(err, &is_full);
        if (err != STATUS_STORAGE_FULL) stop_at_failure(err);
        tell_role(daemon);
    }
    end_writing(daemon);
    return NULL;
}

static void *run_flusher(void *context)
{
    struct daemon *daemon = context;
    enum status err = STATUS_OK;
    while (!atomic_load(&daemon->stopping)) {
        take_step(daemon, ENGINE_FLUSHER);
        if (err != STATUS_NOT_YET) wakeup_wait(&daemon->wakeups[ENGINE_FLUSHER], SLEEP_MS_MAX);
        int64_t begun_ns = system_ticks_ns();
        err = engine_flush(daemon->engine);
        if (err != STATUS_NOT_YET) stop_at_failure(err);
        note_flush(daemon, "a flush of the journal", begun_ns);
    }
    return NULL;
}

/* @return Whether there is more to do. */
static bool keep(struct daemon *daemon, struct pace *pace)
{
    enum engine_more more;
    take_step(daemon, ENGINE_CHECKPOINTER);
    int64_t begun_ns = system_ticks_ns();
    stop_at_failure(engine_checkpoint(daemon->engine, pace->piece_bytes, &more));
    if (more == ENGINE_NO_MORE) return false; /* that was no piece: nothing to learn from */
    int64_t rest_ns = pace_learn(pace, system_ticks_ns() - begun_ns, more == ENGINE_MORE_URGENT);
    if (rest_ns > 0) nanosleep(&(struct timespec){.tv_nsec = rest_ns}, NULL);
    return !atomic_load(&daemon->stopping);
}

/* It has no lower class at the disk than the journal: where the kernel honours classes, a flush of
 * the journal then waits for milliseconds behind what the class holds back. The pace is enough. */
static void *run_checkpointer(void *context)
{
    struct daemon *daemon = context;
    struct pace pace = pace_make();
    while (!atomic_load(&daemon->stopping)) {
        wakeup_wait(&daemon->wakeups[ENGINE_CHECKPOINTER], SLEEP_MS_MAX);
        while (keep(daemon, &pace))
            continue;
    }
    return NULL;
}

static void *run_watcher(void *context)
{
    struct daemon *daemon = context;
    while (!atomic_load(&daemon->stopping)) {
        take_step(daemon, ENGINE_WATCHER);
        int64_t wait_ms = time_until(daemon, engine_watch(daemon->engine));
        wakeup_wait(&daemon->wakeups[ENGINE_WATCHER], wait_ms);
        nanosleep(&(struct timespec){.tv_nsec = WATCH_PAUSE_MS * 1000000}, NULL);
    }
    return NULL;
}

static void *run_slow(void *context)
{
    struct daemon *daemon = context;
    while (!atomic_load(&daemon->stopping))
        if (!engine_run_slow(daemon->engine))
            wakeup_wait(&daemon->wakeups[ENGINE_SLOW], SLEEP_MS_MAX);
    return NULL;
}

/* The names are what top and perf show. */
static const struct {
    const char *name;
    void *(*body)(void *context);
} parts[ENGINE_PARTS] = {
    [ENGINE_WRITER] = {"writer", run_writer},
    [ENGINE_FLUSHER] = {"flusher", run_flusher},
    [ENGINE_CHECKPOINTER] = {"checkpointer", run_checkpointer},
    [ENGINE_WATCHER] = {"watcher", run_watcher},
    [ENGINE_SLOW] = {"slow", run_slow},
};

bool daemon_threads_start(struct daemon *daemon)
{
    for (size_t i = 0; i < ENGINE_PARTS; i++) {
        if (pthread_create(&daemon->threads[i], NULL, parts[i].body, daemon) != 0) return false;
        pthread_setname_np(daemon->threads[i], parts[i].name);
        daemon->threads_count++;
    }
    return true;
}

void daemon_threads_stop(struct daemon *daemon)
{
    atomic_store(&daemon->stopping, true);
    for (size_t i = 0; i < ENGINE_PARTS; i++)
        wakeup_send(&daemon->wakeups[i]);
    while (daemon->threads_count > 0)
        pthread_join(daemon->threads[--daemon->threads_count], NULL);
}

bool daemon_threads_watch(struct daemon *daemon)
{
    const char *stalled = NULL;
    for (size_t part = 0; part < ENGINE_PARTS; part++)
        if (!progress_watch_look(&daemon->progress[part], atomic_load(&daemon->steps[part])) &&
            part != ENGINE_SLOW)
            stalled = parts[part].name;
    if (stalled != NULL && !daemon->is_stalled)
        log_error("the %s has not come round for %d seconds: the supervisor's watchdog is not fed",
                  stalled, PROGRESS_LOOKS_STALLED);
    if (stalled == NULL && daemon->is_stalled) log_line("every thread comes round again");
    daemon->is_stalled = stalled != NULL;
    return stalled == NULL;
}
