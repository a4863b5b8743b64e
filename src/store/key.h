/* key.h -- Keys of records: numbers are big-endian, so that keys sort as their numbers do. For
 * src/store only. */
#ifndef STORE_KEY_H
#define STORE_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "store/bytes.h"

enum { KEY_BYTES_MAX = 31 };

struct key {
    size_t size;
    uint8_t bytes[KEY_BYTES_MAX + 1]; /* one more, to form the key that comes next */
};

/** Each adds to the end of a key; begin with {0}. */
void key_add_u8(struct key *key, uint8_t value);
void key_add_u32(struct key *key, uint32_t value);
void key_add_u64(struct key *key, uint64_t value);
void key_add_id(struct key *key, const uint8_t bytes[ID_BYTES]);

/** Reads a key with reader_big and reader_bytes. */
struct reader key_reader(const struct key *key);

#endif
