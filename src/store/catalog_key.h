/* catalog_key.h -- Keys of the tree of the catalogue. For src/store only.
 *
 * Three kinds of records and an index share a tree: they are few, read often and written once. */
#ifndef STORE_CATALOG_KEY_H
#define STORE_CATALOG_KEY_H

#include <stdint.h>

#include "store/key.h"

/** The first byte of a key. */
enum catalog_kind {
    CATALOG_CONCERT = 'C',
    CATALOG_PERFORMANCE = 'P',
    CATALOG_PERFORMANCE_OF_CONCERT = 'I',
    CATALOG_LAYOUT_ROW = 'R',
};

enum {
    CATALOG_KIND_BYTES = 1,
    CATALOG_PARENT_BYTES = CATALOG_KIND_BYTES + 4, /* the kind and the first id of a key */
};

_Static_assert(CATALOG_PARENT_BYTES + sizeof(uint32_t) <= KEY_BYTES_MAX, "keys of children fit");
_Static_assert(CATALOG_KIND_BYTES == sizeof(uint8_t), "a kind is a letter");

static inline struct key catalog_key(enum catalog_kind kind, uint32_t id)
{
    struct key key = {0};
    key_add_u8(&key, (uint8_t)kind);
    key_add_u32(&key, id);
    return key;
}

/** Of what belongs to something. */
static inline struct key catalog_child_key(enum catalog_kind kind, uint32_t parent_id, uint32_t id)
{
    REQUIRE(kind == CATALOG_PERFORMANCE_OF_CONCERT || kind == CATALOG_LAYOUT_ROW);
    struct key key = catalog_key(kind, parent_id);
    key_add_u32(&key, id);
    return key;
}

/** The ids in a key. */
static inline struct reader catalog_ids(const struct key *key)
{
    struct reader ids = key_reader(key);
    reader_big(&ids, CATALOG_KIND_BYTES);
    return ids;
}

#endif
