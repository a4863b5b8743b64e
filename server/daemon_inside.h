/* daemon_inside.h -- What daemon.c and daemon_threads.c share. */
#ifndef SERVER_DAEMON_INSIDE_H
#define SERVER_DAEMON_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/memory_budget.h"
#include "server/clock_log.h"
#include "server/closing_watch.h"
#include "server/cluster.h"
#include "server/engine/engine.h"
#include "server/options.h"
#include "server/progress_watch.h"
#include "server/sockets.h"
#include "server/upgrade_log.h"
#include "server/wakeup.h"
#include "service/supervisor.h"
#include "store/lasting_word.h"

struct daemon {
    struct memory_budget memory;
    struct cluster cluster;
    int told_role;        /* the writer's: that the log has a line of */
    bool told_difference; /* likewise: and that it has stopped */
    struct store *store;
    struct lasting_word clock_floor;
    bool is_logged[STORE_TREES]; /* that damage was met there: main's */
    struct engine *engine;
    struct clock_log clock_log; /* main's */
    struct upgrade_log upgrade_log;
    struct sockets sockets;
    atomic_bool stopping;
    struct closing_watch closing_watch; /* the main thread's */
    _Atomic enum closing closing;       /* what it saw last */
    uint64_t closed_unread;             /* connections that the log has reported */
    struct supervisor supervisor;
    struct options options;        /* as they are in force: main's */
    _Atomic int64_t slow_call_ms;  /* 0: none is */
    _Atomic int64_t slow_flush_ms; /* likewise */
    atomic_uint_fast64_t steps[ENGINE_PARTS];
    struct progress_watch progress[ENGINE_PARTS]; /* main's, as is the next */
    bool is_stalled;
    struct wakeup wakeups[ENGINE_PARTS];
    pthread_t threads[ENGINE_PARTS];
    size_t threads_count;
};

/** Starts a thread for each part of the engine. @return False if one can't be started: stop them.
 */
bool daemon_threads_start(struct daemon *daemon);

/** Ends those that were started: what is written then is not committed, but on disk. */
void daemon_threads_stop(struct daemon *daemon);

/** Looks whether every thread has come round, as progress_watch.h says, and logs what changes. Call
 * it every second. The slow worker is left out: one step of it may take minutes. */
bool daemon_threads_watch(struct daemon *daemon);

#endif
