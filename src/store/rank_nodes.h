/* rank_nodes.h -- The nodes of the rank trees (model/rank.h), as they lie in the store and as a
 * write caches them: whoever enters or is let in changes a node of each level, and the next one the
 * same nodes again. For src/store only. */
#ifndef STORE_RANK_NODES_H
#define STORE_RANK_NODES_H

#include <stdbool.h>
#include <stdint.h>

#include "model/rank.h"
#include "store/store.h"

/** Which node: of level 0 it is a leaf. */
struct rank_place {
    uint32_t concert_id;
    unsigned level;
    uint64_t index;
};

static inline bool rank_place_is(struct rank_place a, struct rank_place b)
{
    return a.index == b.index && a.level == b.level && a.concert_id == b.concert_id;
}

/** A node as it lies in the store: the words of a leaf or the counts of a node, little-endian, from
 * the first place in use to the last. */
struct packed_rank_node {
    const uint8_t *items;
    uint32_t first; /* place of items[0] */
    uint32_t count; /* 0: the node is not there */
};

union rank_members {
    struct rank_leaf leaf;
    struct rank_node node;
};

extern const struct cache_kind rank_nodes_cache;

/** Finds a node. @return Valid until the transaction moves; of a damaged one, none: it fails. */
struct packed_rank_node rank_node_find(struct store_txn *txn, struct rank_place place);

/** A node as it is in this write; one without members if it is not in the store, and a failed
 * transaction has none. @return Valid until the next node is asked for; never NULL. */
const union rank_members *rank_members_look(struct store_txn *txn, struct rank_place place);

/** The same, to be changed. */
union rank_members *rank_members_edit(struct store_txn *txn, struct rank_place place);

#endif
