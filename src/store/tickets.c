#include "store/tickets.h"

#include "base/require.h"
#include "store/codec.h"
#include "store/record.h"
#include "store/user_key.h"

_Static_assert(USER_PREFIX_BYTES + sizeof(uint64_t) <= KEY_BYTES_MAX, "the key of tickets fits");
_Static_assert(TIERS_PER_PERFORMANCE_MAX - 1 <= UINT8_MAX, "a tier is a byte");

/* The tickets of a payment are one record, with the first one's number in the key. */

static struct key tickets_key(uint64_t user_id, uint64_t first_id)
{
    struct key key = user_key(user_id, USER_TICKETS);
    key_add_u64(&key, first_id);
    return key;
}

struct strip {
    uint64_t user_id;
    uint64_t first_id;
    struct ticket_strip tickets;
};

static bool strip_open(struct store_txn *txn, const struct key *key, struct reader value,
                       struct strip *ret)
{
    struct reader ids = key_reader(key);
    ret->user_id = reader_big(&ids, sizeof ret->user_id);
    reader_u8_within(&ids, USER_TICKETS, USER_TICKETS);
    ret->first_id = reader_big(&ids, sizeof ret->first_id);
    ticket_strip_unpack(&value, &ret->tickets);
    return record_check(txn, &ids) && record_check(txn, &value);
}

/* @return Whether it is one of these. */
static bool strip_take(const struct strip *strip, uint64_t ticket_id, struct ticket *ret)
{
    const struct ticket_strip *tickets = &strip->tickets;
    if (ticket_id < strip->first_id || ticket_id - strip->first_id >= tickets->seats_count)
        return false;
    const struct sold_seat *seat = &tickets->seats[ticket_id - strip->first_id];
    *ret = (struct ticket){
        .id = ticket_id,
        .user_id = strip->user_id,
        .concert_id = tickets->concert_id,
        .performance_id = tickets->performance_id,
        .seat_index = seat->seat_index,
        .tier = seat->tier,
        .price = seat->price,
        .payment_id = tickets->payment_id,
        .reservation_id = tickets->reservation_id,
        .issued_at_ms = tickets->issued_at_ms,
    };
    return true;
}

/* The strip that a ticket is in if there is such a ticket, else the one before. */
static bool strip_find(struct store_txn *txn, uint64_t user_id, uint64_t ticket_id,
                       struct strip *ret)
{
    struct key key = tickets_key(user_id, ticket_id);
    struct reader value;
    return record_at_or_before(txn, TREE_USERS, &key, USER_PREFIX_BYTES, &value) &&
           strip_open(txn, &key, value, ret);
}

bool ticket_get(struct store_txn *txn, uint64_t user_id, uint64_t ticket_id, struct ticket *ret)
{
    struct strip strip;
    return strip_find(txn, user_id, ticket_id, &strip) && strip_take(&strip, ticket_id, ret);
}

bool ticket_next_of_user(struct store_txn *txn, uint64_t user_id, uint64_t after_ticket_id,
                         struct ticket *ret)
{
    struct strip strip;
    struct reader value;
    if (after_ticket_id == UINT64_MAX) return false;
    if (ticket_get(txn, user_id, after_ticket_id + 1, ret)) return true;
    struct key key = tickets_key(user_id, after_ticket_id);
    if (!record_next(txn, TREE_USERS, &key, USER_PREFIX_BYTES, &value)) return false;
    if (!strip_open(txn, &key, value, &strip)) return false;
    REQUIRE(strip.user_id == user_id);
    REQUIRE(strip.first_id > after_ticket_id);
    return strip_take(&strip, strip.first_id, ret);
}

static struct ticket_strip strip_make(const struct ticket *tickets, size_t count)
{
    struct ticket_strip strip = {
        .concert_id = tickets[0].concert_id,
        .performance_id = tickets[0].performance_id,
        .issued_at_ms = tickets[0].issued_at_ms,
        .payment_id = tickets[0].payment_id,
        .reservation_id = tickets[0].reservation_id,
        .seats_count = (uint32_t)count,
    };
    for (size_t i = 0; i < count; i++) {
        REQUIRE(tickets[i].id == tickets[0].id + i);
        REQUIRE(tickets[i].user_id == tickets[0].user_id);
        REQUIRE(tickets[i].performance_id == tickets[0].performance_id);
        strip.seats[i] =
            (struct sold_seat){tickets[i].seat_index, tickets[i].tier, tickets[i].price};
    }
    return strip;
}

void tickets_put(struct store_txn *txn, const struct ticket *tickets, size_t count)
{
    REQUIRE(tickets[0].id != 0);
    REQUIRE(count >= 1);
    REQUIRE(count <= SEATS_PER_HOLD_MAX);
    struct key key = tickets_key(tickets[0].user_id, tickets[0].id);
    struct ticket_strip strip = strip_make(tickets, count);
    uint8_t bytes[ticket_strip_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    ticket_strip_pack(&value, &strip);
    record_put(txn, TREE_USERS, &key, &value);
}
