/* connection.h -- One connection to the server: an nng socket that reconnects by itself. */
#ifndef RPC_CHANNEL_CONNECTION_H
#define RPC_CHANNEL_CONNECTION_H

#include "base/status.h"
#include "rpc/channel/core.h"

/** Opens a socket that does not connect yet. Under the mutex.
 * @param changed  Called whenever it comes up or goes down.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID if the endpoint's url is none; STATUS_OUT_OF_MEMORY.
 */
enum status channel_connection_open(struct channel_endpoint *endpoint,
                                    channel_connection_changed *changed,
                                    struct channel_connection **ret_connection);

/** Has it connect in the background, again and again, unless it does already. Under the mutex. */
void channel_connection_start(struct channel_connection *connection);

/** Connects anew, by a dialer of its own: the old one may wait for a greeting that never comes. The
 * timer's thread only, without the mutex. */
void channel_connection_redial(struct channel_connection *connection);

/** Closes a connection; one that is gone is fine. Without the mutex. */
void channel_connection_hang_up(int pipe_id);

/** After the slots on it were closed. Without the mutex. NULL is fine. */
void channel_connection_close(struct channel_connection *connection);

#endif
