/* closed_loop.h -- So many operations in flight at any time, through the asynchronous API: peak
 * throughput. */
#ifndef BENCH_LOAD_CLOSED_LOOP_H
#define BENCH_LOAD_CLOSED_LOOP_H

#include "bench/load/workload.h"
#include "bench/measure/round.h"

/** Runs the workload until the time is up or its operations are used up, and until the last
 * answer is there. An operation that is refused counts as such and is not repeated.
 * @param in_flight  Callers, 1 or more.
 * @param seconds    0: until the operations are used up. */
void closed_loop_run(struct onsale_channel *channel, const struct workload *workload,
                     uint32_t in_flight, double seconds, struct round *ret_round);

#endif
