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

/* A read finds out once where a node lies: the calls of a frame ask for the same few. */
struct seen_rank_node {
    struct rank_place place; /* concert_id 0: none */
    const uint8_t *bytes;    /* NULL: the node is not there */
    size_t size;
};

enum {
    RANK_LEAVES_SEEN = 7,
    RANK_NODES_SEEN_ALL = RANK_LEAVES_SEEN + 1, /* the last for the nodes above the leaves */
};

/** Forgets all nodes, changed or not. */
void kept_ranks_forget(struct rank_nodes *nodes);

/** Puts the nodes that were changed in this transaction. */
void kept_ranks_put(struct store_txn *txn);

/** A node as it is in this transaction; one without members if it is not in the store.
 * @param space  Where a read unpacks it.
 * @return Valid until the next node is asked for. */
const union rank_members *rank_members_look(struct store_txn *txn, struct rank_place place,
                                            union rank_members *space);

/** The same in a write transaction, to be changed: it is put when the transaction ends. */
union rank_members *rank_members_edit(struct store_txn *txn, struct rank_place place);

#endif
