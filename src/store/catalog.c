#include "store/catalog_kind.h"
#include "store/codec.h"
#include "store/kept_performances.h"
#include "store/record.h"
#include "store/records.h"
#include "store/transaction.h"

enum {
    KIND_BYTES = 1,
    PARENT_BYTES = KIND_BYTES + 4, /* the kind and the first id of a key */
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

static bool concert_open(struct store_txn *txn, const struct key *key, struct reader value,
                         struct concert *ret)
{
    struct reader ids = ids_of(key);
    ret->id = (uint32_t)reader_big(&ids, sizeof ret->id);
    concert_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool concert_get(struct store_txn *txn, uint32_t concert_id, struct concert *ret)
{
    struct key key = key_of_one(CATALOG_CONCERT, concert_id);
    struct reader value;
    return record_get(txn, TREE_CATALOG, &key, &value) && concert_open(txn, &key, value, ret);
}

bool concert_next(struct store_txn *txn, uint32_t after_id, struct concert *ret)
{
    struct key key = key_of_one(CATALOG_CONCERT, after_id);
    struct reader value;
    return record_next(txn, TREE_CATALOG, &key, KIND_BYTES, &value) &&
           concert_open(txn, &key, value, ret);
}

void concert_put(struct store_txn *txn, const struct concert *concert)
{
    struct key key = key_of_one(CATALOG_CONCERT, concert->id);
    uint8_t bytes[concert_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    concert_pack(&value, concert);
    record_put(txn, TREE_CATALOG, &key, &value);
}

/* --- performances --- */

static bool performance_open(struct store_txn *txn, const struct key *key, struct reader value,
                             struct performance *ret)
{
    struct reader ids = ids_of(key);
    ret->id = (uint32_t)reader_big(&ids, sizeof ret->id);
    performance_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

bool performance_read(struct store_txn *txn, uint32_t performance_id, struct performance *ret)
{
    struct key key = key_of_one(CATALOG_PERFORMANCE, performance_id);
    struct reader value;
    return record_get(txn, TREE_CATALOG, &key, &value) && performance_open(txn, &key, value, ret);
}

bool performance_next(struct store_txn *txn, uint32_t after_id, struct performance *ret)
{
    struct key key = key_of_one(CATALOG_PERFORMANCE, after_id);
    struct reader value;
    return record_next(txn, TREE_CATALOG, &key, KIND_BYTES, &value) &&
           performance_open(txn, &key, value, ret);
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
    uint8_t bytes[RECORD_HEAD_BYTES];
    struct writer nothing = record_writer(txn, bytes, sizeof bytes);
    record_put(txn, TREE_CATALOG, &key, &nothing);
}

void performance_write(struct store_txn *txn, const struct performance *performance)
{
    struct key key = key_of_one(CATALOG_PERFORMANCE, performance->id);
    uint8_t bytes[performance_bytes_max];
    struct writer value = record_writer(txn, bytes, sizeof bytes);
    performance_pack(&value, performance);
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
    performance_state_unpack(&value, ret);
    return record_check(txn, &ids) && record_check(txn, &value);
}

static struct writer state_write(const struct store_txn *txn, const struct performance_state *state,
                                 uint8_t bytes[performance_state_bytes_max])
{
    struct writer value = record_writer(txn, bytes, performance_state_bytes_max);
    performance_state_pack(&value, state);
    return value;
}

void performance_state_write(struct store_txn *txn, const struct performance_state *state)
{
    struct key key = state_key(state->performance_id);
    uint8_t bytes[performance_state_bytes_max];
    struct writer value = state_write(txn, state, bytes);
    record_put(txn, TREE_PERFORMANCE_STATES, &key, &value);
}

void performance_state_note(struct store_txn *txn, const struct performance_state *state)
{
    struct key key = state_key(state->performance_id);
    uint8_t bytes[performance_state_bytes_max];
    struct writer value = state_write(txn, state, bytes);
    record_note(txn, TREE_PERFORMANCE_STATES, &key, &value);
}

void performance_state_write_noted(struct store_txn *txn, const struct performance_state *state)
{
    struct key key = state_key(state->performance_id);
    uint8_t bytes[performance_state_bytes_max];
    struct writer value = state_write(txn, state, bytes);
    record_put_noted(txn, TREE_PERFORMANCE_STATES, &key, &value);
}
