#include <string.h>

#include "base/require.h"
#include "model/rank.h"
#include "store/record.h"
#include "store/records.h"

/* A node that is not there has no members: so a queue of any age keeps few. */

enum { LEAF_LEVEL = 0, TOP_LEVEL = RANK_LEVELS - 1, LEAF_WORDS = RANK_LEAF_BITS / 64 };

static struct key node_key(uint32_t concert_id, unsigned level, uint64_t index)
{
    struct key key = {0};
    key_add_u32(&key, concert_id);
    key_add_u8(&key, (uint8_t)level);
    key_add_u64(&key, index);
    return key;
}

static struct key key_of_number(uint32_t concert_id, unsigned level, uint64_t number)
{
    REQUIRE(rank_node_index(TOP_LEVEL, number) == 0);
    return node_key(concert_id, level, rank_node_index(level, number));
}

static void leaf_get(struct store_txn *txn, const struct key *key, struct rank_leaf *ret)
{
    struct reader value;
    if (record_get(txn, TREE_QUEUE_RANKS, key, &value)) {
        reader_u64s(&value, ret->words, LEAF_WORDS);
        record_check(txn, &value);
    } else {
        memset(ret, 0, sizeof *ret);
    }
}

static void leaf_put(struct store_txn *txn, const struct key *key, const struct rank_leaf *leaf)
{
    uint32_t first;
    uint8_t bytes[sizeof *leaf];
    struct writer value = writer_make(bytes, sizeof bytes);
    if (!rank_leaf_first(leaf, &first)) {
        record_delete(txn, TREE_QUEUE_RANKS, key);
        return;
    }
    writer_u64s(&value, leaf->words, LEAF_WORDS);
    record_put(txn, TREE_QUEUE_RANKS, key, &value);
}

static void node_get(struct store_txn *txn, const struct key *key, struct rank_node *ret)
{
    struct reader value;
    if (record_get(txn, TREE_QUEUE_RANKS, key, &value)) {
        reader_u32s(&value, ret->counts, RANK_FANOUT);
        record_check(txn, &value);
    } else {
        memset(ret, 0, sizeof *ret);
    }
}

static void node_put(struct store_txn *txn, const struct key *key, const struct rank_node *node)
{
    uint32_t first;
    uint8_t bytes[sizeof *node];
    struct writer value = writer_make(bytes, sizeof bytes);
    if (!rank_node_first(node, &first)) {
        record_delete(txn, TREE_QUEUE_RANKS, key);
        return;
    }
    writer_u32s(&value, node->counts, RANK_FANOUT);
    record_put(txn, TREE_QUEUE_RANKS, key, &value);
}

/* Marks a number in its leaf. @return False if it was marked so already. */
static bool leaf_mark(struct store_txn *txn, uint32_t concert_id, uint64_t number, bool member)
{
    struct key key = key_of_number(concert_id, LEAF_LEVEL, number);
    struct rank_leaf leaf;
    leaf_get(txn, &key, &leaf);
    if (!rank_leaf_set(&leaf, rank_place(LEAF_LEVEL, number), member)) return false;
    leaf_put(txn, &key, &leaf);
    return true;
}

static void node_count(struct store_txn *txn, uint32_t concert_id, unsigned level, uint64_t number,
                       bool member)
{
    struct key key = key_of_number(concert_id, level, number);
    struct rank_node node;
    node_get(txn, &key, &node);
    uint32_t *count = &node.counts[rank_place(level, number)];
    if (!member && *count == 0) {
        store_txn_fail(txn, STATUS_STORE_DAMAGED);
        return;
    }
    *count = member ? *count + 1 : *count - 1;
    node_put(txn, &key, &node);
}

static void mark(struct store_txn *txn, uint32_t concert_id, uint64_t number, bool member)
{
    if (!leaf_mark(txn, concert_id, number, member)) return;
    for (unsigned level = LEAF_LEVEL + 1; level <= TOP_LEVEL; level++)
        node_count(txn, concert_id, level, number, member);
}

void queue_rank_add(struct store_txn *txn, uint32_t concert_id, uint64_t number)
{
    mark(txn, concert_id, number, true);
}

void queue_rank_remove(struct store_txn *txn, uint32_t concert_id, uint64_t number)
{
    mark(txn, concert_id, number, false);
}

uint64_t queue_rank_before(struct store_txn *txn, uint32_t concert_id, uint64_t number)
{
    struct key leaf_key = key_of_number(concert_id, LEAF_LEVEL, number);
    struct rank_leaf leaf;
    leaf_get(txn, &leaf_key, &leaf);
    uint64_t before = rank_leaf_before(&leaf, rank_place(LEAF_LEVEL, number));
    for (unsigned level = LEAF_LEVEL + 1; level <= TOP_LEVEL; level++) {
        struct key key = key_of_number(concert_id, level, number);
        struct rank_node node;
        node_get(txn, &key, &node);
        before += rank_node_before(&node, rank_place(level, number));
    }
    return before;
}

bool queue_rank_first(struct store_txn *txn, uint32_t concert_id, uint64_t *ret_number)
{
    uint64_t index = 0;
    uint32_t place;
    for (unsigned level = TOP_LEVEL; level > LEAF_LEVEL; level--) {
        struct key key = node_key(concert_id, level, index);
        struct rank_node node;
        node_get(txn, &key, &node);
        if (!rank_node_first(&node, &place)) return false;
        index = index * RANK_FANOUT + place;
    }
    struct key key = node_key(concert_id, LEAF_LEVEL, index);
    struct rank_leaf leaf;
    leaf_get(txn, &key, &leaf);
    if (!rank_leaf_first(&leaf, &place)) return false;
    *ret_number = index * RANK_LEAF_BITS + place;
    return true;
}
