#include "model/rank.h"

#include <stddef.h>

#include "base/require.h"

enum { LEAF_SHIFT = 11, FANOUT_SHIFT = 8 };

_Static_assert(1 << LEAF_SHIFT == RANK_LEAF_BITS, "a leaf covers numbers of LEAF_SHIFT bits");
_Static_assert(1 << FANOUT_SHIFT == RANK_FANOUT, "a node covers FANOUT_SHIFT bits more");

/* Bits of a number that tell places inside one node of this level. */
static unsigned covered_bits(unsigned level)
{
    REQUIRE(level < RANK_LEVELS);
    return LEAF_SHIFT + FANOUT_SHIFT * level;
}

uint64_t rank_node_index(unsigned level, uint64_t number)
{
    return number >> covered_bits(level);
}

uint32_t rank_place(unsigned level, uint64_t number)
{
    if (level == 0) return (uint32_t)(number % RANK_LEAF_BITS);
    return (uint32_t)(rank_node_index(level - 1, number) % RANK_FANOUT);
}

bool rank_leaf_set(struct rank_leaf *leaf, uint32_t place, bool member)
{
    REQUIRE(place < RANK_LEAF_BITS);
    uint64_t *word = &leaf->words[place / RANK_WORD_BITS];
    uint64_t bit = UINT64_C(1) << (place % RANK_WORD_BITS);
    bool was_member = (*word & bit) != 0;
    *word = member ? *word | bit : *word & ~bit;
    return was_member != member;
}

uint32_t rank_leaf_before(const struct rank_leaf *leaf, uint32_t place)
{
    REQUIRE(place < RANK_LEAF_BITS);
    uint32_t members = 0;
    for (uint32_t i = 0; i < place / RANK_WORD_BITS; i++)
        members += rank_word_members(leaf->words[i]);
    uint64_t smaller_bits = (UINT64_C(1) << (place % RANK_WORD_BITS)) - 1;
    return members + rank_word_members(leaf->words[place / RANK_WORD_BITS] & smaller_bits);
}

bool rank_leaf_first(const struct rank_leaf *leaf, uint32_t *ret_place)
{
    for (uint32_t i = 0; i < RANK_LEAF_WORDS; i++) {
        if (leaf->words[i] == 0) continue;
        *ret_place = i * RANK_WORD_BITS + (uint32_t)__builtin_ctzll(leaf->words[i]);
        return true;
    }
    return false;
}

uint64_t rank_node_before(const struct rank_node *node, uint32_t place)
{
    REQUIRE(place < RANK_FANOUT);
    uint64_t members = 0;
    for (uint32_t i = 0; i < place; i++)
        members += node->counts[i];
    return members;
}

bool rank_node_first(const struct rank_node *node, uint32_t *ret_place)
{
    for (uint32_t i = 0; i < RANK_FANOUT; i++) {
        if (node->counts[i] == 0) continue;
        *ret_place = i;
        return true;
    }
    return false;
}
