/* upgrade_moves.h -- A step of an upgrade that puts a record into another tree for each of some
 * records, under a key in no order with theirs: as ids that callers made. One put after the other
 * each would change a page of its own. So they are gathered, as many as fit a bounded memory,
 * sorted, and put in their order. For src/store only. */
#ifndef STORE_UPGRADE_MOVES_H
#define STORE_UPGRADE_MOVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "store/record.h"
#include "store/upgrade_place.h"

/** What is to be put: an id and a number. */
struct upgrade_move {
    uint8_t id[ID_BYTES];
    uint64_t number;
};

struct upgrade_mover {
    /* What the record with this key moves. @return False if nothing. */
    bool (*take)(const struct key *key, struct upgrade_move *ret);
    /* Puts it. Of two with one id the one with the greater number comes later. */
    void (*put)(struct store_txn *txn, const struct upgrade_move *move);
};

/** A zeroed one is fine. */
struct upgrade_moves {
    struct upgrade_move *moves;
    size_t capacity;
    size_t count;
    size_t put;                 /* so many are put, and committed */
    struct upgrade_place after; /* where the step goes on when all are */
    bool is_over;               /* at the end of the tree */
};

enum { UPGRADE_MOVES_MIN = 16, UPGRADE_MOVES_MAX = 1024 * 1024 };

/** Makes room once. @param bytes  Of memory, about. @return False if there is none. */
bool upgrade_moves_init(struct upgrade_moves *moves, uint64_t bytes);
void upgrade_moves_deinit(struct upgrade_moves *moves);

/** Gathers what comes after a place, in order to put it. All before must be put.
 * @param passed  Called now and then. */
void upgrade_moves_gather(struct upgrade_moves *moves, struct store_txn *txn, enum tree tree,
                          const struct upgrade_mover *mover, const struct upgrade_place *place,
                          void (*passed)(void *context, uint64_t done), void *context);

#endif
