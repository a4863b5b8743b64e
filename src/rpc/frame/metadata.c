#include "rpc/frame/metadata.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "rpc/frame/language.h"

_Static_assert(METADATA_VALUE_BYTES_MAX == 1024, "the text below names it");

/* As those of HTTP, keys have no case. */
static bool is_known(const Onsale__Rpc__V1__Metadata *pair)
{
    return strcasecmp(pair->key, "accept-language") == 0;
}

const char *metadata_read(const Onsale__Rpc__V1__Call *call, struct metadata *ret_metadata)
{
    struct languages languages = {0};
    const char *problem = NULL;
    for (size_t i = 0; i < call->n_metadata; i++) {
        const Onsale__Rpc__V1__Metadata *pair = call->metadata[i];
        if (!is_known(pair)) continue;
        if (strnlen(pair->value, METADATA_VALUE_BYTES_MAX + 1) > METADATA_VALUE_BYTES_MAX)
            problem = "the value of accept-language has more than 1024 bytes";
        else
            languages_read(&languages, pair->value);
    }
    ret_metadata->korean = languages_prefer_korean(&languages);
    return problem;
}
