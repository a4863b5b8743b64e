#include "store/queue_entries.h"

#include <string.h>

#include "base/require.h"
#include "store/cache.h"
#include "store/codec.h"
#include "store/queue_users.h"
#include "store/record.h"
#include "store/transaction.h"

enum {
    CONCERT_BYTES = 4,   /* the first part of every key */
    CONCERT_STEP = 1021, /* so that the queues of several concerts lie apart */
    HEAD_BYTES = offsetof(struct queue_entry, holdings.items),
};

_Static_assert(queue_entry_bytes_max < 1900, "an entry fits half a page");
_Static_assert((int)queue_entry_bytes_max <= (int)CACHE_RECORD_BYTES_MAX, "one can be cached");
_Static_assert((QUEUE_ENTRIES_CACHED & (QUEUE_ENTRIES_CACHED - 1)) == 0, "a power of two");
_Static_assert((int)QUEUE_ENTRIES_CACHED <= (int)CACHE_SLOTS_MAX, "as a cache allows");
_Static_assert(CONCERT_BYTES + sizeof(uint64_t) <= KEY_BYTES_MAX,
               "a concert and a number are a key");
_Static_assert((int)QUEUE_ENTRY_CACHED_HOLDINGS <= (int)HOLDINGS_PER_ENTRY_MAX,
               "an entry may have as many");

/* --- How they are cached: an entry without the room for holdings that few have ---------------- */

static struct cache_key cache_key_of(uint32_t concert_id, uint64_t number)
{
    return (struct cache_key){concert_id, number, concert_id * CONCERT_STEP + (uint32_t)number};
}

static struct key entry_key(struct cache_key ids)
{
    struct key key = {0};
    key_add_u32(&key, (uint32_t)ids.high);
    key_add_u64(&key, ids.low);
    return key;
}

static void pack(struct writer *value, struct cache_key key, const void *item)
{
    const struct queue_entry *entry = item;
    REQUIRE(entry->number == key.low);
    REQUIRE(entry->holdings.count <= QUEUE_ENTRY_CACHED_HOLDINGS);
    queue_entry_pack(value, entry);
}

/* Of all entries, whereas a slot has no room for all: they are read first and cached then. */
static void unpack(struct reader *value, struct cache_key key, void *ret_entry)
{
    struct queue_entry *ret = ret_entry;
    ret->concert_id = (uint32_t)key.high;
    ret->number = key.low;
    queue_entry_unpack(value, ret);
}

const struct cache_kind queue_entries_cache = {
    .tree = TREE_QUEUE_ENTRIES,
    .slots = QUEUE_ENTRIES_CACHED,
    .item_bytes = HEAD_BYTES + QUEUE_ENTRY_CACHED_HOLDINGS * sizeof(struct holding),
    .record_bytes = queue_entry_bytes_max,
    .key = entry_key,
    .pack = pack,
    .unpack = unpack,
};

static bool may_be_cached(const struct queue_entry *entry)
{
    return entry->status != QUEUE_ENTRY_WAITING &&
           entry->holdings.count <= QUEUE_ENTRY_CACHED_HOLDINGS;
}

static bool find(struct store_txn *txn, struct cache_key key, struct queue_entry *ret)
{
    const struct queue_entry *entry = cache_find(txn, CACHE_QUEUE_ENTRIES, key);
    if (entry == NULL) return false;
    REQUIRE(entry->holdings.count <= QUEUE_ENTRY_CACHED_HOLDINGS);
    memcpy(ret, entry, HEAD_BYTES + entry->holdings.count * sizeof entry->holdings.items[0]);
    return true;
}

/* An entry that is ACTIVE is the newest of its user: to enter again ends it. */
static void cache_user(struct store_txn *txn, const struct queue_entry *entry)
{
    if (entry->status == QUEUE_ENTRY_ACTIVE)
        queue_user_cache(txn, entry->concert_id, entry->user_id, entry->number);
}

/* --- Entries ---------------------------------------------------------------------------------- */

static bool load(struct store_txn *txn, struct cache_key ids, struct queue_entry *ret)
{
    struct key key = entry_key(ids);
    struct reader value;
    if (!record_get(txn, TREE_QUEUE_ENTRIES, &key, &value)) return false;
    unpack(&value, ids, ret);
    return record_check(txn, &value);
}

bool queue_entry_get(struct store_txn *txn, uint32_t concert_id, uint64_t number,
                     struct queue_entry *ret)
{
    struct cache_key key = cache_key_of(concert_id, number);
    if (!store_txn_may_write(txn)) return load(txn, key, ret);
    if (find(txn, key, ret)) return true;
    if (!load(txn, key, ret)) return false;
    if (may_be_cached(ret)) cache_fill(txn, CACHE_QUEUE_ENTRIES, key, ret);
    cache_user(txn, ret);
    return true;
}

bool queue_entry_next(struct store_txn *txn, uint32_t concert_id, uint64_t after_number,
                      struct queue_entry *ret)
{
    struct key key = entry_key(cache_key_of(concert_id, after_number));
    struct reader value;
    cache_write_back(txn, CACHE_QUEUE_ENTRIES);
    if (!record_next(txn, TREE_QUEUE_ENTRIES, &key, CONCERT_BYTES, &value)) return false;
    struct reader ids = key_reader(&key);
    struct cache_key found = {.high = reader_big(&ids, sizeof concert_id)};
    found.low = reader_big(&ids, sizeof found.low);
    unpack(&value, found, ret);
    if (!record_check(txn, &ids) || !record_check(txn, &value)) return false;
    REQUIRE(ret->concert_id == concert_id);
    REQUIRE(ret->number > after_number);
    return true;
}

bool queue_entry_of_user(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                         struct queue_entry *ret)
{
    uint64_t number;
    return queue_user_get(txn, concert_id, user_id, &number) &&
           queue_entry_get(txn, concert_id, number, ret);
}

static void put_uncached(struct store_txn *txn, struct cache_key ids,
                         const struct queue_entry *entry)
{
    REQUIRE(!may_be_cached(entry));
    struct key key = entry_key(ids);
    uint8_t bytes[queue_entry_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    cache_forget(txn, CACHE_QUEUE_ENTRIES, ids);
    queue_entry_pack(&value, entry);
    record_put(txn, TREE_QUEUE_ENTRIES, &key, &value);
}

void queue_entry_put(struct store_txn *txn, const struct queue_entry *entry)
{
    REQUIRE(entry->number != 0);
    REQUIRE(entry->concert_id != 0);
    struct cache_key key = cache_key_of(entry->concert_id, entry->number);
    REQUIRE(entry->holdings.count <= HOLDINGS_PER_ENTRY_MAX);
    if (may_be_cached(entry))
        cache_put(txn, CACHE_QUEUE_ENTRIES, key, entry);
    else
        put_uncached(txn, key, entry);
    cache_user(txn, entry);
}

void queue_entry_delete(struct store_txn *txn, uint32_t concert_id, uint64_t number)
{
    REQUIRE(concert_id != 0);
    cache_delete(txn, CACHE_QUEUE_ENTRIES, cache_key_of(concert_id, number));
}
