/* scatter.h -- Goes through all of a number of things, each once, without an order. */
#ifndef BENCH_SHOP_SCATTER_H
#define BENCH_SHOP_SCATTER_H

#include <stdint.h>

/** The thing at place i of the walk: different for every i below `count`; then it begins again. */
uint64_t scatter(uint64_t i, uint64_t count);

/** A seat as the wire names it. */
struct shop_seat {
    uint32_t performance_id;
    uint32_t seat_index;
};

/** Seat i of a walk through one performance after the other, the seats of each without an order. */
struct shop_seat scatter_by_performance(uint64_t i);

#endif
