/* tick.h -- The work of a channel's timer when something is due. */
#ifndef RPC_CHANNEL_TICK_H
#define RPC_CHANNEL_TICK_H

#include <stdint.h>

/** Gives up connections, finds out why there are none, sends calls whose backoff is over and ends
 * calls whose time is up. On the timer's thread, without the mutex.
 * @param channel  A struct onsale_channel.
 * @return When something is due next; CHANNEL_NEVER if nothing is. */
int64_t channel_tick_run(void *channel, int64_t now_ms);

#endif
