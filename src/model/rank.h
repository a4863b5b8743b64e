/* rank.h -- Nodes of a tree over entry numbers, which counts the waiting entries before a number.
 *
 * A leaf has one bit for each of RANK_LEAF_BITS numbers; a node of level 1 and above has one count
 * for each of RANK_FANOUT nodes of the level below. Counting, adding, removing and finding the
 * first each touch one node a level. Pure: the store loads and saves the nodes. */
#ifndef MODEL_RANK_H
#define MODEL_RANK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    RANK_LEAF_BITS = 2048,
    RANK_WORD_BITS = 64,
    RANK_LEAF_WORDS = RANK_LEAF_BITS / RANK_WORD_BITS,
    RANK_FANOUT = 256,
    RANK_LEVELS = 4, /* a leaf and three levels of counts: 34 thousand million numbers */
};

struct rank_leaf {
    uint64_t words[RANK_LEAF_WORDS];
};

struct rank_node {
    uint32_t counts[RANK_FANOUT];
};

/** Which node of a level covers a number, and which place in it. Level 0 is the leaves. */
uint64_t rank_node_index(unsigned level, uint64_t number);
uint32_t rank_place(unsigned level, uint64_t number);

/** @return False if the bit was so already. */
bool rank_leaf_set(struct rank_leaf *leaf, uint32_t place, bool member);

/** Members in a word of a leaf. In a line nearly all wait, or nobody. */
static inline uint32_t rank_word_members(uint64_t word)
{
    if (word == UINT64_MAX) return RANK_WORD_BITS;
    return word == 0 ? 0 : (uint32_t)__builtin_popcountll(word);
}

/** Members before a place, 0..RANK_LEAF_BITS. */
uint32_t rank_leaf_before(const struct rank_leaf *leaf, uint32_t place);

/** Place of the first member. @return False if there is none. */
bool rank_leaf_first(const struct rank_leaf *leaf, uint32_t *ret_place);

/** Members in the places before a place. */
uint64_t rank_node_before(const struct rank_node *node, uint32_t place);

/** First place with members. @return False if there is none. */
bool rank_node_first(const struct rank_node *node, uint32_t *ret_place);

#endif
