#include "store/queue_users.h"

#include "base/require.h"
#include "store/cache.h"
#include "store/codec.h"
#include "store/record.h"

enum {
    SLOTS = 4096,
    CONCERT_STEP = 1021, /* so that the queues of several concerts lie apart */
};

_Static_assert((SLOTS & (SLOTS - 1)) == 0, "a power of two");
_Static_assert((int)SLOTS <= (int)CACHE_SLOTS_MAX, "as a cache allows");
_Static_assert((int)queue_user_bytes_max <= (int)CACHE_RECORD_BYTES_MAX,
               "one fits where it is packed");
_Static_assert(sizeof(uint32_t) + sizeof(uint64_t) <= KEY_BYTES_MAX,
               "a concert and a user are a key");

static struct cache_key cache_key_of(uint32_t concert_id, uint64_t user_id)
{
    return (struct cache_key){concert_id, user_id, concert_id * CONCERT_STEP + (uint32_t)user_id};
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
    .key = user_key,
    .pack = pack,
    .unpack = unpack,
};

bool queue_user_get(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                    uint64_t *ret_number)
{
    struct cache_key ids = cache_key_of(concert_id, user_id);
    const struct queue_user *cached = cache_find(txn, CACHE_QUEUE_USERS, ids);
    struct queue_user user;
    if (cached != NULL) {
        *ret_number = cached->number;
        return true;
    }
    struct key key = user_key(ids);
    struct reader value;
    if (!record_get(txn, TREE_QUEUE_USERS, &key, &value)) return false;
    queue_user_unpack(&value, &user);
    *ret_number = user.number;
    return record_check(txn, &value);
}

void queue_user_cache(struct store_txn *txn, uint32_t concert_id, uint64_t user_id, uint64_t number)
{
    REQUIRE(number != 0);
    struct cache_key ids = cache_key_of(concert_id, user_id);
    if (cache_find(txn, CACHE_QUEUE_USERS, ids) == NULL)
        cache_fill(txn, CACHE_QUEUE_USERS, ids, &(struct queue_user){number});
}

void queue_user_put(struct store_txn *txn, uint32_t concert_id, uint64_t user_id, uint64_t number)
{
    REQUIRE(number != 0);
    struct cache_key ids = cache_key_of(concert_id, user_id);
    struct key key = user_key(ids);
    uint8_t bytes[queue_user_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    cache_forget(txn, CACHE_QUEUE_USERS, ids);
    queue_user_pack(&value, &(struct queue_user){number});
    record_put(txn, TREE_QUEUE_USERS, &key, &value);
}

void queue_user_delete(struct store_txn *txn, uint32_t concert_id, uint64_t user_id)
{
    REQUIRE(concert_id != 0);
    cache_delete(txn, CACHE_QUEUE_USERS, cache_key_of(concert_id, user_id));
}
