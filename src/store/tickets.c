#include <string.h>

#include "base/require.h"
#include "store/record.h"
#include "store/records.h"
#include "store/user_key.h"

/* The tickets of a payment are one record, with the first one's number in the key: they have
 * consecutive numbers, and all but the seats in common. */

enum {
    SEAT_BYTES_MAX = 2 * VARINT_BYTES_MAX + 1,
    TICKETS_BYTES_MAX =
        3 * VARINT_BYTES_MAX + 2 * ID_BYTES + 1 + SEATS_PER_HOLD_MAX * SEAT_BYTES_MAX,
};

static struct key tickets_key(uint64_t user_id, uint64_t first_id)
{
    struct key key = user_key(user_id, USER_TICKETS);
    key_add_u64(&key, first_id);
    return key;
}

struct pack {
    uint32_t count;
    struct ticket tickets[SEATS_PER_HOLD_MAX];
};

static void pack_seat_unpack(struct reader *value, struct ticket *ret)
{
    ret->seat_index = reader_varint_within(value, 0, UINT32_MAX);
    ret->tier = reader_u8_within(value, 0, TIERS_PER_PERFORMANCE_MAX - 1);
    ret->price = reader_signed_varint(value);
}

static bool pack_open(struct store_txn *txn, const struct key *key, struct reader value,
                      struct pack *ret)
{
    struct ticket ticket;
    struct reader ids = key_reader(key);
    memset(&ticket, 0, sizeof ticket);
    ticket.user_id = reader_big(&ids, sizeof ticket.user_id);
    reader_u8_within(&ids, USER_TICKETS, USER_TICKETS);
    ticket.id = reader_big(&ids, sizeof ticket.id);
    ticket.concert_id = reader_varint_within(&value, 0, UINT32_MAX);
    ticket.performance_id = reader_varint_within(&value, 0, UINT32_MAX);
    ticket.issued_at_ms = reader_signed_varint(&value);
    reader_bytes(&value, ticket.payment_id.bytes, ID_BYTES);
    reader_bytes(&value, ticket.reservation_id.bytes, ID_BYTES);
    ret->count = reader_u8_within(&value, 1, SEATS_PER_HOLD_MAX);
    for (uint32_t i = 0; i < ret->count; i++, ticket.id++) {
        pack_seat_unpack(&value, &ticket);
        ret->tickets[i] = ticket;
    }
    return record_check(txn, &ids) && record_check(txn, &value);
}

static bool pack_take(const struct pack *pack, uint64_t ticket_id, struct ticket *ret)
{
    uint64_t first_id = pack->tickets[0].id;
    if (ticket_id < first_id || ticket_id - first_id >= pack->count) return false;
    *ret = pack->tickets[ticket_id - first_id];
    return true;
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
    return pack_find(txn, user_id, ticket_id, &pack) && pack_take(&pack, ticket_id, ret);
}

bool ticket_next_of_user(struct store_txn *txn, uint64_t user_id, uint64_t after_ticket_id,
                         struct ticket *ret)
{
    struct pack pack;
    struct reader value;
    if (after_ticket_id == UINT64_MAX) return false;
    if (ticket_get(txn, user_id, after_ticket_id + 1, ret)) return true;
    struct key key = tickets_key(user_id, after_ticket_id);
    if (!record_next(txn, TREE_USERS, &key, USER_PREFIX_BYTES, &value)) return false;
    if (!pack_open(txn, &key, value, &pack)) return false;
    *ret = pack.tickets[0];
    return true;
}

void tickets_put(struct store_txn *txn, const struct ticket *tickets, size_t count)
{
    REQUIRE(count >= 1);
    REQUIRE(count <= SEATS_PER_HOLD_MAX);
    struct key key = tickets_key(tickets[0].user_id, tickets[0].id);
    uint8_t bytes[TICKETS_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_varint(&value, tickets[0].concert_id);
    writer_varint(&value, tickets[0].performance_id);
    writer_signed_varint(&value, tickets[0].issued_at_ms);
    writer_bytes(&value, tickets[0].payment_id.bytes, ID_BYTES);
    writer_bytes(&value, tickets[0].reservation_id.bytes, ID_BYTES);
    writer_u8(&value, (uint8_t)count);
    for (size_t i = 0; i < count; i++) {
        REQUIRE(tickets[i].id == tickets[0].id + i);
        writer_varint(&value, tickets[i].seat_index);
        writer_u8(&value, tickets[i].tier);
        writer_signed_varint(&value, tickets[i].price);
    }
    record_put(txn, TREE_USERS, &key, &value);
}
