#include "store/concerts.h"

#include "base/require.h"
#include "store/catalog_key.h"
#include "store/codec.h"
#include "store/record.h"

static bool concert_open(struct store_txn *txn, const struct key *key, struct reader value,
                         struct concert *ret)
{
    REQUIRE(key->bytes[0] == CATALOG_CONCERT);
    struct reader ids = catalog_ids(key);
    ret->id = (uint32_t)reader_big(&ids, sizeof ret->id);
    concert_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool concert_get(struct store_txn *txn, uint32_t concert_id, struct concert *ret)
{
    struct key key = catalog_key(CATALOG_CONCERT, concert_id);
    struct reader value;
    return record_get(txn, TREE_CATALOG, &key, &value) && concert_open(txn, &key, value, ret);
}

bool concert_next(struct store_txn *txn, uint32_t after_id, struct concert *ret)
{
    struct key key = catalog_key(CATALOG_CONCERT, after_id);
    struct reader value;
    if (!record_next(txn, TREE_CATALOG, &key, CATALOG_KIND_BYTES, &value)) return false;
    if (!concert_open(txn, &key, value, ret)) return false;
    REQUIRE(ret->id > after_id);
    return true;
}

void concert_put(struct store_txn *txn, const struct concert *concert)
{
    REQUIRE(concert->id != 0);
    struct key key = catalog_key(CATALOG_CONCERT, concert->id);
    uint8_t bytes[concert_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    concert_pack(&value, concert);
    record_put(txn, TREE_CATALOG, &key, &value);
}
