/* endpoint.h -- The calls of one endpoint: those that wait, back off, or are in flight. */
#ifndef RPC_CHANNEL_ENDPOINT_H
#define RPC_CHANNEL_ENDPOINT_H

#include "base/status.h"
#include "rpc/channel/core.h"

/** Opens the first slot. The first call has it connect. Under the mutex. Else the endpoint is
 * without a url, as it was made.
 * @param url  Becomes the endpoint's, which frees it in any case.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID if the url is none; STATUS_OUT_OF_MEMORY. */
enum status channel_endpoint_open(struct channel_endpoint *endpoint, char *url);

/** When the channel is idle and closing, opened or not. */
void channel_endpoint_close(struct channel_endpoint *endpoint);

/** Lets a call wait, and sends it if a slot is free. After it the channel may be gone.
 * @return Its id, if it has a callback. */
struct onsale_call_id channel_endpoint_start(struct onsale_channel *channel,
                                             struct channel_call *call);

/** Lets a call that was refused before it was sent end on the timer's thread. */
void channel_endpoint_start_refused(struct onsale_channel *channel, struct channel_call *call);

/** Has free slots send what waits. */
void channel_endpoint_work(struct channel_endpoint *endpoint);

#endif
