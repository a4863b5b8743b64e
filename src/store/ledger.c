#include "store/ledger.h"

#include <string.h>

#include "base/require.h"
#include "store/codec.h"
#include "store/ledger_ids.h"
#include "store/record.h"
#include "store/user_key.h"

_Static_assert(USER_PREFIX_BYTES + ID_BYTES <= KEY_BYTES_MAX, "the key of an entry fits");
_Static_assert(LEDGER_PAYMENT <= UINT8_MAX, "a kind is a byte");
_Static_assert(LEDGER_CHARGE < LEDGER_PAYMENT, "the range that is looked for when one is read");

static struct key ledger_key(uint64_t user_id, struct ledger_id id)
{
    struct key key = user_key(user_id, USER_LEDGER_ENTRY);
    key_add_id(&key, id.bytes);
    return key;
}

static bool ledger_open(struct store_txn *txn, const struct key *key, struct reader value,
                        struct ledger_entry *ret)
{
    struct reader ids = key_reader(key);
    ret->user_id = reader_big(&ids, sizeof ret->user_id);
    reader_u8_within(&ids, USER_LEDGER_ENTRY, USER_LEDGER_ENTRY);
    reader_bytes(&ids, ret->id.bytes, ID_BYTES);
    ledger_entry_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool ledger_get(struct store_txn *txn, uint64_t user_id, struct ledger_id id,
                struct ledger_entry *ret)
{
    struct key key = ledger_key(user_id, id);
    struct reader value;
    return record_get(txn, TREE_USERS, &key, &value) && ledger_open(txn, &key, value, ret);
}

bool ledger_next_of_user(struct store_txn *txn, uint64_t user_id, struct ledger_id after,
                         struct ledger_entry *ret)
{
    struct key key = ledger_key(user_id, after);
    struct reader value;
    if (!record_next(txn, TREE_USERS, &key, USER_PREFIX_BYTES, &value)) return false;
    if (!ledger_open(txn, &key, value, ret)) return false;
    REQUIRE(ret->user_id == user_id);
    REQUIRE(memcmp(ret->id.bytes, after.bytes, ID_BYTES) > 0);
    return true;
}

void ledger_put(struct store_txn *txn, const struct ledger_entry *entry)
{
    REQUIRE(entry->kind == LEDGER_CHARGE || entry->kind == LEDGER_PAYMENT);
    REQUIRE((entry->kind == LEDGER_CHARGE) == (entry->amount > 0));
    struct key key = ledger_key(entry->user_id, entry->id);
    uint8_t bytes[ledger_entry_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    ledger_entry_pack(&value, entry);
    record_put(txn, TREE_USERS, &key, &value);
    ledger_id_put(txn, entry->id, entry->user_id);
}
