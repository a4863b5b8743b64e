/* kept_seats.h -- Blocks of seats, as writes ask for them.
 *
 * Claims crowd: many commands of a write change the same blocks. So a write keeps what it was asked
 * for; when it ends the journal is told which seats were changed, and the tree only when reads are
 * to see it. The next write finds what was kept, as nobody else writes. For src/store only. */
#ifndef STORE_KEPT_SEATS_H
#define STORE_KEPT_SEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/seat_block.h"
#include "store/bits.h"
#include "store/record.h"
#include "store/store.h"

enum { SEAT_BLOCKS_KEPT = 4096 };

struct kept_seat_block {
    uint32_t performance_id;
    uint32_t block_index;
    struct seat_block block;
    struct seat_block noted; /* as the writes before this one left it */
};

/** Everything has one place where it can be. */
struct kept_seats {
    bool has_changes;                                      /* of a write that has not ended well */
    uint64_t is_kept[SEAT_BLOCKS_KEPT / BITS_PER_WORD];    /* a bit for each of `blocks` */
    uint64_t is_changed[SEAT_BLOCKS_KEPT / BITS_PER_WORD]; /* and not noted */
    uint64_t is_noted[SEAT_BLOCKS_KEPT / BITS_PER_WORD];   /* and not put */
    struct kept_seat_block blocks[SEAT_BLOCKS_KEPT];
};

/** Begins a write: forgets the changes of the one before if that gave up. */
void kept_seats_begin(struct kept_seats *kept);

/** Notes what this write has changed. To be called when it ends. */
void kept_seats_note(struct store_txn *txn);

/** Tells that the write ended well: what it changed is kept for the next one. */
void kept_seats_committed(struct kept_seats *kept);

/** Puts what was noted, and notes what was changed. To be called before a commit. */
void kept_seats_put(struct store_txn *txn);

/** Forgets everything: it was taken back, and what was noted before is put by other means. */
void kept_seats_forget(struct kept_seats *kept);

/** A block as it lies in the store: seats.c. */
bool seat_block_read(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                     struct seat_block *ret);
void seat_block_write(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                      const struct seat_block *block);

/** The two halves of seat_block_write: see record_put_noted. `before` is how the block was when it
 * was noted last. */
void seat_block_note(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                     const struct seat_block *before, const struct seat_block *after);
void seat_block_write_noted(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                            const struct seat_block *block);

/** Makes noted changes of seats. */
void seat_block_redo(struct store_txn *txn, const struct key *key, struct reader changes);

#endif
