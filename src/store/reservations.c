#include "store/reservations.h"

#include <endian.h>
#include <string.h>

#include "base/require.h"
#include "store/cache.h"
#include "store/codec.h"
#include "store/record.h"

enum { SLOTS = 4096, SLOT_BITS = 12, MIX_BITS = 64 };

_Static_assert(1 << SLOT_BITS == SLOTS, "all slots are reached");
_Static_assert((int)SLOTS <= (int)CACHE_SLOTS_MAX, "as a cache allows");
_Static_assert((int)reservation_bytes_max <= (int)CACHE_RECORD_BYTES_MAX, "one can be cached");
_Static_assert((int)ID_BYTES <= (int)KEY_BYTES_MAX, "an id is a key");
_Static_assert(ID_BYTES == 2 * sizeof(uint64_t), "an id is two numbers");

/* --- How they are cached ---------------------------------------------------------------------- */

/* Ids of one instant differ anywhere: Fibonacci hashing of both halves. */
static uint32_t slot_of(uint64_t high, uint64_t low)
{
    uint64_t mixed = (high ^ low) * UINT64_C(0x9e3779b97f4a7c15);
    return (uint32_t)(mixed >> (MIX_BITS - SLOT_BITS));
}

/* As numbers that sort as the ids do. */
static struct cache_key cache_key_of(struct reservation_id id)
{
    uint64_t high, low;
    memcpy(&high, id.bytes, sizeof high);
    memcpy(&low, id.bytes + sizeof high, sizeof low);
    return (struct cache_key){be64toh(high), be64toh(low), slot_of(high, low)};
}

static struct reservation_id id_of(struct cache_key key)
{
    struct reservation_id id;
    uint64_t high = htobe64(key.high), low = htobe64(key.low);
    memcpy(id.bytes, &high, sizeof high);
    memcpy(id.bytes + sizeof high, &low, sizeof low);
    return id;
}

static struct key reservation_key(struct cache_key cache_key)
{
    struct reservation_id id = id_of(cache_key);
    struct key key = {0};
    key_add_id(&key, id.bytes);
    return key;
}

static void pack(struct writer *value, struct cache_key key, const void *reservation)
{
    (void)key;
    reservation_pack(value, reservation);
}

static void unpack(struct reader *value, struct cache_key key, void *ret_reservation)
{
    struct reservation *ret = ret_reservation;
    ret->id = id_of(key);
    reservation_unpack(value, ret);
}

const struct cache_kind reservations_cache = {
    .tree = TREE_RESERVATIONS,
    .slots = SLOTS,
    .item_bytes = sizeof(struct reservation),
    .record_bytes = reservation_bytes_max,
    .is_scattered = true,
    .grows = true,
    .key = reservation_key,
    .pack = pack,
    .unpack = unpack,
};

/* --- Records ---------------------------------------------------------------------------------- */

bool reservation_get(struct store_txn *txn, struct reservation_id id, struct reservation *ret)
{
    return cache_get(txn, CACHE_RESERVATIONS, cache_key_of(id), ret);
}

bool reservation_next(struct store_txn *txn, struct reservation_id after, struct reservation *ret)
{
    struct key key = reservation_key(cache_key_of(after));
    struct reader value;
    cache_write_back(txn, CACHE_RESERVATIONS);
    if (!record_next(txn, TREE_RESERVATIONS, &key, 0, &value)) return false;
    struct reader id = key_reader(&key);
    reader_bytes(&id, ret->id.bytes, ID_BYTES);
    reservation_unpack(&value, ret);
    if (!record_check(txn, &id) || !record_check(txn, &value)) return false;
    REQUIRE(memcmp(ret->id.bytes, after.bytes, ID_BYTES) > 0);
    return true;
}

void reservation_put(struct store_txn *txn, const struct reservation *reservation)
{
    REQUIRE(reservation->seats_count >= 1);
    REQUIRE(reservation->seats_count <= SEATS_PER_HOLD_MAX);
    cache_put(txn, CACHE_RESERVATIONS, cache_key_of(reservation->id), reservation);
}
