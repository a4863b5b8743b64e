#include "gateway/json_key.h"

#include <string.h>
#include <xxhash.h>

enum { KEY_BYTES_MAX = 255 };

static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text < 0x20 || *text > 0x7e) return false;
    return true;
}

/* Marked as a UUID of version 8: made in a way of one's own (RFC 9562). */
static void mark(uint8_t id[ID_BYTES])
{
    id[6] = (uint8_t)((id[6] & 0x0f) | 0x80);
    id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
}

bool json_key_to_id(const char *key, const char *path, const char *secret, uint8_t ret_id[ID_BYTES])
{
    size_t size = strlen(key);
    if (size == 0 || size > KEY_BYTES_MAX || !is_printable(key)) return false;
    if (id_parse(key, ret_id)) return !id_is_zero(ret_id);
    XXH128_hash_t hash = XXH3_128bits(path, strlen(path));
    hash = XXH3_128bits_withSeed(secret, strlen(secret), hash.low64 ^ hash.high64);
    hash = XXH3_128bits_withSeed(key, size, hash.low64 ^ hash.high64);
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, hash);
    memcpy(ret_id, canonical.digest, ID_BYTES);
    mark(ret_id);
    return true;
}
