#include "store/wallets.h"

#include "store/cache.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/user_key.h"

enum { SLOTS = 4096 };

/* --- How they are cached ---------------------------------------------------------------------- */

static struct cache_key cache_key_of(uint64_t user_id)
{
    return (struct cache_key){0, user_id};
}

static uint32_t slot_of(struct cache_key key)
{
    return (uint32_t)key.low;
}

static struct key wallet_key(struct cache_key key)
{
    return user_key(key.low, USER_WALLET);
}

static void pack(struct writer *value, struct cache_key key, const void *wallet)
{
    (void)key;
    wallet_pack(value, wallet);
}

static void unpack(struct reader *value, struct cache_key key, void *ret_wallet)
{
    struct wallet *ret = ret_wallet;
    ret->user_id = key.low;
    wallet_unpack(value, ret);
}

const struct cache_kind wallets_cache = {
    .tree = TREE_USERS,
    .slots = SLOTS,
    .item_bytes = sizeof(struct wallet),
    .record_bytes = wallet_bytes_max,
    .slot = slot_of,
    .key = wallet_key,
    .pack = pack,
    .unpack = unpack,
};

/* --- Records ---------------------------------------------------------------------------------- */

bool wallet_get(struct store_txn *txn, uint64_t user_id, struct wallet *ret)
{
    return cache_get(txn, CACHE_WALLETS, cache_key_of(user_id), ret);
}

bool wallet_next(struct store_txn *txn, uint64_t after_user_id, struct wallet *ret)
{
    if (after_user_id == UINT64_MAX) return false;
    struct key key = user_key(after_user_id + 1, USER_WALLET);
    struct reader value;
    cache_write_back(txn, CACHE_WALLETS);
    if (!record_from(txn, TREE_USERS, &key, 0, &value)) return false;
    struct reader ids = key_reader(&key);
    ret->user_id = reader_big(&ids, sizeof ret->user_id);
    reader_u8_within(&ids, USER_WALLET, USER_WALLET);
    wallet_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

void wallet_put(struct store_txn *txn, const struct wallet *wallet)
{
    cache_put(txn, CACHE_WALLETS, cache_key_of(wallet->user_id), wallet);
}
