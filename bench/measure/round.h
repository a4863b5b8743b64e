/* round.h -- What one round of a measurement gave. */
#ifndef BENCH_MEASURE_ROUND_H
#define BENCH_MEASURE_ROUND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/latencies.h"

#ifdef __cplusplus
extern "C" {
#endif

struct round {
    uint64_t operations; /* that succeeded */
    uint64_t refused;    /* operations that did not */
    double seconds;
    uint64_t p50_ns; /* latencies; 0: not measured */
    uint64_t p90_ns;
    uint64_t p99_ns;
    uint64_t p999_ns;
    uint64_t max_ns;
};

/** Operations a second. */
double round_rate(const struct round *round);

/** Fills the latencies. */
void round_take_latencies(struct round *round, const struct latencies *histogram);

/** Prints a round as one line on stdout: how a rival's program tells its result. */
void round_print(const struct round *round);

/** Reads such a line. @param ret_round  Set if true is returned only. */
bool round_scan(const char *line, struct round *ret_round);

#ifdef __cplusplus
}
#endif

#endif
