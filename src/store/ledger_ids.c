#include "store/ledger_ids.h"

#include <string.h>

#include "base/require.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

static struct key id_key(struct ledger_id id)
{
    struct key key = {0};
    key_add_id(&key, id.bytes);
    return key;
}

static struct ledger_id last_id(struct store_txn *txn)
{
    struct ledger_id last = {{0}};
    struct key key = {0};
    for (size_t i = 0; i < ID_BYTES; i++)
        key_add_u8(&key, UINT8_MAX);
    if (!record_at_or_before(txn, TREE_LEDGER_IDS, &key, 0, NULL)) return last;
    struct reader id = key_reader(&key);
    reader_bytes(&id, last.bytes, ID_BYTES);
    record_check(txn, &id);
    return last;
}

static bool is_beyond(struct store_txn *txn, struct ledger_id id)
{
    struct kept_ledger_ids *kept = &txn->kept->ledger_ids;
    if (!kept->knows_last) {
        kept->last = last_id(txn);
        kept->knows_last = true;
    }
    return memcmp(kept->last.bytes, id.bytes, ID_BYTES) < 0;
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
    uint64_t user_id;
    REQUIRE(txn->may_write);
    return !is_beyond(txn, id) && ledger_id_get(txn, id, &user_id);
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
    return record_check(txn, &id) && record_check(txn, &value);
}

void ledger_id_put(struct store_txn *txn, struct ledger_id id, uint64_t user_id)
{
    struct key key = id_key(id);
    uint8_t bytes[ledger_owner_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    ledger_owner_pack(&value, &(struct ledger_owner){user_id});
    if (!is_beyond(txn, id)) {
        record_put(txn, TREE_LEDGER_IDS, &key, &value);
        return;
    }
    record_append(txn, TREE_LEDGER_IDS, &key, &value);
    txn->kept->ledger_ids.last = id;
}
