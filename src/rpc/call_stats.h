/* call_stats.h -- How the calls ended, and how long they took: counts since the server was started.
 *
 * The dispatcher counts each frame once it is answered. Equal calls in a row, which is what a frame
 * of a channel has, are counted together. Safe from any thread. */
#ifndef RPC_CALL_STATS_H
#define RPC_CALL_STATS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/histogram.h"
#include "base/status.h"
#include "rpc/method.h"

struct rpc_frame;

/** Of one method. */
struct method_stats {
    atomic_uint_fast64_t ended[STATUS_NUMBERS]; /* calls, by how */
    struct histogram took_us; /* from the moment when the frame came in to that of its reply */
};

struct call_stats {
    const struct method *methods;
    size_t methods_count;
    struct method_stats *of_methods; /* one more: of calls of methods that there are not */
    atomic_uint_fast64_t frames_refused[STATUS_NUMBERS]; /* that were not read as calls, by why */
};

/** @param methods  Kept. @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status call_stats_init(struct call_stats *stats, const struct method *methods, size_t count);

/** Zeroed stats are fine. */
void call_stats_deinit(struct call_stats *stats);

/** Counts the calls of a frame that has all its results.
 * @param now_ns  On the clock of its `came_ns`. */
void call_stats_count(struct call_stats *stats, const struct rpc_frame *frame, int64_t now_ns);

/** Counts a frame that was not read. */
void call_stats_count_refused(struct call_stats *stats, enum status why);

#endif
