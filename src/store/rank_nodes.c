#include "store/rank_nodes.h"

#include <string.h>

#include "base/require.h"
#include "store/record.h"
#include "store/transaction.h"

/* A record has the first place in use, and what is there and in the places up to the last in use.
 * A node that is not there has no members: so a queue of any age keeps few. */

enum { LEAF_WORDS = RANK_LEAF_BITS / 64, PLACES_MAX = RANK_FANOUT };

_Static_assert(LEAF_WORDS <= PLACES_MAX && PLACES_MAX <= UINT8_MAX + 1, "a byte names a place");

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
    size_t first = 0, end = LEAF_WORDS;
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
    uint8_t bytes[1 + sizeof *members];
    struct writer value = writer_make(bytes, sizeof bytes);
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

/* A count that leaves the node, or is no whole number, is left in the value: it is damaged. */
static void leaf_unpack(struct reader *value, struct rank_leaf *ret)
{
    size_t first = reader_u8_within(value, 0, LEAF_WORDS - 1);
    size_t count = (size_t)(value->end - value->at) / sizeof ret->words[0];
    if (count <= LEAF_WORDS - first) reader_u64s(value, ret->words + first, count);
}

static void node_unpack(struct reader *value, struct rank_node *ret)
{
    size_t first = reader_u8(value);
    size_t count = (size_t)(value->end - value->at) / sizeof ret->counts[0];
    if (count <= RANK_FANOUT - first) reader_u32s(value, ret->counts + first, count);
}

static void members_unpack(struct store_txn *txn, unsigned level, struct reader value,
                           union rank_members *ret)
{
    memset(ret, 0, level == 0 ? sizeof ret->leaf : sizeof ret->node);
    if (value.at == NULL) return;
    if (level == 0)
        leaf_unpack(&value, &ret->leaf);
    else
        node_unpack(&value, &ret->node);
    record_check(txn, &value);
}

/* Reads from NULL if the node is not there. */
static struct reader node_find(struct store_txn *txn, struct rank_place place)
{
    struct key key = node_key(place);
    struct reader value;
    return record_get(txn, TREE_QUEUE_RANKS, &key, &value) ? value : reader_make(NULL, 0);
}

static bool is_same(struct rank_place a, struct rank_place b)
{
    return a.index == b.index && a.level == b.level && a.concert_id == b.concert_id;
}

/* --- what a read has seen --------------------------------------------------------------------- */

static struct reader node_see(struct store_txn *txn, struct rank_place place)
{
    size_t slot = place.level == 0 ? place.index % RANK_LEAVES_SEEN : RANK_LEAVES_SEEN;
    struct seen_rank_node *seen = &txn->rank_nodes_seen[slot];
    if (!is_same(seen->place, place)) {
        struct reader value = node_find(txn, place);
        *seen = (struct seen_rank_node){place, value.at, (size_t)(value.end - value.at)};
    }
    return reader_make(seen->bytes, seen->size);
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
    if (is_same(slot->place, place)) return slot;
    slot_save(txn, slot);
    members_unpack(txn, place.level, node_find(txn, place), &slot->members);
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

const union rank_members *rank_members_look(struct store_txn *txn, struct rank_place place,
                                            union rank_members *space)
{
    if (txn->may_write) return &keep(txn, place)->members;
    members_unpack(txn, place.level, node_see(txn, place), space);
    return space;
}

union rank_members *rank_members_edit(struct store_txn *txn, struct rank_place place)
{
    REQUIRE(txn->may_write);
    struct kept_rank_node *slot = keep(txn, place);
    slot->is_changed = true;
    txn->kept->has_changes = true;
    return &slot->members;
}
