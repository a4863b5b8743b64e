/* kept_seats.h -- Blocks of seats, and the states of their performances, as writes ask for them.
 *
 * Claims crowd: many commands of a transaction change the same blocks, and all the same
 * performance. So a write transaction keeps what it was asked for, and puts what was changed when
 * it ends. The next one finds it, as nobody else writes; unless the changes were taken back. For
 * src/store only. */
#ifndef STORE_KEPT_SEATS_H
#define STORE_KEPT_SEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/catalog.h"
#include "model/seat_block.h"
#include "store/bits.h"
#include "store/store.h"

enum { SEAT_BLOCKS_KEPT = 4096, PERFORMANCE_STATES_KEPT = 16 };

struct kept_seat_block {
    uint32_t performance_id;
    uint32_t block_index;
    struct seat_block block;
};

struct kept_performance_state {
    bool is_kept;
    bool is_changed;
    struct performance_state state;
};

/** Everything has one place where it can be. */
struct kept_seats {
    bool has_changes;                                   /* that are not committed */
    uint64_t is_kept[SEAT_BLOCKS_KEPT / BITS_PER_WORD]; /* a bit for each of `blocks` */
    uint64_t is_changed[SEAT_BLOCKS_KEPT / BITS_PER_WORD];
    struct kept_seat_block blocks[SEAT_BLOCKS_KEPT];
    struct kept_performance_state states[PERFORMANCE_STATES_KEPT];
};

/** Begins a write: forgets everything if the one before took its changes back. */
void kept_seats_begin(struct kept_seats *kept);

/** Tells that the changes are committed: they are kept for the next write. */
void kept_seats_committed(struct kept_seats *kept);

/** Puts what was changed in this transaction. */
void kept_seats_put(struct store_txn *txn);

/** A block as it lies in the store: seats.c. */
bool seat_block_read(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                     struct seat_block *ret);
void seat_block_write(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                      const struct seat_block *block);

/** The state of a performance as it lies in the store: catalog.c. */
bool performance_state_read(struct store_txn *txn, uint32_t performance_id,
                            struct performance_state *ret);
void performance_state_write(struct store_txn *txn, const struct performance_state *state);

#endif
