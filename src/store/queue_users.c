#include "store/queue_users.h"

#include "store/cache.h"
#include "store/codec.h"

enum {
    SLOTS = 4096,
    CONCERT_STEP = 1021, /* so that the queues of several concerts lie apart */
};

static struct cache_key cache_key_of(uint32_t concert_id, uint64_t user_id)
{
    return (struct cache_key){concert_id, user_id};
}

static uint32_t slot_of(struct cache_key key)
{
    return (uint32_t)(key.high * CONCERT_STEP + key.low);
}

static struct key user_key(struct cache_key ids)
{
    struct key key = {0};
    key_add_u32(&key, (uint32_t)ids.high);
    key_add_u64(&key, ids.low);
    return key;
}

static void pack(struct writer *value, struct cache_key key, const void *user)
{
    (void)key;
    queue_user_pack(value, user);
}

static void unpack(struct reader *value, struct cache_key key, void *ret_user)
{
    (void)key;
    queue_user_unpack(value, ret_user);
}

const struct cache_kind queue_users_cache = {
    .tree = TREE_QUEUE_USERS,
    .slots = SLOTS,
    .item_bytes = sizeof(struct queue_user),
    .record_bytes = queue_user_bytes_max,
    .slot = slot_of,
    .key = user_key,
    .pack = pack,
    .unpack = unpack,
};

bool queue_user_get(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                    uint64_t *ret_number)
{
    struct queue_user user;
    if (!cache_get(txn, CACHE_QUEUE_USERS, cache_key_of(concert_id, user_id), &user)) return false;
    *ret_number = user.number;
    return true;
}

void queue_user_put(struct store_txn *txn, uint32_t concert_id, uint64_t user_id, uint64_t number)
{
    cache_put(txn, CACHE_QUEUE_USERS, cache_key_of(concert_id, user_id),
              &(struct queue_user){number});
}

void queue_user_delete(struct store_txn *txn, uint32_t concert_id, uint64_t user_id)
{
    cache_delete(txn, CACHE_QUEUE_USERS, cache_key_of(concert_id, user_id));
}
