/* journeys.h -- Whole purchases: enter, poll, look at the seats, hold, pay, see the ticket. */
#ifndef BENCH_WORKLOADS_JOURNEYS_H
#define BENCH_WORKLOADS_JOURNEYS_H

#include "bench/load/workload.h"
#include "bench/shop/shop.h"

struct journey;

/** Journeys of strangers of the shop, each for a seat that nobody has had. */
struct journeys {
    struct shop *shop;
    uint64_t count; /* of a round */
    struct journey *all;
};

/** To be freed with journeys_free. */
struct journeys *journeys_make(struct shop *shop, uint64_t count);

/** NULL is fine. */
void journeys_free(struct journeys *journeys);

/** The next `count` strangers and seats of the shop. */
struct workload journeys_workload(struct journeys *journeys);

#endif
