/* tree.h -- The trees of a store: one LMDB database for each kind of record. For src/store only. */
#ifndef STORE_TREE_H
#define STORE_TREE_H

#include <stdint.h>

/** The journal and the checksums of records know a tree by its number. */
enum tree {
    TREE_META,
    TREE_CATALOG,
    TREE_PERFORMANCE_STATES,
    TREE_SEATS,
    TREE_RESERVATIONS,
    TREE_QUEUES,
    TREE_QUEUE_ENTRIES,
    TREE_QUEUE_USERS,
    TREE_QUEUE_RANKS,
    TREE_USERS,
    TREE_EVENTS,
    TREE_TIMERS,
    TREE_LEDGER_IDS, /* the journal knows trees by their number: new ones come last */
    TREES,
};

/** Name of the tree in the environment, a constant. */
const char *tree_name(enum tree tree);

/** The first format that has it. */
uint32_t tree_since(enum tree tree);

#endif
