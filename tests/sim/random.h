/* random.h -- Random numbers that a seed repeats. */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

struct random random_make(uint64_t seed);

uint64_t random_next(struct random *random);

/** @return 0..bound-1. */
uint64_t random_below(struct random *random, uint64_t bound);

/** @return low..high. */
uint64_t random_between(struct random *random, uint64_t low, uint64_t high);

/** @return True `percent` times of a hundred. */
bool random_chance(struct random *random, unsigned percent);

void random_fill(struct random *random, uint8_t *bytes, size_t size);

#endif
