/* top_sample.h -- What 'admin top' knows of one moment, taken from the server's metrics, and what
 * has changed between two. Pure. */
#ifndef CLIENT_COMMAND_TOP_SAMPLE_H
#define CLIENT_COMMAND_TOP_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "onsale/v1/admin.pb-c.h"

enum {
    TOP_BUCKETS_MAX = 32,
    TOP_ROWS_MAX = 96,
    TOP_NAME_BYTES = 48,
};

/** Numbers that tell how a sale goes, in the order in which they are shown. */
enum top_count {
    TOP_ENTERED,
    TOP_ADMITTED,
    TOP_HELD,
    TOP_PAID,
    TOP_CANCELLED,
    TOP_EXPIRED,
    TOP_LEFT_QUEUE, /* expired in it, or left it */
    TOP_COUNTS,
};

/** A histogram: the counts of its buckets. */
struct top_spread {
    size_t bounds_count;
    uint64_t bounds[TOP_BUCKETS_MAX]; /* microseconds, or whatever the family counts */
    uint64_t counts[TOP_BUCKETS_MAX + 1];
};

/** What calls are counted by: a method, or the reason of a refusal. */
struct top_row {
    char name[TOP_NAME_BYTES]; /* "HoldSeats", "SEAT_TAKEN" */
    uint64_t calls;            /* of a method all that were answered, refused ones among them */
    struct top_spread took_us; /* of a method */
};

struct top_list {
    size_t count;
    struct top_row rows[TOP_ROWS_MAX];
};

struct top_calls {
    struct top_list methods, reasons;
    uint64_t refused;
};

/** One moment. Counters are those since the server was started. */
struct top_sample {
    int64_t taken_ms; /* by the caller's monotonic clock */
    int64_t started_at_ms;
    char version[TOP_NAME_BYTES];
    uint64_t counts[TOP_COUNTS];   /* of the concert, or of all */
    uint64_t seats_of[TOP_COUNTS]; /* of holds, payments, returns */
    int64_t waiting, active, active_limit;
    int64_t queues, queues_open, holding_stopped, paying_stopped; /* how many */
    int64_t seats, available;
    struct top_calls calls;
    struct top_spread batch, flush_us, commit_us;
    int64_t writer_waiting, connections, long_polls;
    int64_t memory_used, memory_budget, cpu_us;
    int64_t store_used, store_limit, journal_used, journal_limit;
    int64_t clock_behind_ms, clock_jumped_ms, damage_met, has_room;
};

/** Reads a sample. Families that are not known are passed over, those that are absent are zero.
 * @param concert_id  Whose queue, seats and events; 0: those of all concerts. */
void top_sample_read(struct top_sample *ret_sample, const Onsale__V1__GetMetricsResponse *metrics,
                     uint32_t concert_id, int64_t taken_ms);

/** How often a second something has happened between two samples. */
double top_rate(uint64_t before, uint64_t now, int64_t took_ms);

/** A quantile of what was counted between two spreads, interpolated within its bucket; of what is
 * beyond the last bound, that.
 * @param before  NULL: since the beginning.
 * @return False if nothing was counted. */
bool top_quantile(const struct top_spread *before, const struct top_spread *now, double quantile,
                  double *ret_value);

/** The row of this name in a list. @return NULL if it is not there. */
const struct top_row *top_row_named(const struct top_list *list, const char *name);

#endif
