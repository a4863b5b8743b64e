/* metadata.h -- The metadata of a call in wire format. */
#ifndef RPC_CHANNEL_METADATA_H
#define RPC_CHANNEL_METADATA_H

#include <stdbool.h>

#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/channel.h"
#include "rpc/wire/pack.h"

/** Memory for a call's pairs and the channel's own, until they are packed. */
struct channel_metadata {
    Onsale__Rpc__V1__Call call; /* with nothing but metadata */
    Onsale__Rpc__V1__Metadata *list[ONSALE_METADATA_MAX + 1];
    Onsale__Rpc__V1__Metadata pairs[ONSALE_METADATA_MAX + 1];
};

/** Checks the pairs of a call and measures them.
 * @param korean    Ask for Korean messages, unless the pairs ask for a language.
 * @param metadata  For the function's own use; must live until it is packed.
 * @param ret_size  The bytes of all pairs as fields of a Call.
 * @param ret_index The pair that is not valid.
 * @return NULL, or what is wrong with a pair. */
const char *channel_metadata_measure(const struct onsale_call_options *options, bool korean,
                                     struct channel_metadata *metadata, struct packing *ret_packing,
                                     size_t *ret_index);

#endif
