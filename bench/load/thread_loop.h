/* thread_loop.h -- So many threads, each waiting for its answers, through the synchronous API. */
#ifndef BENCH_LOAD_THREAD_LOOP_H
#define BENCH_LOAD_THREAD_LOOP_H

#include "bench/load/workload.h"
#include "bench/measure/round.h"

/** As closed_loop_run, from threads. @param threads  1 or more. */
void thread_loop_run(struct onsale_channel *channel, const struct workload *workload,
                     uint32_t threads, double seconds, struct round *ret_round);

#endif
