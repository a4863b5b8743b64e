/* reach.h -- Why a server can't be reached. nng only reports that it has not connected, so an
 * endpoint with calls and without a connection makes a connection of its own, and takes the reason
 * from how that fails. */
#ifndef RPC_CHANNEL_REACH_H
#define RPC_CHANNEL_REACH_H

#include "base/status.h"
#include "rpc/channel/core.h"

/** When channel_reach_look is due next; CHANNEL_NEVER if there is no reason to. Under the mutex. */
int64_t channel_reach_due(const struct channel_endpoint *endpoint);

/** Finds the reason, if that is due. On the timer's thread, without the mutex; waits a fifth of a
 * second at most.
 */
void channel_reach_look(struct channel_endpoint *endpoint, int64_t now_ms);

/** The status with which calls that wait for a connection end now; STATUS_OK: they go on waiting.
 * A reason that does not pass by itself always ends them, any other if the channel fails fast.
 * Under the mutex. */
enum status channel_reach_hopeless(const struct channel_endpoint *endpoint, int64_t now_ms);

/** Under the mutex: a connection was made, or was lost, or had a reply. */
void channel_reach_note_up(struct channel_endpoint *endpoint);
void channel_reach_note_down(struct channel_endpoint *endpoint, int64_t now_ms);
void channel_reach_note_reply(struct channel_endpoint *endpoint);

/** When the timer has stopped. */
void channel_reach_close(struct channel_endpoint *endpoint);

#endif
