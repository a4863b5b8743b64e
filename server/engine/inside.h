/* inside.h -- The state of the engine, for its parts. */
#ifndef SERVER_INSIDE_H
#define SERVER_INSIDE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/limits.h"
#include "model/queue.h"
#include "server/engine/call_queue.h"
#include "server/engine/engine.h"
#include "server/engine/engine_stats.h"
#include "server/engine/leases.h"
#include "server/engine/log_keeper.h"
#include "server/engine/role.h"
#include "server/engine/seat_maps.h"
#include "server/engine/turns.h"
#include "server/engine/watchers.h"
#include "server/engine/writer_pace.h"

struct engine {
    struct store *store;
    struct engine_world world;
    struct rpc_application application;
    struct rpc_dispatcher *dispatcher;
    struct leases *leases;
    struct seat_maps *seat_maps;
    unix_ms started_at_ms;
    atomic_bool draining;

    struct role role;
    struct log_keeper keeper;
    struct clock clock;
    unix_ms last_write_ms;             /* before the start */
    _Atomic unix_ms clock_reported_ms; /* newest time given to a caller */
    _Atomic unix_ms clock_saved_ms;    /* newest time on disk */

    struct call_queue writes;
    struct writer_pace writer_pace;
    struct call_queue behind;          /* reads that wait for a commit */
    atomic_uint_fast64_t acknowledged; /* number of the last write that callers may know of */
    struct call_queue unflushed;       /* executed calls that depend on unflushed writes */
    struct watchers watchers;
    struct call_queue slow;
    struct turns turns; /* of large reads */

    _Atomic unix_ms timer_due_ms;  /* earliest timer in the store */
    _Atomic unix_ms commit_due_ms; /* commit executed batches by then; or NEVER */
    atomic_bool was_read;          /* since the last commit */
    atomic_uint_fast64_t batches;
    atomic_uint_fast64_t commands;
    struct engine_stats stats;
    uint8_t entropy[WRITER_BATCH_MAX][QUEUE_SECRET_BYTES]; /* the writer's */
};

/** Everybody who waits counts as polled at this time. @return STATUS_OK; a failure of the storage.
 */
enum status engine_renew_leases(struct engine *engine, unix_ms now_ms);

/** The clock for times that callers are given. */
unix_ms engine_report_now_ms(void *context);

/** The clock to measure by. */
int64_t engine_ticks_ns(void *context);

#endif
