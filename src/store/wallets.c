#include "store/record.h"
#include "store/records.h"

enum {
    USER_BYTES = 8, /* the first part of every key */
    WALLET_BYTES = 8,
    LEDGER_BYTES = 1 + 3 * 8 + ID_BYTES + 8 + 4,
    TICKET_BYTES = 3 * 4 + 1 + 8 + 2 * ID_BYTES + 8,
};

static struct key user_key(uint64_t user_id)
{
    struct key key = {0};
    key_add_u64(&key, user_id);
    return key;
}

/* --- balances --- */

static bool wallet_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                          struct wallet *ret)
{
    struct reader ids = key_reader(key);
    ret->user_id = reader_big(&ids, sizeof ret->user_id);
    ret->balance = reader_i64(&value);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool wallet_get(struct store_txn *txn, uint64_t user_id, struct wallet *ret)
{
    struct key key = user_key(user_id);
    struct reader value;
    return record_get(txn, TREE_WALLETS, &key, &value) && wallet_unpack(txn, &key, value, ret);
}

bool wallet_next(struct store_txn *txn, uint64_t after_user_id, struct wallet *ret)
{
    struct key key = user_key(after_user_id);
    struct reader value;
    return record_next(txn, TREE_WALLETS, &key, 0, &value) && wallet_unpack(txn, &key, value, ret);
}

void wallet_put(struct store_txn *txn, const struct wallet *wallet)
{
    struct key key = user_key(wallet->user_id);
    uint8_t bytes[WALLET_BYTES];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_i64(&value, wallet->balance);
    record_put(txn, TREE_WALLETS, &key, &value);
}

/* --- changes of balances --- */

static struct key ledger_key(uint64_t user_id, struct ledger_id id)
{
    struct key key = user_key(user_id);
    key_add_id(&key, id.bytes);
    return key;
}

static bool ledger_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                          struct ledger_entry *ret)
{
    struct reader ids = key_reader(key);
    ret->user_id = reader_big(&ids, sizeof ret->user_id);
    reader_bytes(&ids, ret->id.bytes, ID_BYTES);
    ret->kind = reader_u8_within(&value, LEDGER_CHARGE, LEDGER_PAYMENT);
    ret->amount = reader_i64(&value);
    ret->balance_after = reader_i64(&value);
    ret->created_at_ms = reader_i64(&value);
    reader_bytes(&value, ret->reservation_id.bytes, ID_BYTES);
    ret->first_ticket = reader_u64(&value);
    ret->tickets_count = reader_u32(&value);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool ledger_get(struct store_txn *txn, uint64_t user_id, struct ledger_id id,
                struct ledger_entry *ret)
{
    struct key key = ledger_key(user_id, id);
    struct reader value;
    return record_get(txn, TREE_LEDGER, &key, &value) && ledger_unpack(txn, &key, value, ret);
}

bool ledger_next_of_user(struct store_txn *txn, uint64_t user_id, struct ledger_id after,
                         struct ledger_entry *ret)
{
    struct key key = ledger_key(user_id, after);
    struct reader value;
    return record_next(txn, TREE_LEDGER, &key, USER_BYTES, &value) &&
           ledger_unpack(txn, &key, value, ret);
}

void ledger_put(struct store_txn *txn, const struct ledger_entry *entry)
{
    struct key key = ledger_key(entry->user_id, entry->id);
    uint8_t bytes[LEDGER_BYTES];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u8(&value, (uint8_t)entry->kind);
    writer_i64(&value, entry->amount);
    writer_i64(&value, entry->balance_after);
    writer_i64(&value, entry->created_at_ms);
    writer_bytes(&value, entry->reservation_id.bytes, ID_BYTES);
    writer_u64(&value, entry->first_ticket);
    writer_u32(&value, entry->tickets_count);
    record_put(txn, TREE_LEDGER, &key, &value);
}

/* --- tickets --- */

static struct key ticket_key(uint64_t user_id, uint64_t ticket_id)
{
    struct key key = user_key(user_id);
    key_add_u64(&key, ticket_id);
    return key;
}

static bool ticket_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                          struct ticket *ret)
{
    struct reader ids = key_reader(key);
    ret->user_id = reader_big(&ids, sizeof ret->user_id);
    ret->id = reader_big(&ids, sizeof ret->id);
    ret->concert_id = reader_u32(&value);
    ret->performance_id = reader_u32(&value);
    ret->seat_index = reader_u32(&value);
    ret->tier = reader_u8_within(&value, 0, TIERS_PER_PERFORMANCE_MAX - 1);
    ret->price = reader_i64(&value);
    reader_bytes(&value, ret->payment_id.bytes, ID_BYTES);
    reader_bytes(&value, ret->reservation_id.bytes, ID_BYTES);
    ret->issued_at_ms = reader_i64(&value);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool ticket_get(struct store_txn *txn, uint64_t user_id, uint64_t ticket_id, struct ticket *ret)
{
    struct key key = ticket_key(user_id, ticket_id);
    struct reader value;
    return record_get(txn, TREE_TICKETS, &key, &value) && ticket_unpack(txn, &key, value, ret);
}

bool ticket_next_of_user(struct store_txn *txn, uint64_t user_id, uint64_t after_ticket_id,
                         struct ticket *ret)
{
    struct key key = ticket_key(user_id, after_ticket_id);
    struct reader value;
    return record_next(txn, TREE_TICKETS, &key, USER_BYTES, &value) &&
           ticket_unpack(txn, &key, value, ret);
}

void ticket_put(struct store_txn *txn, const struct ticket *ticket)
{
    struct key key = ticket_key(ticket->user_id, ticket->id);
    uint8_t bytes[TICKET_BYTES];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u32(&value, ticket->concert_id);
    writer_u32(&value, ticket->performance_id);
    writer_u32(&value, ticket->seat_index);
    writer_u8(&value, ticket->tier);
    writer_i64(&value, ticket->price);
    writer_bytes(&value, ticket->payment_id.bytes, ID_BYTES);
    writer_bytes(&value, ticket->reservation_id.bytes, ID_BYTES);
    writer_i64(&value, ticket->issued_at_ms);
    record_put(txn, TREE_TICKETS, &key, &value);
}
