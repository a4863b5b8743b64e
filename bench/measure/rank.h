/* rank.h -- Median, least and greatest of a few numbers. */
#ifndef BENCH_MEASURE_RANK_H
#define BENCH_MEASURE_RANK_H

#include <stddef.h>

struct rank {
    double median;
    double min;
    double max;
};

enum { RANK_MAX = 64 };

/** @param count  1..RANK_MAX. */
struct rank rank_of(const double *numbers, size_t count);

#endif
