/* route.h -- Which of several servers a call goes to.
 *
 * Writes, administration and, unless the channel reads from the nearest, reads go to the server
 * that seems to lead: the first one, until another is named by a server that does not lead. One
 * that is lost, which is whose connections break, that keeps silent, or is stopping, is taken for
 * the leader no more, and the next one is asked, which knows better. Other reads take the servers
 * by turns. A server is away while a connection to it can't be made; calls that wait for it go to
 * one that is not. With one server there is nothing to choose.
 *
 * All functions but the first under the mutex. */
#ifndef RPC_CHANNEL_ROUTE_H
#define RPC_CHANNEL_ROUTE_H

#include "rpc/channel/core.h"

/** Whether a refusal sends its call to another server. */
bool channel_route_is_elsewhere(enum onsale_status refusal);

/** Where a call waits from now on.
 * @param at  Where it has waited so far, which is kept if it does as well; NULL: nowhere. */
struct channel_endpoint *channel_route_call(struct onsale_channel *channel,
                                            const struct channel_call *call,
                                            struct channel_endpoint *at);

/** When calls that wait at an endpoint may have to go elsewhere; CHANNEL_NEVER if that is not
 * known. */
int64_t channel_route_due(const struct channel_endpoint *endpoint, int64_t now_ms);

/** Whether calls of a kind should end now rather than wait for a connection: none of the servers
 * can be reached, as channel_reach_hopeless says. */
bool channel_route_is_hopeless(const struct onsale_channel *channel, size_t kind, int64_t now_ms);

/** The server of an endpoint is lost. While the channel is closing nothing follows from that. */
void channel_route_note_lost(const struct channel_endpoint *endpoint);

/** The server of an endpoint does not lead. Not while the channel is closing.
 * @param leader  The server that it names; CHANNEL_SERVERS_MAX: none.
 * @param epoch   That this one leads. */
void channel_route_note_leader(const struct channel_endpoint *endpoint, size_t leader,
                               uint64_t epoch);

#endif
