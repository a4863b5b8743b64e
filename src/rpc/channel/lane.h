/* lane.h -- Carries frames: takes the calls that wait, sends them as one frame, tells their
 * answers and takes the next. */
#ifndef RPC_CHANNEL_LANE_H
#define RPC_CHANNEL_LANE_H

#include "base/status.h"
#include "rpc/channel/core.h"

/** @param freed  Called whenever it may take calls again.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status channel_lane_open(struct channel_link *link, channel_lane_freed *freed,
                              struct channel_lane **ret_lane);

/** When the channel is idle and closing; its own callback may still be returning. */
void channel_lane_close(struct channel_lane *lane);

/** Has a free lane take calls that wait. Under the mutex.
 * @return True if it took some: then channel_lane_send must follow, without the mutex. */
bool channel_lane_take(struct channel_lane *lane);

/** Sends the calls taken. Touches nothing of the channel once it has left the senders. */
void channel_lane_send(struct channel_lane *lane);

#endif
