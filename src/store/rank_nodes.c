#include "store/rank_nodes.h"

#include <string.h>

#include "base/require.h"
#include "store/record.h"
#include "store/transaction.h"

/* A record has the first place in use, and what is there and in the places up to the last in use.
 * A node that is not there has no members: so a queue of any age keeps few. */

_Static_assert(RANK_LEAF_WORDS <= UINT8_MAX + 1, "a byte names a word");
_Static_assert(RANK_FANOUT <= UINT8_MAX + 1, "a byte names a place");

static struct key node_key(struct rank_place place)
{
    struct key key = {0};
    key_add_u32(&key, place.concert_id);
    key_add_u8(&key, (uint8_t)place.level);
    key_add_u64(&key, place.index);
    return key;
}

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

static void node_put(struct store_txn *txn, struct rank_place place,
                     const union rank_members *members)
{
    struct key key = node_key(place);
    uint8_t bytes[RECORD_HEAD_BYTES + 1 + sizeof *members];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    struct span span = place.level == 0 ? leaf_span(&members->leaf) : node_span(&members->node);
    if (span.count == 0) {
        record_delete(txn, TREE_QUEUE_RANKS, &key);
        return;
    }
    writer_u8(&value, (uint8_t)span.first);
    if (place.level == 0)
        writer_u64s(&value, members->leaf.words + span.first, span.count);
    else
        writer_u32s(&value, members->node.counts + span.first, span.count);
    record_put(txn, TREE_QUEUE_RANKS, &key, &value);
}

/* What leaves the node, or is no whole number, is left in the value: it is damaged. */
static struct packed_rank_node node_open(struct store_txn *txn, unsigned level, struct reader value)
{
    size_t places = level == 0 ? RANK_LEAF_WORDS : RANK_FANOUT;
    size_t size = level == 0 ? sizeof(uint64_t) : sizeof(uint32_t);
    size_t first = reader_u8_within(&value, 0, (uint8_t)(places - 1));
    size_t count = (size_t)(value.end - value.at) / size;
    const uint8_t *items = value.at;
    if (count <= places - first) value.at += count * size;
    if (!record_check(txn, &value)) return (struct packed_rank_node){0};
    return (struct packed_rank_node){items, (uint32_t)first, (uint32_t)count};
}

struct packed_rank_node rank_node_find(struct store_txn *txn, struct rank_place place)
{
    struct key key = node_key(place);
    struct reader value;
    if (!record_get(txn, TREE_QUEUE_RANKS, &key, &value)) return (struct packed_rank_node){0};
    return node_open(txn, place.level, value);
}

static void leaf_unpack(const struct packed_rank_node *packed, struct rank_leaf *ret)
{
    memset(ret, 0, sizeof *ret);
    if (packed->count == 0) return;
    struct reader words = reader_make(packed->items, packed->count * sizeof ret->words[0]);
    reader_u64s(&words, ret->words + packed->first, packed->count);
}

static void node_unpack(const struct packed_rank_node *packed, struct rank_node *ret)
{
    memset(ret, 0, sizeof *ret);
    if (packed->count == 0) return;
    struct reader counts = reader_make(packed->items, packed->count * sizeof ret->counts[0]);
    reader_u32s(&counts, ret->counts + packed->first, packed->count);
}

static void members_get(struct store_txn *txn, struct rank_place place, union rank_members *ret)
{
    struct packed_rank_node packed = rank_node_find(txn, place);
    if (place.level == 0)
        leaf_unpack(&packed, &ret->leaf);
    else
        node_unpack(&packed, &ret->node);
}

/* --- what a write keeps ----------------------------------------------------------------------- */

static struct kept_rank_node *slot_of(struct rank_nodes *nodes, struct rank_place place)
{
    REQUIRE(place.level < RANK_LEVELS);
    size_t mixed = (size_t)(place.index + place.concert_id);
    if (place.level == 0) return &nodes->kept[mixed % RANK_LEAVES_KEPT];
    return &nodes->kept[RANK_LEAVES_KEPT + (place.level - 1) * RANK_NODES_KEPT +
                        mixed % RANK_NODES_KEPT];
}

static void slot_save(struct store_txn *txn, struct kept_rank_node *slot)
{
    if (slot->is_changed) node_put(txn, slot->place, &slot->members);
    slot->is_changed = false;
}

static struct kept_rank_node *keep(struct store_txn *txn, struct rank_place place)
{
    REQUIRE(place.concert_id != 0);
    struct kept_rank_node *slot = slot_of(&txn->kept->ranks, place);
    if (rank_place_is(slot->place, place)) return slot;
    slot_save(txn, slot);
    members_get(txn, place, &slot->members);
    slot->place = place;
    if (store_txn_failure(txn) != STATUS_OK) slot->place.concert_id = 0; /* it was not read */
    return slot;
}

void kept_ranks_forget(struct rank_nodes *nodes)
{
    for (size_t i = 0; i < RANK_NODES_KEPT_ALL; i++) {
        nodes->kept[i].place.concert_id = 0;
        nodes->kept[i].is_changed = false;
    }
}

void kept_ranks_put(struct store_txn *txn)
{
    for (size_t i = 0; i < RANK_NODES_KEPT_ALL; i++)
        slot_save(txn, &txn->kept->ranks.kept[i]);
}

const union rank_members *rank_members_look(struct store_txn *txn, struct rank_place place)
{
    REQUIRE(txn->may_write);
    return &keep(txn, place)->members;
}

union rank_members *rank_members_edit(struct store_txn *txn, struct rank_place place)
{
    REQUIRE(txn->may_write);
    struct kept_rank_node *slot = keep(txn, place);
    slot->is_changed = true;
    txn->kept->has_changes = true;
    return &slot->members;
}
