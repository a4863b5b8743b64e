#include "store/upgrade_place.h"

#include "base/require.h"
#include "store/record.h"
#include "store/record_head.h"
#include "store/transaction.h"

enum { PLACE_BYTES_MAX = RECORD_HEAD_BYTES + 4 + 4 + 8 + KEY_BYTES_MAX };

static struct key place_key(void)
{
    static const char name[] = "upgrade";
    struct key key = {0};
    for (size_t i = 0; name[i] != '\0'; i++)
        key_add_u8(&key, (uint8_t)name[i]);
    return key;
}

/* It has a head also while other records have none. */
bool upgrade_place_get(struct store_txn *txn, struct upgrade_place *ret)
{
    struct key key = place_key();
    struct reader value;
    if (!record_get_bytes(txn, TREE_META, &key, &value)) return false;
    if (record_head_open(TREE_META, key.bytes, key.size, &value) != RECORD_HEAD_GOOD)
        value.is_damaged = true;
    *ret = (struct upgrade_place){.format = reader_u32(&value)};
    ret->number = reader_u32(&value);
    ret->done = reader_u64(&value);
    size_t size = (size_t)(value.end - value.at);
    if (size > KEY_BYTES_MAX) value.is_damaged = true;
    if (!value.is_damaged) {
        reader_bytes(&value, ret->last.bytes, size);
        ret->last.size = size;
    }
    return record_check(txn, &value);
}

void upgrade_place_put(struct store_txn *txn, const struct upgrade_place *place)
{
    REQUIRE(place->format > STORE_FORMAT_OLDEST);
    REQUIRE(place->last.size <= KEY_BYTES_MAX);
    struct key key = place_key();
    uint8_t bytes[PLACE_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    value.format = STORE_FORMAT_VERSION;
    value.at += RECORD_HEAD_BYTES;
    writer_u32(&value, place->format);
    writer_u32(&value, place->number);
    writer_u64(&value, place->done);
    writer_bytes(&value, place->last.bytes, place->last.size);
    record_head_fill(TREE_META, key.bytes, key.size, &value);
    record_put_bytes(txn, TREE_META, &key, reader_make(bytes, writer_size(&value)));
}

void upgrade_place_delete(struct store_txn *txn)
{
    REQUIRE(store_txn_may_write(txn));
    struct key key = place_key();
    record_delete(txn, TREE_META, &key);
}
