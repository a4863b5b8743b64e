/* clock.h -- The monotonic clock. */
#ifndef BENCH_MEASURE_CLOCK_H
#define BENCH_MEASURE_CLOCK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NS_PER_SECOND UINT64_C(1000000000)
#define NS_PER_MS UINT64_C(1000000)

/** Nanoseconds of the monotonic clock. */
uint64_t clock_now_ns(void);

/** Sleeps until then; returns at once if it is past. */
void clock_sleep_until_ns(uint64_t then_ns);

#ifdef __cplusplus
}
#endif

#endif
