/* bits.h -- Sets of slots, a bit for each. For src/store only. */
#ifndef STORE_BITS_H
#define STORE_BITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/require.h"

enum { BITS_PER_WORD = 64 };

_Static_assert(BITS_PER_WORD == 8 * sizeof(uint64_t), "a word has a bit for each");
_Static_assert((BITS_PER_WORD & (BITS_PER_WORD - 1)) == 0, "a slot is found by shifting");

static inline bool bits_has(const uint64_t *bits, uint32_t slot)
{
    return (bits[slot / BITS_PER_WORD] >> slot % BITS_PER_WORD & 1) != 0;
}

static inline void bits_set(uint64_t *bits, uint32_t slot)
{
    bits[slot / BITS_PER_WORD] |= UINT64_C(1) << slot % BITS_PER_WORD;
}

static inline void bits_clear(uint64_t *bits, uint32_t slot)
{
    bits[slot / BITS_PER_WORD] &= ~(UINT64_C(1) << slot % BITS_PER_WORD);
}

/* The first slot of a word of the set, which must not be empty. */
static inline uint32_t bits_first(const uint64_t *bits, uint32_t word)
{
    REQUIRE(bits[word] != 0);
    return word * BITS_PER_WORD + (uint32_t)__builtin_ctzll(bits[word]);
}

#endif
