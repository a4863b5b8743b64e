#include "store/record.h"
#include "store/records.h"

enum {
    EVENT_BYTES_MAX = 1 + 8 + 2 * 4 + 8 + 2 * ID_BYTES + 3 * 8 + 4 + SEATS_PER_BLOCK_CALL_MAX * 4,
};

static struct key event_key(uint64_t number)
{
    struct key key = {0};
    key_add_u64(&key, number);
    return key;
}

static bool event_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                         struct event *ret)
{
    struct reader number = key_reader(key);
    ret->number = reader_big(&number, sizeof ret->number);
    ret->kind = reader_u8_within(&value, EVENT_USER_CREATED, EVENT_SEATS_UNBLOCKED);
    ret->occurred_at_ms = reader_i64(&value);
    ret->concert_id = reader_u32(&value);
    ret->performance_id = reader_u32(&value);
    ret->user_id = reader_u64(&value);
    reader_bytes(&value, ret->record_id, ID_BYTES);
    reader_bytes(&value, ret->payment_id, ID_BYTES);
    ret->entry_number = reader_u64(&value);
    ret->amount = reader_i64(&value);
    ret->until_ms = reader_i64(&value);
    ret->seats_count = reader_u32_within(&value, 0, SEATS_PER_BLOCK_CALL_MAX);
    reader_u32s(&value, ret->seat_indexes, ret->seats_count);
    return record_check(txn, &number) && record_check(txn, &value);
}

bool event_get(struct store_txn *txn, uint64_t number, struct event *ret)
{
    struct key key = event_key(number);
    struct reader value;
    return record_get(txn, TREE_EVENTS, &key, &value) && event_unpack(txn, &key, value, ret);
}

bool event_next(struct store_txn *txn, uint64_t after_number, struct event *ret)
{
    struct key key = event_key(after_number);
    struct reader value;
    return record_next(txn, TREE_EVENTS, &key, 0, &value) && event_unpack(txn, &key, value, ret);
}

void event_append(struct store_txn *txn, const struct event *event)
{
    struct key key = event_key(event->number);
    uint8_t bytes[EVENT_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u8(&value, (uint8_t)event->kind);
    writer_i64(&value, event->occurred_at_ms);
    writer_u32(&value, event->concert_id);
    writer_u32(&value, event->performance_id);
    writer_u64(&value, event->user_id);
    writer_bytes(&value, event->record_id, ID_BYTES);
    writer_bytes(&value, event->payment_id, ID_BYTES);
    writer_u64(&value, event->entry_number);
    writer_i64(&value, event->amount);
    writer_i64(&value, event->until_ms);
    writer_u32(&value, event->seats_count);
    writer_u32s(&value, event->seat_indexes, event->seats_count);
    record_append(txn, TREE_EVENTS, &key, &value);
}
