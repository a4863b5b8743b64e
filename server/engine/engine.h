/* engine.h -- The engine: the whole server without threads, clock and sockets.
 *
 * Its owner steps it: onsaled by threads, the tests by a loop with a simulated clock. Each part has
 * a file of its name.
 *
 *   part                           what it does
 *   intake (any thread)            rpc_dispatch on engine_dispatcher: decodes frames, sorts calls
 *   reader (any thread)            executes reads, where they came in; large ones in turns
 *   writer (one thread)            engine_write: executes a batch; engine_commit: makes it visible
 *   flusher (one thread)           engine_flush: flushes the journal, then sends what waited for it
 *   checkpointer (one thread)      engine_checkpoint: writes checkpoints of the store
 *   watcher (one thread)           engine_watch: executes long polls again after changes
 *   slow worker (one thread)       engine_run_slow: long reads, one at a time */
#ifndef SERVER_ENGINE_H
#define SERVER_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/time.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/dispatch.h"
#include "server/engine/clock.h"
#include "store/store.h"

struct engine;
struct engine_stats;
struct role;

/** A part that `wake` wakes. */
enum engine_part {
    ENGINE_WRITER,
    ENGINE_FLUSHER,
    ENGINE_CHECKPOINTER,
    ENGINE_WATCHER,
    ENGINE_SLOW,
    ENGINE_PARTS
};

/** The connections to the server. */
struct engine_connections {
    size_t open;
    size_t closing;         /* were closed and are not freed yet */
    bool are_late;          /* they should have been: the server is about to give up */
    uint64_t closed_unread; /* ever, because they did not read their replies */
};

/** What the process has taken of the machine. */
struct engine_process {
    uint64_t cpu_us; /* since it was started */
    uint64_t resident_bytes;
};

/** The outer world, passed in. All functions must be safe from any thread. */
struct engine_world {
    void *context;
    unix_ms (*clock_ms)(void *context);                          /* may be set: see clock.h */
    int64_t (*monotonic_ms)(void *context);                      /* can't be */
    int64_t (*ticks_ns)(void *context);                          /* to measure by, as rpc_arrival */
    void (*entropy)(void *context, uint8_t *bytes, size_t size); /* unpredictable bytes */
    void (*wake)(void *context, enum engine_part part);          /* it has something to do */
    struct engine_connections (*connections)(void *context);     /* for stats and health */
    struct engine_process (*process)(void *context);             /* for metrics */
    _Atomic uint64_t *clock_floor; /* outlives engine and process: see clock_open */
    int64_t clock_jump_max_ms;     /* a jump ahead beyond it is not followed */
    uint32_t sweep_holds_max;      /* reaped in a batch: SWEEP_HOLDS_MAX, less in tests */
    /** A call is about to be answered. NULL: nobody wants to know. */
    void (*ended)(void *context, const struct rpc_call *call, enum status status);
    uint32_t renew_ms_max;  /* long polls renew their entry so often: RENEW_MS_MAX, less in tests */
    size_t large_reads_max; /* frames of large reads executed at once; at least 1, and fewer than
                               there are threads that hand in frames: see turns.h */
    const struct memory_budget *memory; /* for the statistics; NULL: nobody counts */

    /* Of a shop on several machines: see role.h. */
    struct log *log;                     /* borrowed, as the store's; NULL: on one machine */
    const Onsale__Rpc__V1__Leader *self; /* borrowed: what others are told when it leads */
    int64_t (*boot_ns)(void *context);   /* CLOCK_BOOTTIME, as the log's */
    bool follows_only;                   /* it never leads */
    bool holds_wait;                     /* while nobody leads: see outage.h */
    int64_t hash_every_ms;               /* HASH_EVERY_MS, less in tests; 0: never */
    int64_t log_keep_ms; /* what is younger is not removed from the log; 0: nothing is */
};

/** What the engine serves. */
struct engine_methods {
    const struct method *rows; /* see rpc/method.h; their policies are bits of call.h */
    size_t count;
};

/** @param store,methods,transport  Kept; must outlive the engine.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY; a failure of the storage. */
enum status engine_open(struct store *store, const struct engine_world *world,
                        struct engine_methods methods, const struct rpc_transport *transport,
                        struct engine **ret_engine);

/** Every frame must have been answered. NULL is fine. */
void engine_close(struct engine *engine);

/** Where the listeners hand their frames. */
struct rpc_dispatcher *engine_dispatcher(struct engine *engine);

/** The engine's clock: the world's, but never backwards, also over restarts, and without jumps. */
unix_ms engine_now_ms(struct engine *engine);

/** The same, with how the world's clock deviates. Safe from any thread. */
struct clock_view engine_clock(struct engine *engine);

/** Follows the world's clock: see clock_follow. Call it every second. One thread. */
void engine_follow_clock(struct engine *engine);

/** The world's clock is right, whatever it says. Safe from any thread.
 * @return How it deviated. */
struct clock_view engine_confirm_clock(struct engine *engine);

/** The time of the last write before the engine was opened; 0 if there was none. */
unix_ms engine_last_write_ms(const struct engine *engine);

/** Executes one batch: what is due, then the commands that wait (WRITER_BATCH_MAX at most). Does
 * nothing if there is neither. If more commands wait after it, the flusher is woken, so that the
 * next batch is executed beside the flush of this one; else the flush is made at once.
 * @return STATUS_OK; STATUS_STORAGE_FULL: the commands were refused, go on;
 * STATUS_STORAGE_FAILED and others: stop serving and open the store again. */
enum status engine_write(struct engine *engine);

/** Commits all executed batches, so that reads see them: engine_write does it when a read comes, or
 * after a few milliseconds. The writer's last step.
 * @return STATUS_OK; STATUS_STORAGE_FAILED: as for engine_write. */
enum status engine_commit(struct engine *engine);

/** Flushes all executed batches and finishes the calls that waited for it.
 * @return STATUS_OK; STATUS_NOT_YET: the log has not answered, call it again;
 * STATUS_STORAGE_FAILED: as for engine_write. */
enum status engine_flush(struct engine *engine);

enum engine_more { ENGINE_NO_MORE, ENGINE_MORE, ENGINE_MORE_URGENT };

/** Makes one step of a checkpoint, if the store wants one: writes a piece of the data file, or
 * finishes.
 * @param bytes     Of the file, that a piece has; at least 1.
 * @param ret_more  Whether there are more steps; urgent if the journal, which shares the disk,
 * could be full before they are made.
 * @return STATUS_OK; STATUS_STORAGE_FAILED: as for engine_write. */
enum status engine_checkpoint(struct engine *engine, uint64_t bytes, enum engine_more *ret_more);

/** When engine_write has something to do: 0 for at once, UNIX_MS_NEVER if nothing is in sight. */
unix_ms engine_write_due(struct engine *engine);

/** Executes again the long polls whose subject has changed or whose wait is over; answers those
 * that have something new or have waited enough.
 * @return When to call it again at the latest. */
unix_ms engine_watch(struct engine *engine);

/** Executes one slow call. @return False if none waits, or if the writer must commit first. */
bool engine_run_slow(struct engine *engine);

/** Begins the end: new calls are refused with SHUTTING_DOWN, long polls are answered at once. What
 * was accepted still is to be stepped until rpc_dispatcher_frames_in_flight is 0. */
void engine_drain(struct engine *engine);

/** Ends calls that still wait, when there is no time left to finish them: of commands that were
 * executed and not flushed it is not known what became of them. Nobody may step the engine any
 * more, and it is draining. */
void engine_give_up(struct engine *engine);

/** Numbers for GetStats. */
struct engine_gauges {
    unix_ms started_at_ms;
    uint64_t batches;
    uint64_t commands;
    uint32_t writer_waiting;
    struct engine_connections connections;
    uint32_t long_polls_waiting;
    uint64_t memory_budget_bytes;
    uint64_t memory_used_bytes;
    struct rpc_overload overload;
    struct engine_process process;
};

struct engine_gauges engine_gauges(struct engine *engine);

/** What the engine has counted and measured: see engine_stats.h. */
const struct engine_stats *engine_stats(const struct engine *engine);

/** What it is among several: see role.h. */
struct role *engine_role(struct engine *engine);

struct store *engine_store(const struct engine *engine);

#endif
