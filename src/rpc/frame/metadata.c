#include "rpc/frame/metadata.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "rpc/frame/language.h"

_Static_assert(METADATA_VALUE_BYTES_MAX == 1024, "the text below names it");

/* As those of HTTP, keys have no case. */
static bool is_called(const Onsale__Rpc__V1__Metadata *pair, const char *key)
{
    return strcasecmp(pair->key, key) == 0;
}

const char *metadata_read(const Onsale__Rpc__V1__Call *call, struct metadata *ret_metadata)
{
    *ret_metadata = (struct metadata){0};
    if (call->n_metadata == 0) return NULL;
    struct languages languages = {0};
    const char *problem = NULL, *traceparent = NULL;
    size_t traceparents = 0;
    for (size_t i = 0; i < call->n_metadata; i++) {
        const Onsale__Rpc__V1__Metadata *pair = call->metadata[i];
        if (is_called(pair, "traceparent") && traceparents++ == 0) traceparent = pair->value;
        if (!is_called(pair, "accept-language")) continue;
        if (strnlen(pair->value, METADATA_VALUE_BYTES_MAX + 1) > METADATA_VALUE_BYTES_MAX)
            problem = "the value of accept-language has more than 1024 bytes";
        else
            languages_read(&languages, pair->value);
    }
    ret_metadata->korean = languages_prefer_korean(&languages);
    ret_metadata->traceparent = traceparents == 1 ? traceparent : NULL;
    return problem;
}
