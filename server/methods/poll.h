/* poll.h -- The part that GetQueueEntry and WaitQueueEntry share. */
#ifndef SERVER_METHODS_POLL_H
#define SERVER_METHODS_POLL_H

#include "onsale/v1/queue.pb-c.h"
#include "server/engine/call.h"

/** A poll that renews the entry is for the server that leads.
 * @return STATUS_OK; STATUS_NOT_LEADER. */
enum status poll_check_role(struct call *call);

/** Shows the entry of the call's token as it is now. If it waits, that counts as a poll.
 * @return NULL if the arena is used up. */
Onsale__V1__QueueEntry *poll_queue_entry(struct call *call);

#endif
