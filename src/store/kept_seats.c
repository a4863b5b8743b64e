#include "store/kept_seats.h"

#include <string.h>

#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

/* Blocks of one performance are neighbours here too: so they are put in their order. */
static uint32_t slot_of(uint32_t performance_id, uint32_t block_index)
{
    return (performance_id * 163 + block_index) % SEAT_BLOCKS_KEPT;
}

static void note_block(struct store_txn *txn, uint32_t slot)
{
    struct kept_seats *kept = &txn->kept->seats;
    struct kept_seat_block *block = &kept->blocks[slot];
    if (!bits_has(kept->is_changed, slot)) return;
    bits_clear(kept->is_changed, slot);
    seat_block_note(txn, block->performance_id, block->block_index, &block->noted, &block->block);
    block->noted = block->block;
    bits_set(kept->is_noted, slot);
}

static void put_block(struct store_txn *txn, uint32_t slot)
{
    struct kept_seats *kept = &txn->kept->seats;
    const struct kept_seat_block *block = &kept->blocks[slot];
    note_block(txn, slot);
    if (!bits_has(kept->is_noted, slot)) return;
    bits_clear(kept->is_noted, slot);
    seat_block_write_noted(txn, block->performance_id, block->block_index, &block->block);
}

/* Calls `visit`, which clears the bit, for the slots of a set. */
static void visit_blocks(struct store_txn *txn, const uint64_t *bits,
                         void (*visit)(struct store_txn *txn, uint32_t slot))
{
    for (uint32_t i = 0; i < SEAT_BLOCKS_KEPT / BITS_PER_WORD; i++)
        while (bits[i] != 0)
            visit(txn, bits_first(bits, i));
}

static bool is_in(const struct kept_seats *kept, uint32_t slot, uint32_t performance_id,
                  uint32_t block_index)
{
    const struct kept_seat_block *block = &kept->blocks[slot];
    return bits_has(kept->is_kept, slot) && block->performance_id == performance_id &&
           block->block_index == block_index;
}

static struct seat_block *keep_block(struct store_txn *txn, uint32_t slot, uint32_t performance_id,
                                     uint32_t block_index)
{
    struct kept_seats *kept = &txn->kept->seats;
    struct kept_seat_block *block = &kept->blocks[slot];
    put_block(txn, slot);
    bits_clear(kept->is_kept, slot);
    if (!seat_block_read(txn, performance_id, block_index, &block->block)) return NULL;
    block->noted = block->block;
    block->performance_id = performance_id;
    block->block_index = block_index;
    bits_set(kept->is_kept, slot);
    return &block->block;
}

const struct seat_block *seat_block_look(struct store_txn *txn, uint32_t performance_id,
                                         uint32_t block_index)
{
    REQUIRE(txn->may_write);
    uint32_t slot = slot_of(performance_id, block_index);
    if (is_in(&txn->kept->seats, slot, performance_id, block_index))
        return &txn->kept->seats.blocks[slot].block;
    return keep_block(txn, slot, performance_id, block_index);
}

struct seat_block *seat_block_edit(struct store_txn *txn, uint32_t performance_id,
                                   uint32_t block_index)
{
    const struct seat_block *block = seat_block_look(txn, performance_id, block_index);
    if (block == NULL) return NULL;
    uint32_t slot = slot_of(performance_id, block_index);
    bits_set(txn->kept->seats.is_changed, slot);
    txn->kept->seats.has_changes = true;
    return &txn->kept->seats.blocks[slot].block;
}

bool seat_block_get(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    struct seat_block *ret)
{
    if (!txn->may_write) return seat_block_read(txn, performance_id, block_index, ret);
    const struct seat_block *block = seat_block_look(txn, performance_id, block_index);
    if (block != NULL) *ret = *block;
    return block != NULL;
}

void seat_block_put(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    const struct seat_block *block)
{
    uint32_t slot = slot_of(performance_id, block_index);
    txn->kept->seats.has_changes = true;
    if (is_in(&txn->kept->seats, slot, performance_id, block_index)) {
        bits_clear(txn->kept->seats.is_kept, slot);
        bits_clear(txn->kept->seats.is_changed, slot);
        bits_clear(txn->kept->seats.is_noted, slot);
    }
    seat_block_write(txn, performance_id, block_index, block);
}

/* --- all of it --- */

static void give_up_block(struct kept_seats *kept, uint32_t slot)
{
    bits_clear(kept->is_changed, slot);
    if (bits_has(kept->is_noted, slot))
        kept->blocks[slot].block = kept->blocks[slot].noted;
    else
        bits_clear(kept->is_kept, slot);
}

void kept_seats_begin(struct kept_seats *kept)
{
    if (!kept->has_changes) return;
    for (uint32_t i = 0; i < SEAT_BLOCKS_KEPT / BITS_PER_WORD; i++)
        while (kept->is_changed[i] != 0)
            give_up_block(kept, bits_first(kept->is_changed, i));
    kept->has_changes = false;
}

void kept_seats_note(struct store_txn *txn)
{
    visit_blocks(txn, txn->kept->seats.is_changed, note_block);
}

void kept_seats_committed(struct kept_seats *kept)
{
    kept->has_changes = false;
}

void kept_seats_put(struct store_txn *txn)
{
    kept_seats_note(txn);
    visit_blocks(txn, txn->kept->seats.is_noted, put_block);
}

void kept_seats_forget(struct kept_seats *kept)
{
    memset(kept->is_kept, 0, sizeof kept->is_kept);
    memset(kept->is_changed, 0, sizeof kept->is_changed);
    memset(kept->is_noted, 0, sizeof kept->is_noted);
    kept->has_changes = false;
}
