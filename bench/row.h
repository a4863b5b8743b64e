/* row.h -- A row of the table: our server under a workload, beside its ceilings and rivals. */
#ifndef BENCH_ROW_H
#define BENCH_ROW_H

#include "bench/contender.h"
#include "bench/measure/host.h"

enum { ROW_CONTENDERS_MAX = 4, ROW_GOALS_MAX = 3, ROW_ROUNDS_MAX = 64 };

/** What is compared with the goal. */
enum goal_kind {
    GOAL_NONE,
    GOAL_RATIO,       /* our throughput over the rival's: at least */
    GOAL_THROUGHPUT,  /* ours: at least */
    GOAL_P99_MS,      /* ours: at most */
    GOAL_LONGEST_MS,  /* the longest that one of ours took: at most */
    GOAL_P50_OVER_US, /* our p50 less those of all rivals together: at most */
};

struct goal {
    enum goal_kind kind;
    size_t rival; /* for GOAL_RATIO: its place among the contenders */
    double must_reach;
    double aim_for;
};

struct row {
    const char *key;
    const char *workload;
    void (*plan)(const struct scale *scale, struct shop_plan *ret_plan);
    const struct contender *contenders[ROW_CONTENDERS_MAX]; /* ours is the first */
    struct goal goals[ROW_GOALS_MAX];
};

/** How one contender did. */
struct record {
    enum outcome outcome;
    size_t rounds_count;
    struct round rounds[ROW_ROUNDS_MAX];
};

struct row_result {
    const struct row *row;
    bool is_complete;           /* every round was measured and the invariants hold */
    struct host_time host_time; /* while it was measured */
    struct record records[ROW_CONTENDERS_MAX];
};

/** How many contenders a row has. */
size_t row_contenders_count(const struct row *row);

/** Measures a row on a stage whose shop is ready: the contenders take turns, round by round.
 * @param result  Made for the row; rounds of a run before are kept. */
void row_run(const struct row *row, struct stage *stage, struct row_result *result);

#endif
