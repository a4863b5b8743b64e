#include "store/meta.h"

#include <string.h>

#include "base/require.h"
#include "store/record.h"

enum { FORMAT_BYTES = 4 };

_Static_assert(FORMAT_BYTES == sizeof(uint32_t), "as it was in format 1");

/* Named in letters, for those who look at the store with LMDB's own tools. */
static struct key name_key(const char *name)
{
    REQUIRE(name[0] != '\0');
    struct key key = {0};
    for (const char *letter = name; *letter != '\0'; letter++)
        key_add_u8(&key, (uint8_t)*letter);
    return key;
}

/* Every server that ever was can read this, so it has no head. */
bool meta_format_get(struct store_txn *txn, uint32_t *ret_version)
{
    struct key key = name_key("format");
    struct reader value;
    if (!record_get_bytes(txn, TREE_META, &key, &value)) return false;
    *ret_version = reader_u32(&value);
    return record_check(txn, &value);
}

void meta_format_put(struct store_txn *txn, uint32_t version)
{
    struct key key = name_key("format");
    uint8_t bytes[FORMAT_BYTES];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u32(&value, version);
    record_put_bytes(txn, TREE_META, &key, reader_make(bytes, sizeof bytes));
}

void meta_needs_put(struct store_txn *txn, const char *version)
{
    REQUIRE(version[0] != '\0');
    struct key key = name_key("needs");
    uint8_t bytes[STORE_VERSION_BYTES];
    REQUIRE(strlen(version) < STORE_VERSION_BYTES);
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_bytes(&value, version, strlen(version));
    record_put_bytes(txn, TREE_META, &key, reader_make(bytes, writer_size(&value)));
}

bool meta_needs_get(struct store_txn *txn, char ret_version[STORE_VERSION_BYTES])
{
    struct key key = name_key("needs");
    struct reader value;
    if (!record_get_bytes(txn, TREE_META, &key, &value)) return false;
    size_t size = (size_t)(value.end - value.at);
    if (size == 0 || size >= STORE_VERSION_BYTES) return false;
    reader_bytes(&value, ret_version, size);
    ret_version[size] = '\0';
    return strspn(ret_version, "0123456789.") == size;
}

bool meta_shop_get(struct store_txn *txn, struct store_shop *ret_shop)
{
    struct key key = name_key("shop");
    struct reader value;
    if (!record_get_bytes(txn, TREE_META, &key, &value)) return false;
    if (value.end - value.at != STORE_SHOP_BYTES) return false;
    reader_bytes(&value, ret_shop->bytes, STORE_SHOP_BYTES);
    return true;
}

void meta_shop_put(struct store_txn *txn, const struct store_shop *shop)
{
    struct key key = name_key("shop");
    record_put_bytes(txn, TREE_META, &key, reader_make(shop->bytes, STORE_SHOP_BYTES));
}

void meta_shop_delete(struct store_txn *txn)
{
    struct key key = name_key("shop");
    record_delete(txn, TREE_META, &key);
}
