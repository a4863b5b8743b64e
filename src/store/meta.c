#include <string.h>

#include "store/records.h"
#include "store/transaction.h"

enum { COUNTERS_BYTES = 6 * 8, FORMAT_BYTES = 4 };

/* Named in letters, for those who look at the store with LMDB's own tools. */
static struct key name_key(const char *name)
{
    struct key key = {0};
    for (const char *letter = name; *letter != '\0'; letter++)
        key_add_u8(&key, (uint8_t)*letter);
    return key;
}

bool meta_format_get(struct store_txn *txn, uint32_t *ret_version)
{
    struct key key = name_key("format");
    struct reader value;
    if (!record_get(txn, TREE_META, &key, &value)) return false;
    *ret_version = reader_u32(&value);
    return record_check(txn, &value);
}

void meta_format_put(struct store_txn *txn, uint32_t version)
{
    struct key key = name_key("format");
    uint8_t bytes[FORMAT_BYTES];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u32(&value, version);
    record_put(txn, TREE_META, &key, &value);
}

void meta_needs_put(struct store_txn *txn, const char *version)
{
    struct key key = name_key("needs");
    uint8_t bytes[STORE_VERSION_BYTES];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_bytes(&value, version, strlen(version));
    record_put(txn, TREE_META, &key, &value);
}

bool meta_needs_get(struct store_txn *txn, char ret_version[STORE_VERSION_BYTES])
{
    struct key key = name_key("needs");
    struct reader value;
    if (!record_get(txn, TREE_META, &key, &value)) return false;
    size_t size = (size_t)(value.end - value.at);
    if (size == 0 || size >= STORE_VERSION_BYTES) return false;
    reader_bytes(&value, ret_version, size);
    ret_version[size] = '\0';
    return strspn(ret_version, "0123456789.") == size;
}

struct store_meta meta_get(struct store_txn *txn)
{
    struct store_meta meta = {0};
    struct key key = name_key("counters");
    struct reader value;
    if (!record_get(txn, TREE_META, &key, &value)) return meta;
    meta.now_ms = reader_i64(&value);
    meta.last_batch = reader_u64(&value);
    meta.last_event = reader_u64(&value);
    meta.last_ticket = reader_u64(&value);
    meta.users = reader_u64(&value);
    meta.reservations = reader_u64(&value);
    record_check(txn, &value);
    return meta;
}

void meta_put(struct store_txn *txn, const struct store_meta *meta)
{
    struct key key = name_key("counters");
    uint8_t bytes[COUNTERS_BYTES];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_i64(&value, meta->now_ms);
    writer_u64(&value, meta->last_batch);
    writer_u64(&value, meta->last_event);
    writer_u64(&value, meta->last_ticket);
    writer_u64(&value, meta->users);
    writer_u64(&value, meta->reservations);
    record_put(txn, TREE_META, &key, &value);
}
