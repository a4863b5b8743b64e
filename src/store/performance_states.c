#include "store/performance_states.h"

#include "base/require.h"
#include "store/cache.h"
#include "store/codec.h"
#include "store/transaction.h"

enum { SLOTS = 256 };

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

static void pack(struct writer *value, struct cache_key key, const void *state)
{
    (void)key;
    performance_state_pack(value, state);
}

static void unpack(struct reader *value, struct cache_key key, void *ret_state)
{
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
