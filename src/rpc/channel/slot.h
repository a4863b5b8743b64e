/* slot.h -- A slot carries one frame at a time: it takes waiting calls, sends them as one frame,
 * ends them by the reply, and takes the next. */
#ifndef RPC_CHANNEL_SLOT_H
#define RPC_CHANNEL_SLOT_H

#include "base/status.h"
#include "rpc/channel/core.h"

/** @param freed  Called whenever it may take calls again.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status channel_slot_open(struct channel_connection *connection, channel_slot_freed *freed,
                              struct channel_slot **ret_slot);

/** When the channel is idle and closing; its own callback may still be returning. */
void channel_slot_close(struct channel_slot *slot);

/** Has a free slot take calls that wait. Under the mutex.
 * @return True if it took some: then channel_slot_send must follow, without the mutex. */
bool channel_slot_take(struct channel_slot *slot);

/** Sends the calls taken. Touches nothing of the channel once it has left the senders. */
void channel_slot_send(struct channel_slot *slot);

#endif
