/* histogram.h -- Counts durations in log-linear buckets: quantiles are at most 3 % too high. */
#ifndef BENCH_MEASURE_HISTOGRAM_H
#define BENCH_MEASURE_HISTOGRAM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { HISTOGRAM_STEPS = 32, HISTOGRAM_BUCKETS = 60 * HISTOGRAM_STEPS };

/** A zeroed one is empty. */
struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t max_ns;
};

/** Counts one duration. Safe from any thread. */
void histogram_add(struct histogram *histogram, uint64_t duration_ns);

/** The duration that this share of all does not exceed. No thread may be adding.
 * @param share  0..1.
 * @return 0 if the histogram is empty. */
uint64_t histogram_quantile_ns(const struct histogram *histogram, double share);

#ifdef __cplusplus
}
#endif

#endif
