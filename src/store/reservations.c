#include "store/record.h"
#include "store/records.h"

enum {
    SEAT_BYTES = 4 + 1,
    RESERVATION_BYTES_MAX =
        8 + 4 + 4 + 1 + 3 * 8 + 2 * ID_BYTES + 1 + SEATS_PER_HOLD_MAX * SEAT_BYTES,
};

static struct key reservation_key(struct reservation_id id)
{
    struct key key = {0};
    key_add_id(&key, id.bytes);
    return key;
}

static bool reservation_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                               struct reservation *ret)
{
    struct reader id = key_reader(key);
    reader_bytes(&id, ret->id.bytes, ID_BYTES);
    ret->user_id = reader_u64(&value);
    ret->concert_id = reader_u32(&value);
    ret->performance_id = reader_u32(&value);
    ret->status = reader_u8_within(&value, RESERVATION_HELD, RESERVATION_CANCELLED);
    ret->total_price = reader_i64(&value);
    ret->held_at_ms = reader_i64(&value);
    ret->expires_at_ms = reader_i64(&value);
    reader_bytes(&value, ret->payment_id.bytes, ID_BYTES);
    reader_bytes(&value, ret->previous.bytes, ID_BYTES);
    ret->seats_count = reader_u8_within(&value, 1, SEATS_PER_HOLD_MAX);
    for (uint32_t i = 0; i < ret->seats_count; i++) {
        ret->seat_indexes[i] = reader_u32(&value);
        ret->seat_tiers[i] = reader_u8_within(&value, 0, TIERS_PER_PERFORMANCE_MAX - 1);
    }
    return record_check(txn, &id) && record_check(txn, &value);
}

bool reservation_get(struct store_txn *txn, struct reservation_id id, struct reservation *ret)
{
    struct key key = reservation_key(id);
    struct reader value;
    return record_get(txn, TREE_RESERVATIONS, &key, &value) &&
           reservation_unpack(txn, &key, value, ret);
}

bool reservation_next(struct store_txn *txn, struct reservation_id after, struct reservation *ret)
{
    struct key key = reservation_key(after);
    struct reader value;
    return record_next(txn, TREE_RESERVATIONS, &key, 0, &value) &&
           reservation_unpack(txn, &key, value, ret);
}

void reservation_put(struct store_txn *txn, const struct reservation *reservation)
{
    struct key key = reservation_key(reservation->id);
    uint8_t bytes[RESERVATION_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u64(&value, reservation->user_id);
    writer_u32(&value, reservation->concert_id);
    writer_u32(&value, reservation->performance_id);
    writer_u8(&value, (uint8_t)reservation->status);
    writer_i64(&value, reservation->total_price);
    writer_i64(&value, reservation->held_at_ms);
    writer_i64(&value, reservation->expires_at_ms);
    writer_bytes(&value, reservation->payment_id.bytes, ID_BYTES);
    writer_bytes(&value, reservation->previous.bytes, ID_BYTES);
    writer_u8(&value, (uint8_t)reservation->seats_count);
    for (uint32_t i = 0; i < reservation->seats_count; i++) {
        writer_u32(&value, reservation->seat_indexes[i]);
        writer_u8(&value, reservation->seat_tiers[i]);
    }
    record_put(txn, TREE_RESERVATIONS, &key, &value);
}
