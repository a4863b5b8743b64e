/* rank_nodes.h -- The nodes of the rank trees (model/rank.h), as they lie in the store and as a
 * write keeps them. For src/store only.
 *
 * Whoever enters or is let in changes a node of each level, and the next one the same nodes again.
 * So writes keep nodes unpacked and put those that changed when they end. The next write finds what
 * is there, as nobody else writes. */
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

struct kept_rank_node {
    struct rank_place place; /* concert_id 0: none is kept here */
    bool is_changed;
    union rank_members members;
};

/* The front and the end of a long line are in different leaves, and those who leave in between. */
enum {
    RANK_LEAVES_KEPT = 8,
    RANK_NODES_KEPT = 2, /* of each level above the leaves */
    RANK_NODES_KEPT_ALL = RANK_LEAVES_KEPT + RANK_NODES_KEPT * (RANK_LEVELS - 1),
};

struct rank_nodes {
    struct kept_rank_node kept[RANK_NODES_KEPT_ALL];
};

/** Forgets all nodes, changed or not. */
void kept_ranks_forget(struct rank_nodes *nodes);

/** Puts the nodes that were changed in this transaction. */
void kept_ranks_put(struct store_txn *txn);

/** Finds a node. @return Valid until the transaction moves; of a damaged one, none: it fails. */
struct packed_rank_node rank_node_find(struct store_txn *txn, struct rank_place place);

/** A node as it is in this write transaction; one without members if it is not in the store.
 * @return Valid until the next node is asked for. */
const union rank_members *rank_members_look(struct store_txn *txn, struct rank_place place);

/** The same, to be changed: it is put when the transaction ends. */
union rank_members *rank_members_edit(struct store_txn *txn, struct rank_place place);

#endif
