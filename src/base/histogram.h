/* histogram.h -- Counts values by their size, as Prometheus wants to know it: in buckets whose
 * bounds are powers of two, each twice the one before.
 *
 * Safe from any thread. Who reads while others add may see a value in its bucket and not in the sum
 * yet. */
#ifndef BASE_HISTOGRAM_H
#define BASE_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

enum { HISTOGRAM_BOUNDS_MAX = 18 };

struct histogram {
    unsigned first_bit; /* the first bound is 1 << first_bit */
    unsigned bounds_count;
    atomic_uint_fast64_t counts[HISTOGRAM_BOUNDS_MAX + 1]; /* the last: of what is beyond */
    atomic_uint_fast64_t sum;
};

/** @param bounds_count  1..HISTOGRAM_BOUNDS_MAX. */
void histogram_init(struct histogram *histogram, unsigned first_bit, unsigned bounds_count);

/** From 64 us to 8.4 s. Unit of what is added: microseconds. */
void histogram_init_us(struct histogram *histogram);

/** The largest value that bucket i counts, i < bounds_count. */
uint64_t histogram_bound(const struct histogram *histogram, unsigned i);

/** The same value so many times. */
void histogram_add(struct histogram *histogram, uint64_t value, uint64_t times);

/** The time from one moment to another, once; none if it would be negative. To a histogram of
 * microseconds. Unit: nanoseconds of one clock. */
void histogram_add_ns(struct histogram *histogram, int64_t begun_ns, int64_t ended_ns);

/** How many values were added. */
uint64_t histogram_count(const struct histogram *histogram);

#endif
