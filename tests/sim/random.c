#include "tests/sim/random.h"

#include <string.h>

#include "base/require.h"

struct random random_make(uint64_t seed)
{
    return (struct random){.state = seed};
}

/* SplitMix64: a counter, mixed. */
uint64_t random_next(struct random *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t mixed = random->state;
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

uint64_t random_below(struct random *random, uint64_t bound)
{
    REQUIRE(bound > 0);
    return random_next(random) % bound;
}

uint64_t random_between(struct random *random, uint64_t low, uint64_t high)
{
    return low + random_below(random, high - low + 1);
}

bool random_chance(struct random *random, unsigned percent)
{
    return random_below(random, 100) < percent;
}

void random_fill(struct random *random, uint8_t *bytes, size_t size)
{
    while (size > 0) {
        uint64_t number = random_next(random);
        size_t part = size < sizeof number ? size : sizeof number;
        memcpy(bytes, &number, part);
        bytes += part;
        size -= part;
    }
}
