#include "store/wallets.h"

#include "base/limits.h"
#include "base/require.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/user_key.h"

static bool wallet_open(struct store_txn *txn, const struct key *key, struct reader value,
                        struct wallet *ret)
{
    struct reader ids = key_reader(key);
    ret->user_id = reader_big(&ids, sizeof ret->user_id);
    reader_u8_within(&ids, USER_WALLET, USER_WALLET);
    wallet_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool wallet_get(struct store_txn *txn, uint64_t user_id, struct wallet *ret)
{
    struct key key = user_key(user_id, USER_WALLET);
    struct reader value;
    return record_get(txn, TREE_USERS, &key, &value) && wallet_open(txn, &key, value, ret);
}

bool wallet_next(struct store_txn *txn, uint64_t after_user_id, struct wallet *ret)
{
    if (after_user_id == UINT64_MAX) return false;
    struct key key = user_key(after_user_id + 1, USER_WALLET);
    struct reader value;
    if (!record_from(txn, TREE_USERS, &key, 0, &value)) return false;
    if (!wallet_open(txn, &key, value, ret)) return false;
    REQUIRE(ret->user_id > after_user_id);
    return true;
}

void wallet_put(struct store_txn *txn, const struct wallet *wallet)
{
    REQUIRE(wallet->balance >= 0);
    REQUIRE(wallet->balance <= BALANCE_MAX);
    struct key key = user_key(wallet->user_id, USER_WALLET);
    uint8_t bytes[wallet_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    wallet_pack(&value, wallet);
    record_put(txn, TREE_USERS, &key, &value);
}
