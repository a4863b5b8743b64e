#include "store/catalog_kind.h"
#include "store/kept_performances.h"
#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

enum {
    KIND_BYTES = 1,
    PARENT_BYTES = KIND_BYTES + 4, /* the kind and the first id of a key */
    CONCERT_BYTES_MAX = 3 * (1 + LONG_NAME_BYTES_MAX),
    TIER_BYTES_MAX = 1 + NAME_BYTES_MAX + 8 + 4,
    PERFORMANCE_BYTES_MAX = 4 * 4 + 3 * 8 + TIERS_PER_PERFORMANCE_MAX * TIER_BYTES_MAX,
    STATE_BYTES = 8 + TIERS_PER_PERFORMANCE_MAX * 4 + 1,
    HOLDING_STOPPED = 1 << 0,
    PAYING_STOPPED = 1 << 1,
    STOPS = HOLDING_STOPPED | PAYING_STOPPED,
};

static struct key key_of_one(enum catalog_kind kind, uint32_t id)
{
    struct key key = {0};
    key_add_u8(&key, (uint8_t)kind);
    key_add_u32(&key, id);
    return key;
}

static struct key key_of_two(enum catalog_kind kind, uint32_t parent_id, uint32_t id)
{
    struct key key = key_of_one(kind, parent_id);
    key_add_u32(&key, id);
    return key;
}

static struct reader ids_of(const struct key *key)
{
    struct reader reader = key_reader(key);
    reader_big(&reader, KIND_BYTES);
    return reader;
}

/* --- concerts --- */

static bool concert_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                           struct concert *ret)
{
    struct reader ids = ids_of(key);
    ret->id = (uint32_t)reader_big(&ids, sizeof ret->id);
    reader_text(&value, ret->title, sizeof ret->title);
    reader_text(&value, ret->artist, sizeof ret->artist);
    reader_text(&value, ret->venue, sizeof ret->venue);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool concert_get(struct store_txn *txn, uint32_t concert_id, struct concert *ret)
{
    struct key key = key_of_one(CATALOG_CONCERT, concert_id);
    struct reader value;
    return record_get(txn, TREE_CATALOG, &key, &value) && concert_unpack(txn, &key, value, ret);
}

bool concert_next(struct store_txn *txn, uint32_t after_id, struct concert *ret)
{
    struct key key = key_of_one(CATALOG_CONCERT, after_id);
    struct reader value;
    return record_next(txn, TREE_CATALOG, &key, KIND_BYTES, &value) &&
           concert_unpack(txn, &key, value, ret);
}

void concert_put(struct store_txn *txn, const struct concert *concert)
{
    struct key key = key_of_one(CATALOG_CONCERT, concert->id);
    uint8_t bytes[CONCERT_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_text(&value, concert->title);
    writer_text(&value, concert->artist);
    writer_text(&value, concert->venue);
    record_put(txn, TREE_CATALOG, &key, &value);
}

/* --- performances --- */

static bool performance_unpack(struct store_txn *txn, const struct key *key, struct reader value,
                               struct performance *ret)
{
    struct reader ids = ids_of(key);
    ret->id = (uint32_t)reader_big(&ids, sizeof ret->id);
    ret->concert_id = reader_u32(&value);
    ret->layout_id = reader_u32(&value);
    ret->seat_count = reader_u32(&value);
    ret->starts_at_ms = reader_i64(&value);
    ret->sale_opens_at_ms = reader_i64(&value);
    ret->sale_closes_at_ms = reader_i64(&value);
    ret->tiers_count = reader_u32_within(&value, 0, TIERS_PER_PERFORMANCE_MAX);
    for (uint32_t i = 0; i < ret->tiers_count; i++) {
        struct price_tier *tier = &ret->tiers[i];
        reader_text(&value, tier->name, sizeof tier->name);
        tier->price = reader_i64(&value);
        tier->seats = reader_u32(&value);
    }
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool performance_read(struct store_txn *txn, uint32_t performance_id, struct performance *ret)
{
    struct key key = key_of_one(CATALOG_PERFORMANCE, performance_id);
    struct reader value;
    return record_get(txn, TREE_CATALOG, &key, &value) && performance_unpack(txn, &key, value, ret);
}

bool performance_next(struct store_txn *txn, uint32_t after_id, struct performance *ret)
{
    struct key key = key_of_one(CATALOG_PERFORMANCE, after_id);
    struct reader value;
    return record_next(txn, TREE_CATALOG, &key, KIND_BYTES, &value) &&
           performance_unpack(txn, &key, value, ret);
}

bool performance_next_of_concert(struct store_txn *txn, uint32_t concert_id, uint32_t after_id,
                                 struct performance *ret)
{
    struct key key = key_of_two(CATALOG_PERFORMANCE_OF_CONCERT, concert_id, after_id);
    struct reader value;
    if (!record_next(txn, TREE_CATALOG, &key, PARENT_BYTES, &value)) return false;
    struct reader ids = ids_of(&key);
    reader_big(&ids, sizeof concert_id);
    uint32_t performance_id = (uint32_t)reader_big(&ids, sizeof performance_id);
    return record_check(txn, &ids) && record_check(txn, &value) &&
           performance_get(txn, performance_id, ret);
}

unix_ms concert_sale_opens_at_ms(struct store_txn *txn, uint32_t concert_id)
{
    struct performance performance = {0};
    unix_ms first_ms = UNIX_MS_NEVER;
    while (performance_next_of_concert(txn, concert_id, performance.id, &performance))
        if (performance.sale_opens_at_ms < first_ms) first_ms = performance.sale_opens_at_ms;
    return first_ms;
}

static void index_put(struct store_txn *txn, uint32_t concert_id, uint32_t performance_id)
{
    struct key key = key_of_two(CATALOG_PERFORMANCE_OF_CONCERT, concert_id, performance_id);
    struct writer empty = writer_make(NULL, 0);
    record_put(txn, TREE_CATALOG, &key, &empty);
}

void performance_write(struct store_txn *txn, const struct performance *performance)
{
    struct key key = key_of_one(CATALOG_PERFORMANCE, performance->id);
    uint8_t bytes[PERFORMANCE_BYTES_MAX];
    struct writer value = writer_make(bytes, sizeof bytes);
    writer_u32(&value, performance->concert_id);
    writer_u32(&value, performance->layout_id);
    writer_u32(&value, performance->seat_count);
    writer_i64(&value, performance->starts_at_ms);
    writer_i64(&value, performance->sale_opens_at_ms);
    writer_i64(&value, performance->sale_closes_at_ms);
    writer_u32(&value, performance->tiers_count);
    for (uint32_t i = 0; i < performance->tiers_count; i++) {
        writer_text(&value, performance->tiers[i].name);
        writer_i64(&value, performance->tiers[i].price);
        writer_u32(&value, performance->tiers[i].seats);
    }
    record_put(txn, TREE_CATALOG, &key, &value);
    index_put(txn, performance->concert_id, performance->id);
}

/* --- what changes of a performance --- */

static struct key state_key(uint32_t performance_id)
{
    struct key key = {0};
    key_add_u32(&key, performance_id);
    return key;
}

bool performance_state_read(struct store_txn *txn, uint32_t performance_id,
                            struct performance_state *ret)
{
    struct key key = state_key(performance_id);
    struct reader value;
    if (!record_get(txn, TREE_PERFORMANCE_STATES, &key, &value)) return false;
    struct reader ids = key_reader(&key);
    ret->performance_id = (uint32_t)reader_big(&ids, sizeof ret->performance_id);
    ret->version = reader_u64(&value);
    reader_u32s(&value, ret->remaining, TIERS_PER_PERFORMANCE_MAX);
    unsigned stops = value.at < value.end ? reader_u8_within(&value, 0, STOPS) : 0; /* format 1 */
    ret->holding_stopped = (stops & HOLDING_STOPPED) != 0;
    ret->paying_stopped = (stops & PAYING_STOPPED) != 0;
    return record_check(txn, &ids) && record_check(txn, &value);
}

static struct writer state_pack(const struct performance_state *state, uint8_t bytes[STATE_BYTES])
{
    struct writer value = writer_make(bytes, STATE_BYTES);
    writer_u64(&value, state->version);
    writer_u32s(&value, state->remaining, TIERS_PER_PERFORMANCE_MAX);
    writer_u8(&value, (uint8_t)((state->holding_stopped ? HOLDING_STOPPED : 0) |
                                (state->paying_stopped ? PAYING_STOPPED : 0)));
    return value;
}

void performance_state_write(struct store_txn *txn, const struct performance_state *state)
{
    struct key key = state_key(state->performance_id);
    uint8_t bytes[STATE_BYTES];
    struct writer value = state_pack(state, bytes);
    record_put(txn, TREE_PERFORMANCE_STATES, &key, &value);
}

void performance_state_note(struct store_txn *txn, const struct performance_state *state)
{
    struct key key = state_key(state->performance_id);
    uint8_t bytes[STATE_BYTES];
    struct writer value = state_pack(state, bytes);
    record_note(txn, TREE_PERFORMANCE_STATES, &key, &value);
}

void performance_state_write_noted(struct store_txn *txn, const struct performance_state *state)
{
    struct key key = state_key(state->performance_id);
    uint8_t bytes[STATE_BYTES];
    struct writer value = state_pack(state, bytes);
    record_put_noted(txn, TREE_PERFORMANCE_STATES, &key, &value);
}
