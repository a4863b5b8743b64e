#include "store/codec.h"
#include "store/kept_seats.h"
#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

enum { CHANGES_BYTES_MAX = 8 + SEATS_PER_BLOCK * (1 + 4) };

static struct key block_key(uint32_t performance_id, uint32_t block_index)
{
    struct key key = {0};
    key_add_u32(&key, performance_id);
    key_add_u32(&key, block_index);
    return key;
}

bool seat_block_read(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                     struct seat_block *ret)
{
    struct key key = block_key(performance_id, block_index);
    struct reader value;
    if (!record_get(txn, TREE_SEATS, &key, &value)) return false;
    seat_block_unpack(&value, ret);
    return record_check(txn, &value);
}

static struct writer block_pack(const struct store_txn *txn, const struct seat_block *block,
                                uint8_t bytes[seat_block_bytes_max])
{
    struct writer value = record_writer(txn, bytes, seat_block_bytes_max);
    seat_block_pack(&value, block);
    return value;
}

void seat_block_write(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                      const struct seat_block *block)
{
    struct key key = block_key(performance_id, block_index);
    uint8_t bytes[seat_block_bytes_max];
    struct writer value = block_pack(txn, block, bytes);
    record_put(txn, TREE_SEATS, &key, &value);
}

void seat_block_write_noted(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                            const struct seat_block *block)
{
    struct key key = block_key(performance_id, block_index);
    uint8_t bytes[seat_block_bytes_max];
    struct writer value = block_pack(txn, block, bytes);
    record_put_noted(txn, TREE_SEATS, &key, &value);
}

/* --- Changes of single seats ------------------------------------------------------------------ */

static bool is_alike(const struct seat_block *a, const struct seat_block *b)
{
    return !a->is_wide && !b->is_wide && a->base_ms == b->base_ms && a->count == b->count;
}

/* A claim changes one seat of sixty-four: its place and its four bytes. */
void seat_block_note(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                     const struct seat_block *before, const struct seat_block *after)
{
    struct key key = block_key(performance_id, block_index);
    if (!is_alike(before, after)) {
        uint8_t bytes[seat_block_bytes_max];
        struct writer value = block_pack(txn, after, bytes);
        record_note(txn, TREE_SEATS, &key, &value);
        return;
    }
    uint8_t bytes[CHANGES_BYTES_MAX];
    struct writer changes = writer_make(bytes, sizeof bytes);
    writer_u64(&changes, after->version);
    for (uint32_t i = 0; i < after->count; i++) {
        if (after->narrow[i] == before->narrow[i]) continue;
        writer_u8(&changes, (uint8_t)i);
        writer_u32(&changes, after->narrow[i]);
    }
    record_note_seats(txn, &key, &changes);
}

void seat_block_redo(struct store_txn *txn, const struct key *key, struct reader changes)
{
    struct seat_block block;
    struct reader value;
    bool is_there = record_get(txn, TREE_SEATS, key, &value);
    if (is_there) seat_block_unpack(&value, &block);
    if (!is_there || !record_check(txn, &value) || block.is_wide) {
        store_txn_fail(txn, STATUS_STORE_DAMAGED);
        return;
    }
    block.version = reader_u64(&changes);
    while (changes.at < changes.end && !changes.is_damaged) {
        uint8_t place = reader_u8_within(&changes, 0, (uint8_t)(block.count - 1));
        block.narrow[place] = reader_u32(&changes);
    }
    if (!record_check(txn, &changes)) return;
    uint8_t bytes[seat_block_bytes_max];
    struct writer packed = block_pack(txn, &block, bytes);
    record_put(txn, TREE_SEATS, key, &packed);
}

struct visit {
    struct store_txn *txn;
    bool (*visit)(void *context, uint32_t block_index, const struct seat_block *block);
    void *context;
};

static bool visit_block(void *context, struct reader key, struct reader value)
{
    const struct visit *visit = context;
    struct seat_block block;
    if (!record_open(visit->txn, TREE_SEATS, key, &value)) return false;
    reader_big(&key, sizeof(uint32_t));
    uint32_t block_index = (uint32_t)reader_big(&key, sizeof block_index);
    seat_block_unpack(&value, &block);
    if (!record_check(visit->txn, &key) || !record_check(visit->txn, &value)) return false;
    return visit->visit(visit->context, block_index, &block);
}

void seat_blocks_visit(struct store_txn *txn, uint32_t performance_id,
                       bool (*visit)(void *context, uint32_t block_index,
                                     const struct seat_block *block),
                       void *context)
{
    struct visit state = {.txn = txn, .visit = visit, .context = context};
    struct key prefix = {0};
    key_add_u32(&prefix, performance_id);
    if (txn->may_write) kept_seats_put(txn);
    record_visit(txn, TREE_SEATS, &prefix, visit_block, &state);
}
