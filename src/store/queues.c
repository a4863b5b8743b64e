#include "store/codec.h"
#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

static struct key concert_key(uint32_t concert_id)
{
    struct key key = {0};
    key_add_u32(&key, concert_id);
    return key;
}

static bool queue_load(struct store_txn *txn, uint32_t concert_id, struct queue *ret)
{
    struct key key = concert_key(concert_id);
    struct reader value;
    if (!record_get(txn, TREE_QUEUES, &key, &value)) return false;
    ret->concert_id = concert_id;
    queue_unpack(&value, ret);
    return record_check(txn, &value);
}

uint32_t queue_next_id(struct store_txn *txn, uint32_t after_concert_id)
{
    struct key key = concert_key(after_concert_id);
    if (!record_next(txn, TREE_QUEUES, &key, 0, NULL)) return 0;
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
    uint8_t bytes[queue_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    queue_pack(&value, queue);
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
