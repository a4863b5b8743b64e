#include "store/performances.h"

#include "base/require.h"
#include "store/cache.h"
#include "store/catalog_key.h"
#include "store/codec.h"
#include "store/record.h"

enum { SLOTS = 256 };

_Static_assert((int)performance_bytes_max <= (int)CACHE_RECORD_BYTES_MAX,
               "a performance can be cached");
_Static_assert((SLOTS & (SLOTS - 1)) == 0, "a power of two");
_Static_assert((int)SLOTS <= (int)CACHE_SLOTS_MAX, "as a cache allows");

/* --- How they are cached ---------------------------------------------------------------------- */

static struct cache_key cache_key_of(uint32_t performance_id)
{
    return (struct cache_key){0, performance_id, performance_id};
}

static struct key performance_key(struct cache_key key)
{
    return catalog_key(CATALOG_PERFORMANCE, (uint32_t)key.low);
}

static void pack(struct writer *value, struct cache_key key, const void *item)
{
    const struct performance *performance = item;
    REQUIRE(performance->id == key.low);
    performance_pack(value, performance);
}

static void unpack(struct reader *value, struct cache_key key, void *ret_performance)
{
    REQUIRE(key.low <= UINT32_MAX);
    struct performance *ret = ret_performance;
    ret->id = (uint32_t)key.low;
    performance_unpack(value, ret);
}

const struct cache_kind performances_cache = {
    .tree = TREE_CATALOG,
    .slots = SLOTS,
    .item_bytes = sizeof(struct performance),
    .record_bytes = performance_bytes_max,
    .key = performance_key,
    .pack = pack,
    .unpack = unpack,
};

/* --- One -------------------------------------------------------------------------------------- */

const struct performance *performance_look(struct store_txn *txn, uint32_t performance_id)
{
    if (performance_id == 0) return NULL;
    return cache_look(txn, CACHE_PERFORMANCES, cache_key_of(performance_id));
}

bool performance_get(struct store_txn *txn, uint32_t performance_id, struct performance *ret)
{
    const struct performance *performance = performance_look(txn, performance_id);
    if (performance != NULL) *ret = *performance;
    return performance != NULL;
}

static void index_put(struct store_txn *txn, uint32_t concert_id, uint32_t performance_id)
{
    REQUIRE(concert_id != 0);
    struct key key = catalog_child_key(CATALOG_PERFORMANCE_OF_CONCERT, concert_id, performance_id);
    uint8_t bytes[RECORD_HEAD_BYTES];
    struct writer nothing = record_writer(txn, bytes, sizeof bytes);
    record_put(txn, TREE_CATALOG, &key, &nothing);
}

void performance_put(struct store_txn *txn, const struct performance *performance)
{
    REQUIRE(performance->id != 0);
    REQUIRE(performance->tiers_count <= TIERS_PER_PERFORMANCE_MAX);
    cache_put(txn, CACHE_PERFORMANCES, cache_key_of(performance->id), performance);
    index_put(txn, performance->concert_id, performance->id);
}

/* --- One after the other ---------------------------------------------------------------------- */

static bool performance_open(struct store_txn *txn, const struct key *key, struct reader value,
                             struct performance *ret)
{
    REQUIRE(key->bytes[0] == CATALOG_PERFORMANCE);
    struct reader ids = catalog_ids(key);
    ret->id = (uint32_t)reader_big(&ids, sizeof ret->id);
    performance_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool performance_next(struct store_txn *txn, uint32_t after_id, struct performance *ret)
{
    struct key key = catalog_key(CATALOG_PERFORMANCE, after_id);
    struct reader value;
    cache_write_back(txn, CACHE_PERFORMANCES);
    if (!record_next(txn, TREE_CATALOG, &key, CATALOG_KIND_BYTES, &value)) return false;
    if (!performance_open(txn, &key, value, ret)) return false;
    REQUIRE(ret->id > after_id);
    return true;
}

bool performance_next_of_concert(struct store_txn *txn, uint32_t concert_id, uint32_t after_id,
                                 struct performance *ret)
{
    struct key key = catalog_child_key(CATALOG_PERFORMANCE_OF_CONCERT, concert_id, after_id);
    struct reader value;
    if (!record_next(txn, TREE_CATALOG, &key, CATALOG_PARENT_BYTES, &value)) return false;
    struct reader ids = catalog_ids(&key);
    reader_big(&ids, sizeof concert_id);
    REQUIRE(key.size >= CATALOG_PARENT_BYTES);
    uint32_t performance_id = (uint32_t)reader_big(&ids, sizeof performance_id);
    if (!record_check(txn, &ids) || !record_check(txn, &value)) return false;
    REQUIRE(performance_id > after_id);
    return performance_get(txn, performance_id, ret);
}

unix_ms concert_sale_opens_at_ms(struct store_txn *txn, uint32_t concert_id)
{
    struct performance performance = {0};
    unix_ms first_ms = UNIX_MS_NEVER;
    while (performance_next_of_concert(txn, concert_id, performance.id, &performance))
        if (performance.sale_opens_at_ms < first_ms) first_ms = performance.sale_opens_at_ms;
    return first_ms;
}
