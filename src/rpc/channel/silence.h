/* silence.h -- Gives up connections whose server does not answer, and redials those that take too
 * long to connect. */
#ifndef RPC_CHANNEL_SILENCE_H
#define RPC_CHANNEL_SILENCE_H

#include "rpc/channel/core.h"

/** Closes connections that have kept a frame without a reply for too long, if the budget allows:
 * their calls are repeated on new ones. Connects anew where that has taken as long. On the timer's
 * thread, without the mutex. */
void channel_silence_end(struct channel_endpoint *endpoint, int64_t now_ms);

/** When that is to be done next; CHANNEL_NEVER if nothing is in sight. Under the mutex. */
int64_t channel_silence_due(const struct channel_endpoint *endpoint);

#endif
