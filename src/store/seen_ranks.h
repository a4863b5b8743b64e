/* seen_ranks.h -- The nodes of the rank trees (model/rank.h) that a read has seen. For src/store
 * only.
 *
 * The calls of a frame ask for the same few nodes, each for another place. So a read finds out once
 * where a node lies, counts there without unpacking it, and remembers how far it got. */
#ifndef STORE_SEEN_RANKS_H
#define STORE_SEEN_RANKS_H

#include <stdint.h>

#include "store/rank_nodes.h"

struct seen_rank_node {
    struct rank_place place; /* concert_id 0: none */
    struct packed_rank_node packed;
};

/* Members before each of the first places of a node above the leaves, as far as was asked. */
struct rank_sums {
    uint32_t known;
    uint64_t before[RANK_FANOUT]; /* 0..known */
};

enum {
    RANK_LEAVES_SEEN = 7,
    RANK_SUMS_SEEN = RANK_LEVELS - 1, /* one of each level above the leaves */
    RANK_NODES_SEEN = RANK_LEAVES_SEEN + RANK_SUMS_SEEN,
};

/** MEMO_RANKS. */
struct seen_ranks {
    struct seen_rank_node nodes[RANK_NODES_SEEN];
    struct rank_sums sums[RANK_SUMS_SEEN]; /* of the nodes above the leaves */
};

/** Forgets all nodes. Only the places are touched: the sums are large. */
static inline void seen_ranks_clear(struct seen_ranks *seen)
{
    for (unsigned i = 0; i < RANK_NODES_SEEN; i++)
        seen->nodes[i].place = (struct rank_place){0};
}

/** Members in a node before a place of it, in a read. */
uint64_t seen_rank_before(struct store_txn *txn, struct rank_place node, uint32_t place);

#endif
