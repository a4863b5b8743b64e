#include "rpc/channel/metadata.h"

#include <string.h>
#include <strings.h>

#include "onsale/rpc/v1/rpc.packing.h"
#include "rpc/wire/utf8.h"

static char language[] = "accept-language";
static char korean_only[] = "ko";

static bool is_text(const char *text, size_t size)
{
    return utf8_is_text((const uint8_t *)text, size);
}

static const char *problem_of(const struct onsale_metadata *pair)
{
    if (pair->key == NULL || pair->key[0] == '\0') return "it has no key";
    if (pair->value == NULL) return "it has no value";
    size_t key_size = strnlen(pair->key, ONSALE_METADATA_KEY_BYTES_MAX + 1);
    size_t value_size = strnlen(pair->value, ONSALE_METADATA_VALUE_BYTES_MAX + 1);
    if (key_size > ONSALE_METADATA_KEY_BYTES_MAX) return "the key is too long";
    if (value_size > ONSALE_METADATA_VALUE_BYTES_MAX) return "the value is too long";
    if (!is_text(pair->key, key_size)) return "the key is not UTF-8";
    if (!is_text(pair->value, value_size)) return "the value is not UTF-8";
    return NULL;
}

/* Nobody writes to what is packed. */
static void add(struct channel_metadata *metadata, const char *key, const char *value)
{
    size_t index = metadata->call.n_metadata++;
    Onsale__Rpc__V1__Metadata *pair = &metadata->pairs[index];
    onsale__rpc__v1__metadata__init(pair);
    pair->key = (char *)key;
    pair->value = (char *)value;
    metadata->list[index] = pair;
}

const char *channel_metadata_measure(const struct onsale_call_options *options, bool korean,
                                     struct channel_metadata *metadata, struct packing *ret_packing,
                                     size_t *ret_index)
{
    *ret_index = ONSALE_METADATA_MAX;
    if (options->metadata_count > ONSALE_METADATA_MAX) return "there are too many pairs";
    *ret_packing = (struct packing){0};
    if (options->metadata_count == 0 && !korean) return NULL;

    onsale__rpc__v1__call__init(&metadata->call);
    metadata->call.metadata = metadata->list;
    for (size_t i = 0; i < options->metadata_count; i++) {
        const struct onsale_metadata *pair = &options->metadata[i];
        const char *problem = problem_of(pair);
        *ret_index = i;
        if (problem != NULL) return problem;
        if (strcasecmp(pair->key, language) == 0) korean = false;
        add(metadata, pair->key, pair->value);
    }
    if (korean) add(metadata, language, korean_only);
    *ret_packing = pack_measure(&metadata->call.base, &onsale__rpc__v1__call__packer);
    return NULL;
}
