#include "store/seen_ranks.h"

#include "base/require.h"
#include "store/bytes.h"
#include "store/transaction.h"

static size_t slot_of(struct rank_place place)
{
    REQUIRE(place.level < RANK_LEVELS);
    return place.level == 0 ? place.index % RANK_LEAVES_SEEN : RANK_LEAVES_SEEN + place.level - 1;
}

static struct rank_sums *sums_of(struct seen_ranks *seen, unsigned level)
{
    REQUIRE(level >= 1);
    return &seen->sums[level - 1];
}

static const struct packed_rank_node *see(struct store_txn *txn, struct seen_ranks *seen,
                                          struct rank_place place)
{
    struct seen_rank_node *node = &seen->nodes[slot_of(place)];
    if (rank_place_is(node->place, place)) return &node->packed;
    *node = (struct seen_rank_node){place, rank_node_find(txn, place)};
    if (place.level > 0) {
        sums_of(seen, place.level)->known = 0;
        sums_of(seen, place.level)->before[0] = 0;
    }
    return &node->packed;
}

/* How many of the words or counts in the store come before one of the node. */
static uint32_t items_before(const struct packed_rank_node *node, uint32_t item)
{
    if (item < node->first) return 0;
    return item - node->first < node->count ? item - node->first : node->count;
}

static uint64_t leaf_before(const struct packed_rank_node *leaf, uint32_t place)
{
    REQUIRE(place < RANK_LEAF_BITS);
    uint64_t members = 0;
    uint32_t word = place / RANK_WORD_BITS;
    uint32_t whole = items_before(leaf, word);
    for (uint32_t i = 0; i < whole; i++)
        members += rank_word_members(little_u64_at(leaf->items, i));
    if (word < leaf->first || whole == leaf->count) return members; /* nobody is in its word */
    uint64_t smaller_bits = (UINT64_C(1) << place % RANK_WORD_BITS) - 1;
    return members + rank_word_members(little_u64_at(leaf->items, whole) & smaller_bits);
}

static void sums_extend(struct rank_sums *sums, const uint8_t *counts, uint32_t until)
{
    REQUIRE(until > sums->known);
    REQUIRE(until <= RANK_FANOUT);
    uint64_t members = sums->before[sums->known];
    for (uint32_t i = sums->known; i < until; i++) {
        members += little_u32_at(counts, i);
        sums->before[i + 1] = members;
    }
    sums->known = until;
}

static uint64_t node_before(const struct packed_rank_node *node, struct rank_sums *sums,
                            uint32_t place)
{
    uint32_t items = items_before(node, place);
    REQUIRE(items <= RANK_FANOUT);
    if (items > sums->known) sums_extend(sums, node->items, items);
    return sums->before[items];
}

uint64_t seen_rank_before(struct store_txn *txn, struct rank_place node, uint32_t place)
{
    REQUIRE(!store_txn_may_write(txn));
    struct seen_ranks *seen = store_txn_memo(txn, MEMO_RANKS);
    const struct packed_rank_node *packed = see(txn, seen, node);
    if (node.level == 0) return leaf_before(packed, place);
    REQUIRE(place < RANK_FANOUT);
    return node_before(packed, sums_of(seen, node.level), place);
}
