#include "store/codec.h"
#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

enum { CONCERT_BYTES = 4 }; /* the first part of every key */

_Static_assert(queue_entry_bytes_max < 1900, "an entry fits half a page");

static struct key key_in_concert(uint32_t concert_id, uint64_t number)
{
    struct key key = {0};
    key_add_u32(&key, concert_id);
    key_add_u64(&key, number);
    return key;
}

/* --- entries --- */

static bool entry_open(struct store_txn *txn, const struct key *key, struct reader value,
                       struct queue_entry *ret)
{
    struct reader ids = key_reader(key);
    ret->concert_id = (uint32_t)reader_big(&ids, sizeof ret->concert_id);
    ret->number = reader_big(&ids, sizeof ret->number);
    queue_entry_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

static bool entry_load(struct store_txn *txn, uint32_t concert_id, uint64_t number,
                       struct queue_entry *ret)
{
    struct key key = key_in_concert(concert_id, number);
    struct reader value;
    return record_get(txn, TREE_QUEUE_ENTRIES, &key, &value) && entry_open(txn, &key, value, ret);
}

bool queue_entry_get(struct store_txn *txn, uint32_t concert_id, uint64_t number,
                     struct queue_entry *ret)
{
    if (!txn->may_write) return entry_load(txn, concert_id, number, ret);
    if (kept_entry_get(txn, concert_id, number, ret)) return true;
    if (!entry_load(txn, concert_id, number, ret)) return false;
    kept_entry_set(txn, ret, false);
    return true;
}

bool queue_entry_next(struct store_txn *txn, uint32_t concert_id, uint64_t after_number,
                      struct queue_entry *ret)
{
    struct key key = key_in_concert(concert_id, after_number);
    struct reader value;
    if (txn->may_write) kept_entries_put(txn);
    return record_next(txn, TREE_QUEUE_ENTRIES, &key, CONCERT_BYTES, &value) &&
           entry_open(txn, &key, value, ret);
}

void queue_entry_write(struct store_txn *txn, const struct queue_entry *entry)
{
    struct key key = key_in_concert(entry->concert_id, entry->number);
    uint8_t bytes[queue_entry_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    queue_entry_pack(&value, entry);
    record_put(txn, TREE_QUEUE_ENTRIES, &key, &value);
}

void queue_entry_put(struct store_txn *txn, const struct queue_entry *entry)
{
    REQUIRE(txn->may_write);
    if (!kept_entry_set(txn, entry, true)) queue_entry_write(txn, entry);
}

void queue_entry_delete(struct store_txn *txn, uint32_t concert_id, uint64_t number)
{
    struct key key = key_in_concert(concert_id, number);
    kept_entry_drop(txn, concert_id, number);
    record_delete(txn, TREE_QUEUE_ENTRIES, &key);
}

/* --- newest entry of each user --- */

bool queue_user_get(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                    uint64_t *ret_number)
{
    struct key key = key_in_concert(concert_id, user_id);
    struct reader value;
    if (!record_get(txn, TREE_QUEUE_USERS, &key, &value)) return false;
    struct queue_user user;
    queue_user_unpack(&value, &user);
    *ret_number = user.number;
    return record_check(txn, &value);
}

bool queue_entry_of_user(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                         struct queue_entry *ret)
{
    uint64_t number;
    if (txn->may_write && kept_entry_of_user(txn, concert_id, user_id, ret)) return true;
    return queue_user_get(txn, concert_id, user_id, &number) &&
           queue_entry_get(txn, concert_id, number, ret);
}

void queue_user_put(struct store_txn *txn, uint32_t concert_id, uint64_t user_id, uint64_t number)
{
    struct key key = key_in_concert(concert_id, user_id);
    uint8_t bytes[queue_user_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    queue_user_pack(&value, &(struct queue_user){number});
    record_put(txn, TREE_QUEUE_USERS, &key, &value);
}

void queue_user_delete(struct store_txn *txn, uint32_t concert_id, uint64_t user_id)
{
    struct key key = key_in_concert(concert_id, user_id);
    record_delete(txn, TREE_QUEUE_USERS, &key);
}
