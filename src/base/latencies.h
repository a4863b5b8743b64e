/* latencies.h -- Counts durations in log-linear buckets: quantiles are at most 3 % too high. */
#ifndef BASE_LATENCIES_H
#define BASE_LATENCIES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { LATENCIES_STEPS = 32, LATENCIES_BUCKETS = 60 * LATENCIES_STEPS };

/** A zeroed one is empty. */
struct latencies {
    uint64_t counts[LATENCIES_BUCKETS];
    uint64_t max_ns;
};

/** Counts one duration. Safe from any thread. */
void latencies_add(struct latencies *latencies, uint64_t duration_ns);

/** The duration that this share of all does not exceed. No thread may be adding.
 * @param share  0..1.
 * @return 0 if there are none. */
uint64_t latencies_quantile_ns(const struct latencies *latencies, double share);

#ifdef __cplusplus
}
#endif

#endif
