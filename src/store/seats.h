/* seats.h -- Blocks of 64 seats of a performance.
 *
 * Claims crowd: many commands of a write change the same blocks, so a write caches them. */
#ifndef STORE_SEATS_H
#define STORE_SEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/seat_block.h"
#include "store/bytes.h"
#include "store/key.h"
#include "store/store.h"

/** @return Whether the block is there; *ret is filled only if it is. */
bool seat_block_get(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    struct seat_block *ret);
void seat_block_put(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    const struct seat_block *block);

/** In a write: borrowed until another block is asked for. NULL if it is not there. */
const struct seat_block *seat_block_look(struct store_txn *txn, uint32_t performance_id,
                                         uint32_t block_index);

/** The same, to be changed. */
struct seat_block *seat_block_edit(struct store_txn *txn, uint32_t performance_id,
                                   uint32_t block_index);

/** Every block of a performance in order, as it lies in the store: for whole maps.
 * @param visit  Given the block; return false to stop. */
void seat_blocks_visit(struct store_txn *txn, uint32_t performance_id,
                       bool (*visit)(void *context, uint32_t block_index,
                                     const struct seat_block *block),
                       void *context);

/* --- For src/store only ----------------------------------------------------------------------- */

enum { SEAT_BLOCKS_CACHED = 4096 };

extern const struct cache_kind seats_cache;

/** Redoes changes of single seats (REDO_CHANGE), in a write without caches. */
void seat_block_redo(struct store_txn *txn, const struct key *key, struct reader changes);

#endif
