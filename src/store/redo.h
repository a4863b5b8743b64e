/* redo.h -- The changes of a write as bytes for the journal, and the way back. For src/store only.
 *
 * A change names its record by tree and key and has its new bytes, whole but for blocks of seats,
 * so redoing it once more, or on a store that has some of it, comes to the same. */
#ifndef STORE_REDO_H
#define STORE_REDO_H

#include <stdbool.h>

#include "journal/journal.h"
#include "store/bytes.h"
#include "store/key.h"
#include "store/tree.h"

/** The numbers are in the journal. */
enum redo_kind {
    REDO_PUT = 1,
    REDO_DELETE = 2,
    REDO_CHANGE = 3, /* of some seats of a block: see seat_block_redo */
};

struct redo_change {
    enum redo_kind kind;
    enum tree tree;
    struct key key;
    struct reader value; /* where it lies among the bytes that are taken apart */
};

/** Adds a change to the journal record of a write.
 * @param value  Of a REDO_DELETE: nothing.
 * @return False if there is no memory. */
bool redo_add(struct journal_record *record, enum redo_kind kind, enum tree tree,
              const struct key *key, struct reader value);

/** Takes the next change off. @return False if there is none that is whole. */
bool redo_take(struct reader *reader, struct redo_change *ret);

#endif
