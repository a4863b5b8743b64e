#include "base/require.h"
#include "store/ledger_ids.h"
#include "store/record.h"
#include "store/records.h"
#include "store/user_key.h"

enum { WALLET_BYTES = 8, LEDGER_BYTES_MAX = 1 + 5 * VARINT_BYTES_MAX + ID_BYTES };

/* --- balances --- */

static bool wallet_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                          struct wallet *ret)
{
    struct reader ids = key_reader(key);
    ret->user_id = reader_big(&ids, sizeof ret->user_id);
    reader_u8_within(&ids, USER_WALLET, USER_WALLET);
    ret->balance = reader_i64(&value);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool wallet_get(struct store_txn *txn, uint64_t user_id, struct wallet *ret)
{
    struct key key = user_key(user_id, USER_WALLET);
    struct reader value;
    return record_get(txn, TREE_USERS, &key, &value) && wallet_unpack(txn, &key, value, ret);
}

bool wallet_next(struct store_txn *txn, uint64_t after_user_id, struct wallet *ret)
{
    if (after_user_id == UINT64_MAX) return false;
    struct key key = user_key(after_user_id + 1, USER_WALLET);
    struct reader value;
    return record_from(txn, TREE_USERS, &key, 0, &value) && wallet_unpack(txn, &key, value, ret);
}

void wallet_put(struct store_txn *txn, const struct wallet *wallet)
{
    struct key key = user_key(wallet->user_id, USER_WALLET);
    uint8_t bytes[WALLET_BYTES];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_i64(&value, wallet->balance);
    record_put(txn, TREE_USERS, &key, &value);
}

/* --- changes of balances --- */

static struct key ledger_key(uint64_t user_id, struct ledger_id id)
{
    struct key key = user_key(user_id, USER_LEDGER_ENTRY);
    key_add_id(&key, id.bytes);
    return key;
}

static void payment_pack(struct writer *value, const struct ledger_entry *payment)
{
    writer_bytes(value, payment->reservation_id.bytes, ID_BYTES);
    writer_varint(value, payment->first_ticket);
    writer_varint(value, payment->tickets_count);
}

static void payment_unpack(struct reader *value, struct ledger_entry *ret)
{
    reader_bytes(value, ret->reservation_id.bytes, ID_BYTES);
    ret->first_ticket = reader_varint(value);
    ret->tickets_count = reader_varint_within(value, 0, UINT32_MAX);
}

static bool ledger_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                          struct ledger_entry *ret)
{
    struct reader ids = key_reader(key);
    ret->user_id = reader_big(&ids, sizeof ret->user_id);
    reader_u8_within(&ids, USER_LEDGER_ENTRY, USER_LEDGER_ENTRY);
    reader_bytes(&ids, ret->id.bytes, ID_BYTES);
    ret->kind = reader_u8_within(&value, LEDGER_CHARGE, LEDGER_PAYMENT);
    ret->amount = reader_signed_varint(&value);
    ret->balance_after = reader_signed_varint(&value);
    ret->created_at_ms = reader_signed_varint(&value);
    ret->reservation_id = (struct reservation_id){0};
    ret->first_ticket = 0;
    ret->tickets_count = 0;
    if (ret->kind == LEDGER_PAYMENT) payment_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool ledger_get(struct store_txn *txn, uint64_t user_id, struct ledger_id id,
                struct ledger_entry *ret)
{
    struct key key = ledger_key(user_id, id);
    struct reader value;
    return record_get(txn, TREE_USERS, &key, &value) && ledger_unpack(txn, &key, value, ret);
}

bool ledger_next_of_user(struct store_txn *txn, uint64_t user_id, struct ledger_id after,
                         struct ledger_entry *ret)
{
    struct key key = ledger_key(user_id, after);
    struct reader value;
    return record_next(txn, TREE_USERS, &key, USER_PREFIX_BYTES, &value) &&
           ledger_unpack(txn, &key, value, ret);
}

void ledger_put(struct store_txn *txn, const struct ledger_entry *entry)
{
    struct key key = ledger_key(entry->user_id, entry->id);
    uint8_t bytes[LEDGER_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u8(&value, (uint8_t)entry->kind);
    writer_signed_varint(&value, entry->amount);
    writer_signed_varint(&value, entry->balance_after);
    writer_signed_varint(&value, entry->created_at_ms);
    if (entry->kind == LEDGER_PAYMENT) payment_pack(&value, entry);
    record_put(txn, TREE_USERS, &key, &value);
    ledger_id_put(txn, entry->id, entry->user_id);
}
