/* metadata.h -- The metadata of a call: pairs that travel beside its payload, like HTTP headers.
 * Pairs that this server does not know are ignored, however many there are: they may be meant for
 * others. */
#ifndef RPC_FRAME_METADATA_H
#define RPC_FRAME_METADATA_H

#include <stdbool.h>

#include "onsale/rpc/v1/rpc.pb-c.h"

/** What is known of the metadata of a call. */
struct metadata {
    bool korean;             /* "accept-language" asks for it: see language.h */
    const char *traceparent; /* its value, unchecked; NULL: there is none, or more than one */
};

/** Reads the pairs whose key is known.
 * @param ret_metadata  Set in any case, to what can be used.
 * @return NULL; else what is wrong with one of them, a constant. */
const char *metadata_read(const Onsale__Rpc__V1__Call *call, struct metadata *ret_metadata);

#endif
