#include "base/histogram.h"

#include "base/require.h"

enum { US_FIRST_BIT = 6, NS_PER_US = 1000 };

void histogram_init(struct histogram *histogram, unsigned first_bit, unsigned bounds_count)
{
    REQUIRE(bounds_count >= 1);
    REQUIRE(bounds_count <= HISTOGRAM_BOUNDS_MAX);
    *histogram = (struct histogram){.first_bit = first_bit, .bounds_count = bounds_count};
}

void histogram_init_us(struct histogram *histogram)
{
    histogram_init(histogram, US_FIRST_BIT, HISTOGRAM_BOUNDS_MAX);
}

uint64_t histogram_bound(const struct histogram *histogram, unsigned i)
{
    REQUIRE(i < histogram->bounds_count);
    return UINT64_C(1) << (histogram->first_bit + i);
}

/* A bound is in its bucket: that of a value is found by the bits of what is one less. */
static unsigned bucket_of(const struct histogram *histogram, uint64_t value)
{
    if (value <= 1) return 0;
    unsigned bits = 64 - (unsigned)__builtin_clzll(value - 1);
    if (bits <= histogram->first_bit) return 0;
    unsigned bucket = bits - histogram->first_bit;
    return bucket < histogram->bounds_count ? bucket : histogram->bounds_count;
}

void histogram_add(struct histogram *histogram, uint64_t value, uint64_t times)
{
    unsigned bucket = bucket_of(histogram, value);
    atomic_fetch_add_explicit(&histogram->counts[bucket], times, memory_order_relaxed);
    atomic_fetch_add_explicit(&histogram->sum, value * times, memory_order_relaxed);
}

void histogram_add_ns(struct histogram *histogram, int64_t begun_ns, int64_t ended_ns)
{
    int64_t took_ns = ended_ns > begun_ns ? ended_ns - begun_ns : 0;
    histogram_add(histogram, (uint64_t)took_ns / NS_PER_US, 1);
}

uint64_t histogram_count(const struct histogram *histogram)
{
    uint64_t count = 0;
    for (unsigned i = 0; i <= histogram->bounds_count; i++)
        count += atomic_load_explicit(&histogram->counts[i], memory_order_relaxed);
    return count;
}
