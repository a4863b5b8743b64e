#include "store/queue_ranks.h"

#include "base/require.h"
#include "model/rank.h"
#include "store/rank_nodes.h"
#include "store/seen_ranks.h"
#include "store/transaction.h"

enum { LEAF_LEVEL = 0, TOP_LEVEL = RANK_LEVELS - 1 };

_Static_assert(TOP_LEVEL > LEAF_LEVEL, "counts stand above a leaf");

_Static_assert(RANK_LEVELS >= 2, "as there is a level of counts");
_Static_assert(RANK_LEAF_BITS % RANK_WORD_BITS == 0, "a leaf has whole words");

static struct rank_place node_of(uint32_t concert_id, unsigned level, uint64_t number)
{
    REQUIRE(rank_node_index(TOP_LEVEL, number) == 0);
    return (struct rank_place){concert_id, level, rank_node_index(level, number)};
}

/* Marks a number in its leaf. @return False if it was marked so already. */
static bool leaf_mark(struct store_txn *txn, uint32_t concert_id, uint64_t number, bool member)
{
    REQUIRE(concert_id != 0);
    union rank_members *members = rank_members_edit(txn, node_of(concert_id, LEAF_LEVEL, number));
    return rank_leaf_set(&members->leaf, rank_place(LEAF_LEVEL, number), member);
}

static void node_count(struct store_txn *txn, uint32_t concert_id, unsigned level, uint64_t number,
                       bool member)
{
    REQUIRE(level > LEAF_LEVEL);
    union rank_members *members = rank_members_edit(txn, node_of(concert_id, level, number));
    uint32_t *count = &members->node.counts[rank_place(level, number)];
    if (!member && *count == 0) {
        store_txn_fail(txn, STATUS_STORE_DAMAGED);
        return;
    }
    *count = member ? *count + 1 : *count - 1;
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

/* Nothing is before the first place of a node, so that of the upper levels is seldom read. */
static uint64_t members_before(struct store_txn *txn, uint32_t concert_id, unsigned level,
                               uint64_t number)
{
    REQUIRE(level < RANK_LEVELS);
    uint32_t place = rank_place(level, number);
    if (place == 0) return 0;
    struct rank_place node = node_of(concert_id, level, number);
    if (!store_txn_may_write(txn)) return seen_rank_before(txn, node, place);
    const union rank_members *members = rank_members_look(txn, node);
    return level == LEAF_LEVEL ? rank_leaf_before(&members->leaf, place)
                               : rank_node_before(&members->node, place);
}

uint64_t queue_rank_before(struct store_txn *txn, uint32_t concert_id, uint64_t number)
{
    uint64_t before = 0;
    for (unsigned level = LEAF_LEVEL; level <= TOP_LEVEL; level++) {
        before += members_before(txn, concert_id, level, number);
        if (rank_node_index(level, number) == 0) break; /* its places above are the first */
    }
    return before;
}

bool queue_rank_first(struct store_txn *txn, uint32_t concert_id, uint64_t *ret_number)
{
    REQUIRE(concert_id != 0);
    uint64_t index = 0;
    uint32_t place;
    for (unsigned level = TOP_LEVEL; level > LEAF_LEVEL; level--) {
        const union rank_members *members =
            rank_members_look(txn, (struct rank_place){concert_id, level, index});
        if (!rank_node_first(&members->node, &place)) return false;
        index = index * RANK_FANOUT + place;
    }
    const union rank_members *members =
        rank_members_look(txn, (struct rank_place){concert_id, LEAF_LEVEL, index});
    if (!rank_leaf_first(&members->leaf, &place)) return false;
    REQUIRE(place < RANK_LEAF_BITS);
    *ret_number = index * RANK_LEAF_BITS + place;
    return true;
}
