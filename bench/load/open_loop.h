/* open_loop.h -- Operations that begin at a fixed rate whatever the server does. Their latency
 * counts from the moment they were to begin, so that a stall shows in all it delays. */
#ifndef BENCH_LOAD_OPEN_LOOP_H
#define BENCH_LOAD_OPEN_LOOP_H

#include "bench/load/workload.h"
#include "bench/measure/round.h"

/** Runs the workload at `rate` operations a second for so long, or until its operations are used
 * up, and waits for the last answer. */
void open_loop_run(struct onsale_channel *channel, const struct workload *workload, double rate,
                   double seconds, struct round *ret_round);

#endif
