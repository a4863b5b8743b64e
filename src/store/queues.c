#include "store/queues.h"

#include "base/require.h"
#include "store/cache.h"
#include "store/codec.h"
#include "store/record.h"

enum { SLOTS = 64 };

_Static_assert((SLOTS & (SLOTS - 1)) == 0, "a power of two");
_Static_assert((int)SLOTS <= (int)CACHE_SLOTS_MAX, "as a cache allows");
_Static_assert((int)queue_bytes_max <= (int)CACHE_RECORD_BYTES_MAX,
               "a record fits where it is packed");
_Static_assert(sizeof(uint32_t) <= KEY_BYTES_MAX, "an id is a key");

/* --- How they are cached ---------------------------------------------------------------------- */

static struct cache_key cache_key_of(uint32_t concert_id)
{
    return (struct cache_key){0, concert_id, concert_id};
}

static struct key concert_key(struct cache_key ids)
{
    struct key key = {0};
    key_add_u32(&key, (uint32_t)ids.low);
    return key;
}

static void pack(struct writer *value, struct cache_key key, const void *item)
{
    const struct queue *queue = item;
    REQUIRE(queue->concert_id == key.low);
    queue_pack(value, queue);
}

static void unpack(struct reader *value, struct cache_key key, void *ret_queue)
{
    REQUIRE(key.low <= UINT32_MAX);
    struct queue *ret = ret_queue;
    ret->concert_id = (uint32_t)key.low;
    queue_unpack(value, ret);
}

const struct cache_kind queues_cache = {
    .tree = TREE_QUEUES,
    .slots = SLOTS,
    .item_bytes = sizeof(struct queue),
    .record_bytes = queue_bytes_max,
    .key = concert_key,
    .pack = pack,
    .unpack = unpack,
};

/* --- Records ---------------------------------------------------------------------------------- */

bool queue_get(struct store_txn *txn, uint32_t concert_id, struct queue *ret)
{
    if (concert_id == 0) return false;
    const struct queue *queue = cache_look(txn, CACHE_QUEUES, cache_key_of(concert_id));
    if (queue != NULL) *ret = *queue;
    return queue != NULL;
}

uint32_t queue_next_id(struct store_txn *txn, uint32_t after_concert_id)
{
    struct key key = concert_key(cache_key_of(after_concert_id));
    cache_write_back(txn, CACHE_QUEUES);
    if (!record_next(txn, TREE_QUEUES, &key, 0, NULL)) return 0;
    struct reader ids = key_reader(&key);
    uint32_t concert_id = (uint32_t)reader_big(&ids, sizeof concert_id);
    if (!record_check(txn, &ids)) return 0;
    REQUIRE(concert_id > after_concert_id);
    return concert_id;
}

void queue_put(struct store_txn *txn, const struct queue *queue)
{
    REQUIRE(queue->concert_id != 0);
    cache_put(txn, CACHE_QUEUES, cache_key_of(queue->concert_id), queue);
}
