#include "store/ledger_ids.h"

#include <string.h>

#include "base/require.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/transaction.h"

_Static_assert((int)ID_BYTES <= (int)KEY_BYTES_MAX, "an id is a key");
_Static_assert((int)ledger_owner_bytes_max == RECORD_HEAD_BYTES + VARINT_BYTES_MAX,
               "a record is a number");

static struct key id_key(struct ledger_id id)
{
    struct key key = {0};
    key_add_id(&key, id.bytes);
    return key;
}

bool ledger_id_get(struct store_txn *txn, struct ledger_id id, uint64_t *ret_user_id)
{
    struct key key = id_key(id);
    struct reader value;
    struct ledger_owner owner;
    if (!record_get(txn, TREE_LEDGER_IDS, &key, &value)) return false;
    ledger_owner_unpack(&value, &owner);
    *ret_user_id = owner.user_id;
    return record_check(txn, &value);
}

bool ledger_id_is_used(struct store_txn *txn, struct ledger_id id)
{
    struct key key = id_key(id);
    uint64_t user_id;
    REQUIRE(store_txn_may_write(txn));
    return !record_is_beyond(txn, TREE_LEDGER_IDS, &key) && ledger_id_get(txn, id, &user_id);
}

bool ledger_id_next(struct store_txn *txn, struct ledger_id after, struct ledger_id *ret_id,
                    uint64_t *ret_user_id)
{
    struct key key = id_key(after);
    struct reader value;
    if (!record_next(txn, TREE_LEDGER_IDS, &key, 0, &value)) return false;
    struct reader id = key_reader(&key);
    reader_bytes(&id, ret_id->bytes, ID_BYTES);
    struct ledger_owner owner;
    ledger_owner_unpack(&value, &owner);
    *ret_user_id = owner.user_id;
    if (!record_check(txn, &id) || !record_check(txn, &value)) return false;
    REQUIRE(memcmp(ret_id->bytes, after.bytes, ID_BYTES) > 0);
    return true;
}

void ledger_id_put(struct store_txn *txn, struct ledger_id id, uint64_t user_id)
{
    struct key key = id_key(id);
    uint8_t bytes[ledger_owner_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    ledger_owner_pack(&value, &(struct ledger_owner){user_id});
    record_put(txn, TREE_LEDGER_IDS, &key, &value);
}
