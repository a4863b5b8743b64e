#include "store/record.h"
#include "store/records.h"

enum { SEAT_BLOCK_BYTES_MAX = 8 + 4 + SEATS_PER_BLOCK * 8 };

static struct key block_key(uint32_t performance_id, uint32_t block_index)
{
    struct key key = {0};
    key_add_u32(&key, performance_id);
    key_add_u32(&key, block_index);
    return key;
}

static void block_unpack(struct reader *value, struct seat_block *ret)
{
    ret->version = reader_u64(value);
    ret->count = reader_u32_within(value, 1, SEATS_PER_BLOCK);
    reader_u64s(value, ret->words, ret->count);
}

bool seat_block_get(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    struct seat_block *ret)
{
    struct key key = block_key(performance_id, block_index);
    struct reader value;
    if (!record_get(txn, TREE_SEATS, &key, &value)) return false;
    block_unpack(&value, ret);
    return record_check(txn, &value);
}

void seat_block_put(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    const struct seat_block *block)
{
    struct key key = block_key(performance_id, block_index);
    uint8_t bytes[SEAT_BLOCK_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u64(&value, block->version);
    writer_u32(&value, block->count);
    writer_u64s(&value, block->words, block->count);
    record_put(txn, TREE_SEATS, &key, &value);
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
    reader_big(&key, sizeof(uint32_t));
    uint32_t block_index = (uint32_t)reader_big(&key, sizeof block_index);
    block_unpack(&value, &block);
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
    record_visit(txn, TREE_SEATS, &prefix, visit_block, &state);
}
