#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

enum {
    POLICY_BYTES = 3 * 4 + 3 * 8 + 2,
    COUNTS_BYTES = 8 + 2 * 4 + 3 * 8,
    OPENING_BYTES = 2 + 6 * 8, /* since format 2 */
    QUEUE_BYTES = POLICY_BYTES + COUNTS_BYTES + OPENING_BYTES,
};

static struct key concert_key(uint32_t concert_id)
{
    struct key key = {0};
    key_add_u32(&key, concert_id);
    return key;
}

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

static void opening_pack(struct writer *value, const struct queue *queue)
{
    writer_i64(value, queue->policy.admission_lead_ms);
    writer_u8(value, queue->holding_stopped);
    writer_u8(value, queue->paying_stopped);
    writer_i64(value, queue->sale_opens_at_ms);
    writer_i64(value, queue->paused_at_ms);
    writer_i64(value, queue->clock_behind_ms);
    writer_i64(value, queue->line_due_ms);
    writer_i64(value, queue->waiting_due_ms);
}

static void opening_unpack(struct reader *value, struct queue *ret)
{
    ret->policy.admission_lead_ms = reader_i64_within(value, 0, LIFETIME_MS_MAX);
    ret->holding_stopped = reader_u8_within(value, 0, 1);
    ret->paying_stopped = reader_u8_within(value, 0, 1);
    ret->sale_opens_at_ms = reader_i64_within(value, 0, OPENING_MS_MAX);
    ret->paused_at_ms = reader_i64(value);
    ret->clock_behind_ms = reader_i64(value);
    ret->line_due_ms = reader_i64(value);
    ret->waiting_due_ms = reader_i64(value);
}

/* Of format 1: open since ever, no clock but the time, and no line yet (upgrade.c). */
static void opening_default(struct queue *ret)
{
    ret->policy.admission_lead_ms = 0;
    ret->holding_stopped = false;
    ret->paying_stopped = false;
    ret->sale_opens_at_ms = 0;
    ret->paused_at_ms = 0;
    ret->clock_behind_ms = 0;
    ret->line_due_ms = UNIX_MS_NEVER;
    ret->waiting_due_ms = 0;
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
    if (value.at < value.end)
        opening_unpack(&value, ret);
    else
        opening_default(ret);
    return record_check(txn, &value);
}

uint32_t queue_next_id(struct store_txn *txn, uint32_t after_concert_id)
{
    struct key key = concert_key(after_concert_id);
    struct reader value;
    if (!record_next(txn, TREE_QUEUES, &key, 0, &value)) return 0;
    struct reader ids = key_reader(&key);
    uint32_t concert_id = (uint32_t)reader_big(&ids, sizeof concert_id);
    return record_check(txn, &ids) ? concert_id : 0;
}

void kept_queue_put(struct store_txn *txn)
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
    opening_pack(&value, queue);
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
