#include <string.h>

#include "base/require.h"
#include "store/record.h"
#include "store/records.h"
#include "store/user_key.h"

/* The tickets of a payment are one record, with the first one's number in the key: they have
 * consecutive numbers, and all but the seats in common. */

enum {
    SEAT_BYTES = 4 + 1 + 8,
    TICKETS_BYTES_MAX = 2 * 4 + 2 * ID_BYTES + 8 + 1 + SEATS_PER_HOLD_MAX * SEAT_BYTES,
};

static struct key tickets_key(uint64_t user_id, uint64_t first_id)
{
    struct key key = user_key(user_id, USER_TICKETS);
    key_add_u64(&key, first_id);
    return key;
}

/* The tickets of one payment. */
struct pack {
    struct ticket first; /* without its seat, hence what they have in common but for the number */
    uint32_t count;
    struct reader seats;
};

static bool pack_open(struct store_txn *txn, const struct key *key, struct reader value,
                      struct pack *ret)
{
    struct reader ids = key_reader(key);
    memset(ret, 0, sizeof *ret);
    ret->first.user_id = reader_big(&ids, sizeof ret->first.user_id);
    reader_u8_within(&ids, USER_TICKETS, USER_TICKETS);
    ret->first.id = reader_big(&ids, sizeof ret->first.id);
    ret->first.concert_id = reader_u32(&value);
    ret->first.performance_id = reader_u32(&value);
    reader_bytes(&value, ret->first.payment_id.bytes, ID_BYTES);
    reader_bytes(&value, ret->first.reservation_id.bytes, ID_BYTES);
    ret->first.issued_at_ms = reader_i64(&value);
    ret->count = reader_u8_within(&value, 1, SEATS_PER_HOLD_MAX);
    ret->seats = value;
    reader_skip(&value, ret->count * SEAT_BYTES);
    return record_check(txn, &ids) && record_check(txn, &value);
}

static bool pack_has(const struct pack *pack, uint64_t ticket_id)
{
    return ticket_id >= pack->first.id && ticket_id - pack->first.id < pack->count;
}

static bool pack_ticket(struct store_txn *txn, const struct pack *pack, uint64_t ticket_id,
                        struct ticket *ret)
{
    struct reader seat = pack->seats;
    reader_skip(&seat, (size_t)(ticket_id - pack->first.id) * SEAT_BYTES);
    *ret = pack->first;
    ret->id = ticket_id;
    ret->seat_index = reader_u32(&seat);
    ret->tier = reader_u8_within(&seat, 0, TIERS_PER_PERFORMANCE_MAX - 1);
    ret->price = reader_i64(&seat);
    if (!seat.is_damaged) return true;
    store_txn_fail(txn, STATUS_STORE_DAMAGED);
    return false;
}

/* The pack that a ticket is in if there is such a ticket, else the one before. */
static bool pack_find(struct store_txn *txn, uint64_t user_id, uint64_t ticket_id, struct pack *ret)
{
    struct key key = tickets_key(user_id, ticket_id);
    struct reader value;
    return record_at_or_before(txn, TREE_USERS, &key, USER_PREFIX_BYTES, &value) &&
           pack_open(txn, &key, value, ret);
}

bool ticket_get(struct store_txn *txn, uint64_t user_id, uint64_t ticket_id, struct ticket *ret)
{
    struct pack pack;
    return pack_find(txn, user_id, ticket_id, &pack) && pack_has(&pack, ticket_id) &&
           pack_ticket(txn, &pack, ticket_id, ret);
}

bool ticket_next_of_user(struct store_txn *txn, uint64_t user_id, uint64_t after_ticket_id,
                         struct ticket *ret)
{
    struct pack pack;
    struct reader value;
    if (after_ticket_id == UINT64_MAX) return false;
    uint64_t next_id = after_ticket_id + 1;
    if (pack_find(txn, user_id, next_id, &pack) && pack_has(&pack, next_id))
        return pack_ticket(txn, &pack, next_id, ret);
    struct key key = tickets_key(user_id, next_id);
    return record_next(txn, TREE_USERS, &key, USER_PREFIX_BYTES, &value) &&
           pack_open(txn, &key, value, &pack) && pack_ticket(txn, &pack, pack.first.id, ret);
}

void tickets_put(struct store_txn *txn, const struct ticket *tickets, size_t count)
{
    REQUIRE(count >= 1);
    REQUIRE(count <= SEATS_PER_HOLD_MAX);
    struct key key = tickets_key(tickets[0].user_id, tickets[0].id);
    uint8_t bytes[TICKETS_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u32(&value, tickets[0].concert_id);
    writer_u32(&value, tickets[0].performance_id);
    writer_bytes(&value, tickets[0].payment_id.bytes, ID_BYTES);
    writer_bytes(&value, tickets[0].reservation_id.bytes, ID_BYTES);
    writer_i64(&value, tickets[0].issued_at_ms);
    writer_u8(&value, (uint8_t)count);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(tickets[i].id == tickets[0].id + i);
        writer_u32(&value, tickets[i].seat_index);
        writer_u8(&value, tickets[i].tier);
        writer_i64(&value, tickets[i].price);
    }
    record_put(txn, TREE_USERS, &key, &value);
}
