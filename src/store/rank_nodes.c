#include "store/rank_nodes.h"

#include <string.h>

#include "base/require.h"
#include "store/cache.h"
#include "store/record.h"
#include "store/transaction.h"

/* A record has the first place in use, and what is there and in the places up to the last in use.
 * A node that is not there has no members: so a queue of any age has few. */

_Static_assert(RANK_LEAF_WORDS <= UINT8_MAX + 1, "a byte names a word");
_Static_assert(RANK_FANOUT <= UINT8_MAX + 1, "a byte names a place");

/* The front and the end of a long line are in different leaves, and those who leave in between. */
enum {
    SLOTS_PER_LEVEL = 16,
    SLOTS = 64,
    LEVEL_BITS = 8,
    NODE_BYTES_MAX = RECORD_HEAD_BYTES + 1 + sizeof(union rank_members),
};

_Static_assert(SLOTS_PER_LEVEL *RANK_LEVELS <= SLOTS, "every level has slots of its own");
_Static_assert((int)NODE_BYTES_MAX <= (int)CACHE_RECORD_BYTES_MAX, "a node can be cached");
_Static_assert((int)SLOTS <= (int)CACHE_SLOTS_MAX, "as a cache allows");
_Static_assert(RANK_LEVELS <= 1 << LEVEL_BITS, "the bits tell the level");
_Static_assert((SLOTS & (SLOTS - 1)) == 0, "a power of two");
_Static_assert(sizeof(uint32_t) + 1 + sizeof(uint64_t) <= KEY_BYTES_MAX, "a place is a key");

/* --- Keys ------------------------------------------------------------------------------------- */

static struct cache_key cache_key_of(struct rank_place place)
{
    REQUIRE(place.level < RANK_LEVELS);
    uint32_t mixed = ((uint32_t)place.index + place.concert_id) % SLOTS_PER_LEVEL;
    return (struct cache_key){(uint64_t)place.concert_id << LEVEL_BITS | place.level, place.index,
                              place.level * SLOTS_PER_LEVEL + mixed};
}

static struct rank_place place_of(struct cache_key key)
{
    unsigned level = (unsigned)key.high & ((1U << LEVEL_BITS) - 1);
    return (struct rank_place){(uint32_t)(key.high >> LEVEL_BITS), level, key.low};
}

static struct key node_key(struct cache_key cache_key)
{
    struct rank_place place = place_of(cache_key);
    struct key key = {0};
    key_add_u32(&key, place.concert_id);
    key_add_u8(&key, (uint8_t)place.level);
    key_add_u64(&key, place.index);
    return key;
}

/* --- Bytes ------------------------------------------------------------------------------------ */

/* Places in use: from `first` on, so many. */
struct span {
    size_t first;
    size_t count;
};

static struct span leaf_span(const struct rank_leaf *leaf)
{
    size_t first = 0, end = RANK_LEAF_WORDS;
    while (end > 0 && leaf->words[end - 1] == 0)
        end--;
    while (first < end && leaf->words[first] == 0)
        first++;
    return (struct span){first, end - first};
}

static struct span node_span(const struct rank_node *node)
{
    size_t first = 0, end = RANK_FANOUT;
    while (end > 0 && node->counts[end - 1] == 0)
        end--;
    while (first < end && node->counts[first] == 0)
        first++;
    return (struct span){first, end - first};
}

static void pack(struct writer *value, struct cache_key key, const void *item)
{
    const union rank_members *members = item;
    bool is_leaf = place_of(key).level == 0;
    struct span span = is_leaf ? leaf_span(&members->leaf) : node_span(&members->node);
    if (span.count == 0) return;
    writer_u8(value, (uint8_t)span.first);
    if (is_leaf)
        writer_u64s(value, members->leaf.words + span.first, span.count);
    else
        writer_u32s(value, members->node.counts + span.first, span.count);
}

/* What leaves the node, or is no whole number, is left in the value: it is damaged. */
static struct packed_rank_node node_open(unsigned level, struct reader *value)
{
    size_t places = level == 0 ? RANK_LEAF_WORDS : RANK_FANOUT;
    size_t size = level == 0 ? sizeof(uint64_t) : sizeof(uint32_t);
    size_t first = reader_u8_within(value, 0, (uint8_t)(places - 1));
    size_t count = (size_t)(value->end - value->at) / size;
    const uint8_t *items = value->at;
    if (count <= places - first) value->at += count * size;
    if (!reader_is_whole(value)) return (struct packed_rank_node){0};
    return (struct packed_rank_node){items, (uint32_t)first, (uint32_t)count};
}

static void leaf_unpack(const struct packed_rank_node *packed, struct rank_leaf *ret)
{
    REQUIRE(packed->first + packed->count <= RANK_LEAF_WORDS);
    memset(ret, 0, sizeof *ret);
    if (packed->count == 0) return;
    struct reader words = reader_make(packed->items, packed->count * sizeof ret->words[0]);
    reader_u64s(&words, ret->words + packed->first, packed->count);
}

static void node_unpack(const struct packed_rank_node *packed, struct rank_node *ret)
{
    REQUIRE(packed->first + packed->count <= RANK_FANOUT);
    memset(ret, 0, sizeof *ret);
    if (packed->count == 0) return;
    struct reader counts = reader_make(packed->items, packed->count * sizeof ret->counts[0]);
    reader_u32s(&counts, ret->counts + packed->first, packed->count);
}

static void unpack(struct reader *value, struct cache_key key, void *ret_item)
{
    union rank_members *ret = ret_item;
    unsigned level = place_of(key).level;
    struct packed_rank_node packed = node_open(level, value);
    if (level == 0)
        leaf_unpack(&packed, &ret->leaf);
    else
        node_unpack(&packed, &ret->node);
}

const struct cache_kind rank_nodes_cache = {
    .tree = TREE_QUEUE_RANKS,
    .slots = SLOTS,
    .item_bytes = sizeof(union rank_members),
    .record_bytes = NODE_BYTES_MAX,
    .is_sparse = true,
    .key = node_key,
    .pack = pack,
    .unpack = unpack,
};

/* --- Nodes ------------------------------------------------------------------------------------ */

struct packed_rank_node rank_node_find(struct store_txn *txn, struct rank_place place)
{
    struct key key = node_key(cache_key_of(place));
    struct reader value;
    if (!record_get(txn, TREE_QUEUE_RANKS, &key, &value)) return (struct packed_rank_node){0};
    struct packed_rank_node node = node_open(place.level, &value);
    record_check(txn, &value);
    return node;
}

const union rank_members *rank_members_look(struct store_txn *txn, struct rank_place place)
{
    static const union rank_members none;
    REQUIRE(store_txn_may_write(txn));
    REQUIRE(place.concert_id != 0);
    const union rank_members *members = cache_look(txn, CACHE_RANK_NODES, cache_key_of(place));
    return members != NULL ? members : &none;
}

/* What is done to a node that could not be read is lost with the transaction, which has failed. */
union rank_members *rank_members_edit(struct store_txn *txn, struct rank_place place)
{
    static union rank_members none;
    REQUIRE(place.concert_id != 0);
    union rank_members *members = cache_edit(txn, CACHE_RANK_NODES, cache_key_of(place));
    if (members != NULL) return members;
    REQUIRE(store_txn_failure(txn) != STATUS_OK);
    none = (union rank_members){0};
    return &none;
}
