#include "store/codec.h"
#include "store/kept_reservations.h"
#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

static struct key reservation_key(struct reservation_id id)
{
    struct key key = {0};
    key_add_id(&key, id.bytes);
    return key;
}

/* --- bytes --- */

static bool reservation_open(struct store_txn *txn, const struct key *key, struct reader value,
                             struct reservation *ret)
{
    struct reader id = key_reader(key);
    reader_bytes(&id, ret->id.bytes, ID_BYTES);
    reservation_unpack(&value, ret);
    return record_check(txn, &id) && record_check(txn, &value);
}

/* --- records --- */

static bool reservation_read(struct store_txn *txn, struct reservation_id id,
                             struct reservation *ret)
{
    struct key key = reservation_key(id);
    struct reader value;
    return record_get(txn, TREE_RESERVATIONS, &key, &value) &&
           reservation_open(txn, &key, value, ret);
}

bool reservation_get(struct store_txn *txn, struct reservation_id id, struct reservation *ret)
{
    if (!txn->may_write) return reservation_read(txn, id, ret);
    const struct reservation *kept = kept_reservations_find(&txn->kept->reservations, id);
    if (kept != NULL) *ret = *kept;
    return kept != NULL || (!reservation_is_beyond(txn, id) && reservation_read(txn, id, ret));
}

bool reservation_next(struct store_txn *txn, struct reservation_id after, struct reservation *ret)
{
    struct key key = reservation_key(after);
    struct reader value;
    if (txn->may_write) kept_reservations_put(txn);
    return record_next(txn, TREE_RESERVATIONS, &key, 0, &value) &&
           reservation_open(txn, &key, value, ret);
}

bool reservation_last_id(struct store_txn *txn, struct reservation_id *ret_id)
{
    struct key key = {0};
    for (size_t i = 0; i < ID_BYTES; i++)
        key_add_u8(&key, UINT8_MAX);
    if (!record_at_or_before(txn, TREE_RESERVATIONS, &key, 0, NULL)) return false;
    struct reader id = key_reader(&key);
    reader_bytes(&id, ret_id->bytes, ID_BYTES);
    return record_check(txn, &id);
}

void reservation_write(struct store_txn *txn, const struct reservation *reservation, bool is_beyond)
{
    struct key key = reservation_key(reservation->id);
    uint8_t bytes[reservation_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    reservation_pack(&value, reservation);
    if (is_beyond)
        record_append(txn, TREE_RESERVATIONS, &key, &value);
    else
        record_put(txn, TREE_RESERVATIONS, &key, &value);
}
