#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

enum {
    CONCERT_BYTES = 4, /* the first part of every key */
    POLICY_BYTES = 3 * 4 + 3 * 8 + 2,
    QUEUE_BYTES = POLICY_BYTES + 8 + 2 * 4 + 3 * 8,
    HOLDING_BYTES = 4 + 4 + 8,
    ENTRY_BYTES_MAX =
        8 + QUEUE_SECRET_BYTES + 1 + 2 * 8 + ID_BYTES + 1 + HOLDINGS_PER_ENTRY_MAX * HOLDING_BYTES,
};

_Static_assert(ENTRY_BYTES_MAX < 1900, "an entry fits half a page");

static struct key concert_key(uint32_t concert_id)
{
    struct key key = {0};
    key_add_u32(&key, concert_id);
    return key;
}

static struct key key_in_concert(uint32_t concert_id, uint64_t number)
{
    struct key key = concert_key(concert_id);
    key_add_u64(&key, number);
    return key;
}

/* --- queues --- */

static void policy_pack(struct writer *value, const struct queue_policy *policy)
{
    writer_u32(value, policy->active_max);
    writer_u32(value, policy->admissions_per_second);
    writer_i64(value, policy->waiting_lifetime_ms);
    writer_u8(value, policy->waiting_from_last_poll);
    writer_i64(value, policy->active_lifetime_ms);
    writer_i64(value, policy->hold_lifetime_ms);
    writer_u32(value, policy->purchase_limit);
    writer_u8(value, policy->admission_paused);
}

static void policy_unpack(struct reader *value, struct queue_policy *ret)
{
    ret->active_max = reader_u32(value);
    ret->admissions_per_second = reader_u32(value);
    ret->waiting_lifetime_ms = reader_i64(value);
    ret->waiting_from_last_poll = reader_u8_within(value, 0, 1);
    ret->active_lifetime_ms = reader_i64(value);
    ret->hold_lifetime_ms = reader_i64(value);
    ret->purchase_limit = reader_u32(value);
    ret->admission_paused = reader_u8_within(value, 0, 1);
}

static bool queue_load(struct store_txn *txn, uint32_t concert_id, struct queue *ret)
{
    struct key key = concert_key(concert_id);
    struct reader value;
    if (!record_get(txn, TREE_QUEUES, &key, &value)) return false;
    ret->concert_id = concert_id;
    policy_unpack(&value, &ret->policy);
    ret->last_number = reader_u64(&value);
    ret->waiting = reader_u32(&value);
    ret->active = reader_u32(&value);
    ret->credit_milli = reader_i64(&value);
    ret->credit_at_ms = reader_i64(&value);
    ret->admission_due_ms = reader_i64(&value);
    return record_check(txn, &value);
}

static void kept_queue_put(struct store_txn *txn)
{
    if (!txn->queue_is_changed) return;
    txn->queue_is_changed = false;
    const struct queue *queue = &txn->queue;
    struct key key = concert_key(queue->concert_id);
    uint8_t bytes[QUEUE_BYTES];
    struct writer value = writer_make(bytes, sizeof bytes);
    policy_pack(&value, &queue->policy);
    writer_u64(&value, queue->last_number);
    writer_u32(&value, queue->waiting);
    writer_u32(&value, queue->active);
    writer_i64(&value, queue->credit_milli);
    writer_i64(&value, queue->credit_at_ms);
    writer_i64(&value, queue->admission_due_ms);
    record_put(txn, TREE_QUEUES, &key, &value);
}

/* Nearly every command and every poll asks for the queue of the same concert. */
bool queue_get(struct store_txn *txn, uint32_t concert_id, struct queue *ret)
{
    if (concert_id == 0) return false;
    if (txn->queue.concert_id != concert_id) {
        struct queue queue;
        if (!queue_load(txn, concert_id, &queue)) return false;
        kept_queue_put(txn);
        txn->queue = queue;
    }
    *ret = txn->queue;
    return true;
}

/* Each command changes it once more: it is put when another one is asked for, or in the end. */
void queue_put(struct store_txn *txn, const struct queue *queue)
{
    REQUIRE(txn->may_write);
    if (txn->queue.concert_id != queue->concert_id) kept_queue_put(txn);
    txn->queue = *queue;
    txn->queue_is_changed = true;
}

void kept_records_put(struct store_txn *txn)
{
    kept_queue_put(txn);
    rank_nodes_save(txn);
}

/* --- entries --- */

static void holdings_pack(struct writer *value, const struct holdings *holdings)
{
    writer_u8(value, (uint8_t)holdings->count);
    for (uint32_t i = 0; i < holdings->count; i++) {
        writer_u32(value, holdings->items[i].performance_id);
        writer_u32(value, holdings->items[i].seats);
        writer_i64(value, holdings->items[i].expires_at_ms);
    }
}

static void holdings_unpack(struct reader *value, struct holdings *ret)
{
    ret->count = reader_u8_within(value, 0, HOLDINGS_PER_ENTRY_MAX);
    for (uint32_t i = 0; i < ret->count; i++) {
        ret->items[i].performance_id = reader_u32(value);
        ret->items[i].seats = reader_u32(value);
        ret->items[i].expires_at_ms = reader_i64(value);
    }
}

/* Work goes on at two places of a line: those who were let in lately, and either end. Each gets a
 * cursor of its own, which is near already. */
static enum tree tree_near(struct store_txn *txn, uint64_t number)
{
    uint64_t *at = txn->entry_numbers;
    uint64_t far[2];
    for (size_t i = 0; i < 2; i++)
        far[i] = at[i] > number ? at[i] - number : number - at[i];
    bool is_elsewhere = far[1] < far[0];
    at[is_elsewhere] = number;
    return is_elsewhere ? TREE_QUEUE_ENTRIES_ELSEWHERE : TREE_QUEUE_ENTRIES;
}

static bool entry_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                         struct queue_entry *ret)
{
    struct reader ids = key_reader(key);
    ret->concert_id = (uint32_t)reader_big(&ids, sizeof ret->concert_id);
    ret->number = reader_big(&ids, sizeof ret->number);
    ret->user_id = reader_u64(&value);
    reader_bytes(&value, ret->secret, QUEUE_SECRET_BYTES);
    ret->status = reader_u8_within(&value, QUEUE_ENTRY_WAITING, QUEUE_ENTRY_LEFT);
    ret->entered_at_ms = reader_i64(&value);
    ret->expires_at_ms = reader_i64(&value);
    reader_bytes(&value, ret->last_reservation.bytes, ID_BYTES);
    holdings_unpack(&value, &ret->holdings);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool queue_entry_get(struct store_txn *txn, uint32_t concert_id, uint64_t number,
                     struct queue_entry *ret)
{
    struct key key = key_in_concert(concert_id, number);
    struct reader value;
    return record_get(txn, tree_near(txn, number), &key, &value) &&
           entry_unpack(txn, &key, value, ret);
}

bool queue_entry_next(struct store_txn *txn, uint32_t concert_id, uint64_t after_number,
                      struct queue_entry *ret)
{
    struct key key = key_in_concert(concert_id, after_number);
    struct reader value;
    return record_next(txn, TREE_QUEUE_ENTRIES, &key, CONCERT_BYTES, &value) &&
           entry_unpack(txn, &key, value, ret);
}

void queue_entry_put(struct store_txn *txn, const struct queue_entry *entry)
{
    struct key key = key_in_concert(entry->concert_id, entry->number);
    uint8_t bytes[ENTRY_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u64(&value, entry->user_id);
    writer_bytes(&value, entry->secret, QUEUE_SECRET_BYTES);
    writer_u8(&value, (uint8_t)entry->status);
    writer_i64(&value, entry->entered_at_ms);
    writer_i64(&value, entry->expires_at_ms);
    writer_bytes(&value, entry->last_reservation.bytes, ID_BYTES);
    holdings_pack(&value, &entry->holdings);
    record_put(txn, tree_near(txn, entry->number), &key, &value);
}

void queue_entry_delete(struct store_txn *txn, uint32_t concert_id, uint64_t number)
{
    struct key key = key_in_concert(concert_id, number);
    record_delete(txn, TREE_QUEUE_ENTRIES, &key);
}

/* --- newest entry of each user --- */

bool queue_user_get(struct store_txn *txn, uint32_t concert_id, uint64_t user_id,
                    uint64_t *ret_number)
{
    struct key key = key_in_concert(concert_id, user_id);
    struct reader value;
    if (!record_get(txn, TREE_QUEUE_USERS, &key, &value)) return false;
    *ret_number = reader_u64(&value);
    return record_check(txn, &value);
}

void queue_user_put(struct store_txn *txn, uint32_t concert_id, uint64_t user_id, uint64_t number)
{
    struct key key = key_in_concert(concert_id, user_id);
    uint8_t bytes[sizeof number];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u64(&value, number);
    record_put(txn, TREE_QUEUE_USERS, &key, &value);
}

void queue_user_delete(struct store_txn *txn, uint32_t concert_id, uint64_t user_id)
{
    struct key key = key_in_concert(concert_id, user_id);
    record_delete(txn, TREE_QUEUE_USERS, &key);
}
