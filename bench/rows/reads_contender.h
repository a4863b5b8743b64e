/* reads_contender.h -- Calls that change nothing, as contenders. */
#ifndef BENCH_ROWS_READS_CONTENDER_H
#define BENCH_ROWS_READS_CONTENDER_H

#include "bench/contender.h"
#include "bench/load/driver.h"
#include "bench/workloads/reads.h"

enum { READS_DRIVERS_MAX = 2 };

/** The `settings` of such a contender. The driver that does best in a trial is used. */
struct reads_setting {
    const struct reads *reads;
    struct driver drivers[READS_DRIVERS_MAX];
    size_t drivers_count;
};

enum outcome reads_open(struct stage *stage, const struct contender *contender, void **ret_state);
bool reads_round(struct stage *stage, void *state, struct round *ret_round);
void reads_close(void *state);

#endif
