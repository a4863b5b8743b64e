/* host.h -- Time that a virtual machine's host gave to others: no figure tells of it by itself. */
#ifndef BENCH_MEASURE_HOST_H
#define BENCH_MEASURE_HOST_H

#include <stdint.h>

/** Of all processors, in the kernel's ticks. */
struct host_time {
    uint64_t all;
    uint64_t stolen;
};

/** Since the machine was started; zeros where the kernel does not tell. */
struct host_time host_time_now(void);

/** Adds what has passed since `start`. */
void host_time_add(struct host_time *sum, struct host_time start);

/** Share of the time that was stolen, 0..1. */
double host_stolen_share(struct host_time time);

#endif
