#include "store/key.h"

#include <endian.h>
#include <string.h>

#include "base/require.h"

_Static_assert(KEY_BYTES_MAX + 1 <= 511, "LMDB takes keys of 511 bytes");
_Static_assert(sizeof(((struct key *)NULL)->bytes) == KEY_BYTES_MAX + 1,
               "there is room for the successor of a key");
_Static_assert(ID_BYTES + sizeof(uint64_t) + 1 <= KEY_BYTES_MAX,
               "the longest key fits: of a ledger entry");

static inline void key_add(struct key *key, const void *bytes, size_t size)
{
    REQUIRE(size <= KEY_BYTES_MAX - key->size);
    memcpy(key->bytes + key->size, bytes, size);
    key->size += size;
}

void key_add_u8(struct key *key, uint8_t value)
{
    key_add(key, &value, sizeof value);
}

void key_add_u32(struct key *key, uint32_t value)
{
    uint32_t big = htobe32(value);
    key_add(key, &big, sizeof big);
}

void key_add_u64(struct key *key, uint64_t value)
{
    uint64_t big = htobe64(value);
    key_add(key, &big, sizeof big);
}

void key_add_id(struct key *key, const uint8_t bytes[ID_BYTES])
{
    key_add(key, bytes, ID_BYTES);
}

struct reader key_reader(const struct key *key)
{
    REQUIRE(key->size <= KEY_BYTES_MAX);
    return reader_make(key->bytes, key->size);
}
