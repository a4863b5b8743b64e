/* metadata.h -- The pairs of a call that travel beside its payload, like HTTP headers. */
#ifndef RPC_FRAME_METADATA_H
#define RPC_FRAME_METADATA_H

#include <stdbool.h>

#include "onsale/rpc/v1/rpc.pb-c.h"

/** @return NULL if the call's metadata keeps to the limits; else what is wrong, a constant. */
const char *metadata_problem(const Onsale__Rpc__V1__Call *call);

/** Whether "accept-language" is "ko" or begins with it, as "ko-KR,en;q=0.8" does. */
bool metadata_asks_for_korean(const Onsale__Rpc__V1__Call *call);

#endif
