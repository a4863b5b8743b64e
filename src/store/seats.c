#include "store/seats.h"

#include <string.h>

#include "base/require.h"
#include "store/cache.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/transaction.h"

enum { PERFORMANCE_STEP = 163 }; /* so that the halls of several performances lie apart */

_Static_assert(PERFORMANCE_STEP % 2 == 1, "odd: every slot can be a first one");
_Static_assert((SEAT_BLOCKS_CACHED & (SEAT_BLOCKS_CACHED - 1)) == 0, "a power of two");
_Static_assert((int)SEAT_BLOCKS_CACHED <= (int)CACHE_SLOTS_MAX, "as a cache allows");
_Static_assert((int)seat_block_bytes_max <= (int)CACHE_RECORD_BYTES_MAX, "a block can be cached");
_Static_assert(2 * sizeof(uint32_t) <= KEY_BYTES_MAX, "a performance and an index are a key");

static struct cache_key cache_key_of(uint32_t performance_id, uint32_t block_index)
{
    return (struct cache_key){performance_id, block_index,
                              performance_id * PERFORMANCE_STEP + block_index};
}

static struct key block_key(struct cache_key ids)
{
    struct key key = {0};
    key_add_u32(&key, (uint32_t)ids.high);
    key_add_u32(&key, (uint32_t)ids.low);
    return key;
}

static void pack(struct writer *value, struct cache_key key, const void *block)
{
    (void)key;
    seat_block_pack(value, block);
}

static void unpack(struct reader *value, struct cache_key key, void *ret_block)
{
    (void)key;
    seat_block_unpack(value, ret_block);
}

/* --- Changes of single seats ------------------------------------------------------------------ */

static bool is_alike(const struct seat_block *a, const struct seat_block *b)
{
    return !a->is_wide && !b->is_wide && a->base_ms == b->base_ms && a->count == b->count;
}

enum { STEP = 8 };

_Static_assert((int)STEP <= (int)SEATS_PER_BLOCK, "a block has a step");

_Static_assert(SEATS_PER_BLOCK % STEP == 0, "steps go on to the end of a block");

static void pack_changed_step(struct writer *change, const struct seat_block *old,
                              const struct seat_block *block, uint32_t from)
{
    for (uint32_t i = from; i < from + STEP && i < block->count; i++) {
        if (block->narrow[i] == old->narrow[i]) continue;
        writer_u8(change, (uint8_t)i);
        writer_u32(change, block->narrow[i]);
    }
}

static bool is_same_step(const struct seat_block *a, const struct seat_block *b, uint32_t from)
{
    uint64_t left[STEP / 2], right[STEP / 2], differ = 0;
    memcpy(left, a->narrow + from, sizeof left);
    memcpy(right, b->narrow + from, sizeof right);
    for (int i = 0; i < STEP / 2; i++)
        differ |= left[i] ^ right[i];
    return differ == 0;
}

/* A claim changes one seat of sixty-four: its place and its four bytes. */
static bool pack_change(struct writer *change, const void *before, const void *item)
{
    const struct seat_block *old = before;
    const struct seat_block *block = item;
    if (!is_alike(old, block)) return false;
    writer_u64(change, block->version);
    for (uint32_t from = 0; from < block->count; from += STEP)
        if (!is_same_step(old, block, from)) pack_changed_step(change, old, block, from);
    return true;
}

static void redo(struct reader *changes, struct seat_block *block)
{
    REQUIRE(block->count >= 1);
    REQUIRE(!block->is_wide);
    block->version = reader_u64(changes);
    while (changes->at < changes->end && !changes->is_damaged) {
        uint8_t place = reader_u8_within(changes, 0, (uint8_t)(block->count - 1));
        block->narrow[place] = reader_u32(changes);
    }
}

void seat_block_redo(struct store_txn *txn, const struct key *key, struct reader changes)
{
    REQUIRE(store_txn_may_write(txn));
    struct seat_block block;
    struct reader value;
    bool is_there = record_get(txn, TREE_SEATS, key, &value);
    if (is_there) seat_block_unpack(&value, &block);
    if (!is_there || !record_check(txn, &value) || block.is_wide) {
        store_txn_fail(txn, STATUS_STORE_DAMAGED);
        return;
    }
    redo(&changes, &block);
    if (!record_check(txn, &changes)) return;
    uint8_t bytes[seat_block_bytes_max];
    struct writer packed = record_writer(txn, bytes, sizeof bytes);
    seat_block_pack(&packed, &block);
    record_put(txn, TREE_SEATS, key, &packed);
}

_Static_assert(8 + SEATS_PER_BLOCK * (1 + 4) <= seat_block_bytes_max,
               "all changes of a block fit the room of the block");

const struct cache_kind seats_cache = {
    .tree = TREE_SEATS,
    .slots = SEAT_BLOCKS_CACHED,
    .item_bytes = sizeof(struct seat_block),
    .record_bytes = seat_block_bytes_max,
    .is_hot = true,
    .key = block_key,
    .pack = pack,
    .unpack = unpack,
    .pack_change = pack_change,
};

/* --- Blocks ----------------------------------------------------------------------------------- */

bool seat_block_get(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    struct seat_block *ret)
{
    return cache_get(txn, CACHE_SEATS, cache_key_of(performance_id, block_index), ret);
}

/* Whole halls come in the order of their keys: the tree is filled best if they go there at once. */
void seat_block_put(struct store_txn *txn, uint32_t performance_id, uint32_t block_index,
                    const struct seat_block *block)
{
    struct cache_key ids = cache_key_of(performance_id, block_index);
    struct key key = block_key(ids);
    uint8_t bytes[seat_block_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    REQUIRE(block->count >= 1);
    REQUIRE(block->count <= SEATS_PER_BLOCK);
    cache_forget(txn, CACHE_SEATS, ids);
    seat_block_pack(&value, block);
    record_put(txn, TREE_SEATS, &key, &value);
}

const struct seat_block *seat_block_look(struct store_txn *txn, uint32_t performance_id,
                                         uint32_t block_index)
{
    REQUIRE(store_txn_may_write(txn));
    return cache_look(txn, CACHE_SEATS, cache_key_of(performance_id, block_index));
}

struct seat_block *seat_block_edit(struct store_txn *txn, uint32_t performance_id,
                                   uint32_t block_index)
{
    return cache_edit(txn, CACHE_SEATS, cache_key_of(performance_id, block_index));
}

/* --- All blocks of a performance -------------------------------------------------------------- */

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
    REQUIRE(block.count >= 1);
    return visit->visit(visit->context, block_index, &block);
}

void seat_blocks_visit(struct store_txn *txn, uint32_t performance_id,
                       bool (*visit)(void *context, uint32_t block_index,
                                     const struct seat_block *block),
                       void *context)
{
    REQUIRE(visit != NULL);
    struct visit state = {.txn = txn, .visit = visit, .context = context};
    struct key prefix = {0};
    key_add_u32(&prefix, performance_id);
    cache_write_back(txn, CACHE_SEATS);
    record_visit(txn, TREE_SEATS, &prefix, visit_block, &state);
}
