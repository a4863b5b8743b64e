/* verdict.h -- What the rounds of a row come to, and whether that reaches its goals. */
#ifndef BENCH_VERDICT_H
#define BENCH_VERDICT_H

#include "bench/measure/rank.h"
#include "bench/row.h"

enum reached { REACHED_YES, REACHED_NO, REACHED_UNKNOWN };

/** A goal, measured. */
struct verdict {
    double figure; /* compared: from the medians of all rounds; of GOAL_LONGEST_MS the most */
    double min;    /* the same of each round with the rivals' rounds beside it: least, greatest */
    double max;
    enum reached must_reach;
    enum reached aim_for;
};

/** Throughput of a contender's rounds. @return Zeros if it has none. */
struct rank record_rates(const struct record *record);

/** Median latency of the median round, in microseconds. @return 0 if there is none. */
double record_p50_us(const struct record *record);

/** Operations that were refused in all rounds. */
uint64_t record_refused(const struct record *record);

/** What a goal of the row has come to. A refused call of ours reaches no goal. */
struct verdict verdict_of(const struct row_result *result, const struct goal *goal);

/** Whether the row is complete and no goal that it must reach is missed. */
bool verdict_is_pass(const struct row_result *result);

#endif
