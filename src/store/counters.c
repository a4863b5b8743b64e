#include "store/counters.h"

#include <string.h>

#include "base/require.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/transaction.h"

/* Named in letters, for those who look at the store with LMDB's own tools. */
static struct key counters_key(void)
{
    static const char name[] = "counters";
    struct key key = {.size = sizeof name - 1};
    memcpy(key.bytes, name, key.size);
    return key;
}

bool counters_are_at(const void *key, size_t size)
{
    struct key own = counters_key();
    REQUIRE(key != NULL);
    return size == own.size && memcmp(key, own.bytes, size) == 0;
}

struct store_meta meta_get(struct store_txn *txn)
{
    struct store_meta meta = {0};
    struct key key = counters_key();
    struct reader value;
    if (!record_get(txn, TREE_META, &key, &value)) return meta;
    store_meta_unpack(&value, &meta);
    record_check(txn, &value);
    return meta;
}

/* Time, batches and events go on, and nothing is counted twice. */
static void check_progress(struct store_txn *txn, const struct store_meta *meta)
{
    struct store_meta before = meta_get(txn);
    REQUIRE(meta->now_ms >= before.now_ms);
    REQUIRE(meta->last_batch >= before.last_batch);
    REQUIRE(meta->last_event >= before.last_event);
    REQUIRE(meta->last_ticket >= before.last_ticket);
}

void meta_put(struct store_txn *txn, const struct store_meta *meta)
{
    check_progress(txn, meta);
    struct key key = counters_key();
    uint8_t bytes[store_meta_bytes_max];
    struct store_meta placed = *meta;
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    store_txn_set_place(txn, &placed);
    store_meta_pack(&value, &placed);
    record_put(txn, TREE_META, &key, &value);
}
