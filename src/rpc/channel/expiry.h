/* expiry.h -- Finds the calls of an endpoint that have ended without an answer, and when the next
 * will. */
#ifndef RPC_CHANNEL_EXPIRY_H
#define RPC_CHANNEL_EXPIRY_H

#include "rpc/channel/core.h"

/** When the connections of an endpoint need the timer: to be given up, to be asked again after a
 * refusal, or to find out why there are none. Under the mutex. */
int64_t channel_expiry_due(const struct channel_endpoint *endpoint, int64_t now_ms);

/** Moves calls whose backoff is over to those that wait, and calls whose time is up to `ended`; all
 * if the channel is closing. Under the mutex.
 * @return When something is due next; CHANNEL_NEVER if nothing is. */
int64_t channel_expiry_collect(struct channel_endpoint *endpoint, int64_t now_ms,
                               struct channel_call_list *ended);

#endif
