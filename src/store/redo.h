/* redo.h -- The changes of a write as bytes for the journal, and the way back. For src/store only.
 * They name records by tree and key and hold their new bytes, whole but for blocks of seats, so
 * doing them once more, or on a store that has some of them, comes to the same. */
#ifndef STORE_REDO_H
#define STORE_REDO_H

#include <lmdb.h>
#include <stddef.h>
#include <stdint.h>

#include "journal/journal.h"
#include "store/record.h"

/** Notes that a record was put, or which seats of a block were changed: see seat_block_note.
 * @return False if there is no memory. */
typedef bool redo_note(struct journal_record *record, enum tree tree, const MDB_val *key,
                       const MDB_val *value);
redo_note redo_note_put, redo_note_seats;

/** Notes that a record was deleted. @return False if there is no memory. */
bool redo_note_delete(struct journal_record *record, enum tree tree, const MDB_val *key);

/** Makes the changes in a write transaction, which fails as damaged if they can't be read. */
void redo_apply(struct store_txn *txn, const uint8_t *bytes, size_t size);

#endif
