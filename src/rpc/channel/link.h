/* link.h -- A socket that keeps one connection to the server. */
#ifndef RPC_CHANNEL_LINK_H
#define RPC_CHANNEL_LINK_H

#include "base/status.h"
#include "rpc/channel/core.h"

/** Opens a socket that does not connect yet. Under the mutex.
 * @param changed  Called for each connection that is made or lost.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID if the route's url is none; STATUS_OUT_OF_MEMORY. */
enum status channel_link_open(struct channel_route *route, channel_link_changed *changed,
                              struct channel_link **ret_link);

/** Has it connect in the background, again and again, unless it does already. Under the mutex. */
void channel_link_start(struct channel_link *link);

/** Connects anew, by a dialer of its own: the old one may wait for a greeting that never comes. The
 * timer's thread only, without the mutex. */
void channel_link_redial(struct channel_link *link);

/** Closes a connection; one that is gone is fine. Without the mutex. */
void channel_link_hang_up(int pipe_id);

/** After the slots on it were closed. Without the mutex. NULL is fine. */
void channel_link_close(struct channel_link *link);

#endif
