#include "store/performance_states.h"

#include "base/require.h"
#include "store/cache.h"
#include "store/codec.h"
#include "store/transaction.h"

enum { SLOTS = 256 };

_Static_assert((SLOTS & (SLOTS - 1)) == 0, "a power of two");
_Static_assert((int)SLOTS <= (int)CACHE_SLOTS_MAX, "as a cache allows");
_Static_assert((int)performance_state_bytes_max <= (int)CACHE_RECORD_BYTES_MAX,
               "a record fits where it is packed");
_Static_assert(sizeof(uint32_t) <= KEY_BYTES_MAX, "an id is a key");

static struct cache_key cache_key_of(uint32_t performance_id)
{
    return (struct cache_key){0, performance_id, performance_id};
}

static struct key state_key(struct cache_key ids)
{
    struct key key = {0};
    key_add_u32(&key, (uint32_t)ids.low);
    return key;
}

static void pack(struct writer *value, struct cache_key key, const void *item)
{
    const struct performance_state *state = item;
    REQUIRE(state->performance_id == key.low);
    performance_state_pack(value, state);
}

static void unpack(struct reader *value, struct cache_key key, void *ret_state)
{
    REQUIRE(key.low <= UINT32_MAX);
    struct performance_state *ret = ret_state;
    ret->performance_id = (uint32_t)key.low;
    performance_state_unpack(value, ret);
}

const struct cache_kind performance_states_cache = {
    .tree = TREE_PERFORMANCE_STATES,
    .slots = SLOTS,
    .item_bytes = sizeof(struct performance_state),
    .record_bytes = performance_state_bytes_max,
    .is_hot = true,
    .key = state_key,
    .pack = pack,
    .unpack = unpack,
};

bool performance_state_get(struct store_txn *txn, uint32_t performance_id,
                           struct performance_state *ret)
{
    return cache_get(txn, CACHE_PERFORMANCE_STATES, cache_key_of(performance_id), ret);
}

void performance_state_put(struct store_txn *txn, const struct performance_state *state)
{
    REQUIRE(state->performance_id != 0);
    cache_put(txn, CACHE_PERFORMANCE_STATES, cache_key_of(state->performance_id), state);
}

const struct performance_state *performance_state_look(struct store_txn *txn,
                                                       uint32_t performance_id)
{
    REQUIRE(store_txn_may_write(txn));
    return cache_look(txn, CACHE_PERFORMANCE_STATES, cache_key_of(performance_id));
}

struct performance_state *performance_state_edit(struct store_txn *txn, uint32_t performance_id)
{
    return cache_edit(txn, CACHE_PERFORMANCE_STATES, cache_key_of(performance_id));
}
