/* leader.h -- Learns from replies who leads, and how far the servers are. */
#ifndef RPC_CHANNEL_LEADER_H
#define RPC_CHANNEL_LEADER_H

#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/channel/core.h"

/** Notes how far a reply is.
 * @return False if it is of an epoch before one that was seen: its server has led and does not know
 * yet that it does not any more, so nothing that it says counts. Without the mutex. */
bool channel_leader_believes(struct onsale_channel *channel,
                             const Onsale__Rpc__V1__ReplyFrame *frame);

/** Notes what a reply says of the leader: who it is, or that it is stopping. A server that is named
 * and was not known is one of the channel's from then on. Without the mutex. */
void channel_leader_learn(struct channel_endpoint *endpoint,
                          const Onsale__Rpc__V1__ReplyFrame *frame);

#endif
