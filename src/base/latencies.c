#include "base/latencies.h"

#include <stdbool.h>
#include <stddef.h>

enum { STEPS_LOG2 = 5 };
_Static_assert(LATENCIES_STEPS == 1 << STEPS_LOG2, "a power of two has that many buckets");

/* Below 32 a bucket a nanosecond; beyond, 32 buckets from each power of two to the next. */
static size_t bucket_of(uint64_t duration_ns)
{
    if (duration_ns < LATENCIES_STEPS) return (size_t)duration_ns;
    unsigned shift = (unsigned)(63 - __builtin_clzll(duration_ns) - STEPS_LOG2);
    return shift * (size_t)LATENCIES_STEPS + (size_t)(duration_ns >> shift);
}

/* The longest duration that falls into it. */
static uint64_t bucket_end_ns(size_t bucket)
{
    if (bucket < 2 * LATENCIES_STEPS) return bucket;
    size_t shift = bucket / LATENCIES_STEPS - 1;
    uint64_t step = bucket % LATENCIES_STEPS + LATENCIES_STEPS;
    return ((step + 1) << shift) - 1;
}

void latencies_add(struct latencies *latencies, uint64_t duration_ns)
{
    uint64_t max = __atomic_load_n(&latencies->max_ns, __ATOMIC_RELAXED);
    while (duration_ns > max &&
           !__atomic_compare_exchange_n(&latencies->max_ns, &max, duration_ns, true,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        continue;
    __atomic_fetch_add(&latencies->counts[bucket_of(duration_ns)], 1, __ATOMIC_RELAXED);
}

static uint64_t count_all(const struct latencies *latencies)
{
    uint64_t count = 0;
    for (size_t i = 0; i < LATENCIES_BUCKETS; i++)
        count += latencies->counts[i];
    return count;
}

uint64_t latencies_quantile_ns(const struct latencies *latencies, double share)
{
    const double wanted = share * (double)count_all(latencies);
    uint64_t seen = 0;
    for (size_t i = 0; i < LATENCIES_BUCKETS; i++) {
        seen += latencies->counts[i];
        if (seen == 0 || (double)seen < wanted) continue;
        uint64_t end_ns = bucket_end_ns(i);
        return end_ns < latencies->max_ns ? end_ns : latencies->max_ns;
    }
    return latencies->max_ns;
}
