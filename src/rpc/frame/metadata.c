#include "rpc/frame/metadata.h"

#include <string.h>

#include "base/limits.h"

static bool is_key_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

static bool is_key(const char *key)
{
    size_t length = 0;
    while (is_key_character(key[length]))
        length++;
    return key[length] == '\0' && length >= 1 && length <= METADATA_KEY_BYTES_MAX;
}

const char *metadata_problem(const Onsale__Rpc__V1__Call *call)
{
    if (call->n_metadata > METADATA_PER_CALL_MAX) return "a call has more than 8 pairs of metadata";
    for (size_t i = 0; i < call->n_metadata; i++) {
        if (!is_key(call->metadata[i]->key))
            return "a metadata key is not 1..64 characters of a-z, 0-9, \"-\", \"_\" and \".\"";
        if (strlen(call->metadata[i]->value) > METADATA_VALUE_BYTES_MAX)
            return "a metadata value has more than 256 bytes";
    }
    return NULL;
}

_Static_assert(METADATA_PER_CALL_MAX == 8, "the text above names it");
_Static_assert(METADATA_KEY_BYTES_MAX == 64, "the text above names it");
_Static_assert(METADATA_VALUE_BYTES_MAX == 256, "the text above names it");

bool metadata_asks_for_korean(const Onsale__Rpc__V1__Call *call)
{
    for (size_t i = 0; i < call->n_metadata; i++)
        if (strcmp(call->metadata[i]->key, "accept-language") == 0)
            return strncmp(call->metadata[i]->value, "ko", 2) == 0;
    return false;
}
