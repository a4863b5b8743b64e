/* reach.h -- Why a server can't be reached. nng only says that it has not connected, so an endpoint
 * that has calls and no connection makes one of its own and looks how that fails. */
#ifndef RPC_CHANNEL_REACH_H
#define RPC_CHANNEL_REACH_H

#include "base/status.h"
#include "rpc/channel/core.h"

/** When the endpoint is to be looked at next; CHANNEL_NEVER if nothing calls for it. Under the
 * mutex.
 */
int64_t channel_reach_due(const struct channel_endpoint *endpoint);

/** Looks if it is due. On the timer's thread, without the mutex; waits a fifth of a second at most.
 */
void channel_reach_look(struct channel_endpoint *endpoint, int64_t now_ms);

/** What calls that wait for a connection end with now; STATUS_OK: they go on waiting. What does not
 * heal by itself ends them always, the rest if the channel is to fail fast. Under the mutex. */
enum status channel_reach_hopeless(const struct channel_endpoint *endpoint, int64_t now_ms);

/** Under the mutex: a connection was made, or was lost, or had a reply. */
void channel_reach_note_up(struct channel_endpoint *endpoint);
void channel_reach_note_down(struct channel_endpoint *endpoint, int64_t now_ms);
void channel_reach_note_reply(struct channel_endpoint *endpoint);

/** When the timer has stopped. */
void channel_reach_close(struct channel_endpoint *endpoint);

#endif
