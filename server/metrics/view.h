/* view.h -- What the metrics are made of: read once, so that all of them are of one moment. */
#ifndef SERVER_METRICS_VIEW_H
#define SERVER_METRICS_VIEW_H

#include "model/queue.h"
#include "server/engine/call.h"
#include "server/engine/engine.h"
#include "server/engine/engine_stats.h"

/** Seats of a performance. */
struct performance_seats {
    uint32_t concert_id;
    uint32_t performance_id;
    uint32_t seats;
    uint32_t available;
};

struct metrics_view {
    unix_ms now_ms;
    struct engine_gauges gauges;
    const struct engine_stats *stats;
    const struct call_stats *calls;
    size_t frames_in_flight;
    struct clock_view clock;
    struct store_meta meta;
    uint64_t store_used_bytes;
    uint64_t store_limit_bytes;
    bool store_has_room;
    uint64_t journal_used_bytes;
    uint64_t journal_limit_bytes;
    uint64_t damage_met;
    struct queue *queues; /* in the arena, as are the next; METRIC_CONCERTS_MAX at most */
    size_t queues_count;
    struct performance_seats *performances; /* likewise */
    size_t performances_count;
};

/** Reads all of it. What can't be read for damage is left out.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status metrics_view_read(struct call *call, struct metrics_view *ret_view);

#endif
