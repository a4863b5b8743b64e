#include "rpc/channel/route.h"

#include "base/require.h"
#include "rpc/channel/reach.h"

enum { AWAY_MS = 250 }; /* so long a connection may take */

bool channel_route_is_elsewhere(enum onsale_status refusal)
{
    return refusal == ONSALE_NOT_LEADER || refusal == ONSALE_FOLLOWER_BEHIND;
}

/* --- Servers that are away ---------------------------------------------------------------------
 */

static bool is_dialing(const struct channel_endpoint *endpoint)
{
    return endpoint->connections_count > 0 && endpoint->connections[0]->started &&
           !channel_endpoint_is_connected(endpoint);
}

static bool is_away(const struct channel_endpoint *endpoint, int64_t now_ms)
{
    if (endpoint->url == NULL) return true;
    if (channel_reach_hopeless(endpoint, now_ms) != STATUS_OK) return true;
    if (!is_dialing(endpoint)) return false;
    return endpoint->reach.why != STATUS_OK ||
           now_ms - endpoint->connections[0]->down_since_ms >= AWAY_MS;
}

/* @param except  A server; CHANNEL_SERVERS_MAX: none. @return NULL if all are away. */
static struct channel_endpoint *find_usable(struct onsale_channel *channel, size_t kind,
                                            size_t first, size_t except, int64_t now_ms)
{
    size_t servers_count = atomic_load(&channel->servers_count);
    for (size_t i = 0; i < servers_count; i++) {
        size_t server = (first + i) % servers_count;
        struct channel_endpoint *endpoint = channel_endpoint_of(channel, server, kind);
        if (server != except && !is_away(endpoint, now_ms)) return endpoint;
    }
    return NULL;
}

int64_t channel_route_due(const struct channel_endpoint *endpoint, int64_t now_ms)
{
    if (atomic_load(&endpoint->channel->servers_count) == 1 || endpoint->waiting.first == NULL ||
        !is_dialing(endpoint))
        return CHANNEL_NEVER;
    int64_t away_ms = endpoint->connections[0]->down_since_ms + AWAY_MS;
    return away_ms > now_ms ? away_ms : CHANNEL_NEVER;
}

bool channel_route_is_hopeless(const struct onsale_channel *channel, size_t kind, int64_t now_ms)
{
    size_t servers_count = atomic_load(&channel->servers_count);
    for (size_t server = 0; server < servers_count; server++) {
        const struct channel_endpoint *endpoint =
            &channel->endpoints[server * CHANNEL_ENDPOINTS + kind];
        if (endpoint->url != NULL && channel_reach_hopeless(endpoint, now_ms) == STATUS_OK)
            return false;
    }
    return true;
}

/* --- The leader --------------------------------------------------------------------------------
 */

static void ask_next(struct onsale_channel *channel, size_t kind, size_t server)
{
    size_t servers_count = atomic_load(&channel->servers_count);
    const struct channel_endpoint *next =
        find_usable(channel, kind, server + 1, server, channel_now_ms());
    channel->route.leader = next != NULL ? next->server : (server + 1) % servers_count;
}

void channel_route_note_lost(const struct channel_endpoint *endpoint)
{
    struct onsale_channel *channel = endpoint->channel;
    if (channel->closing || atomic_load(&channel->servers_count) == 1 ||
        channel->route.leader != endpoint->server)
        return;
    ask_next(channel, endpoint->kind, endpoint->server);
    channel_timer_wake_by(&channel->timer, 0); /* calls that wait for it go elsewhere */
}

/* One who is behind names a leader of before. */
void channel_route_note_leader(const struct channel_endpoint *endpoint, size_t leader,
                               uint64_t epoch)
{
    struct onsale_channel *channel = endpoint->channel;
    struct channel_route *route = &channel->route;
    bool was_leader = route->leader == endpoint->server;
    if (atomic_load(&channel->servers_count) == 1) return;
    if (leader == CHANNEL_SERVERS_MAX || leader == endpoint->server) {
        if (was_leader) ask_next(channel, endpoint->kind, endpoint->server);
    } else if (was_leader || epoch >= route->leader_epoch) {
        route->leader = leader;
    }
    if (epoch > route->leader_epoch) route->leader_epoch = epoch;
    channel_timer_wake_by(&channel->timer, 0);
}

/* A leader without a socket of this kind goes on leading. */
static struct channel_endpoint *route_to_leader(struct onsale_channel *channel, size_t kind,
                                                struct channel_endpoint *at, int64_t now_ms)
{
    struct channel_endpoint *leader = channel_endpoint_of(channel, channel->route.leader, kind);
    if (!is_away(leader, now_ms)) return leader;
    struct channel_endpoint *other =
        find_usable(channel, kind, leader->server + 1, leader->server, now_ms);
    if (other != NULL && leader->url != NULL) channel->route.leader = other->server;
    if (other != NULL) return other;
    if (leader->url != NULL || at != NULL) return leader->url != NULL ? leader : at;
    for (size_t server = 0; leader->url == NULL; server++)
        leader = channel_endpoint_of(channel, server, kind);
    return leader;
}

/* -----------------------------------------------------------------------------------------------
 */

static bool is_for_leader(const struct onsale_channel *channel, const struct channel_call *call,
                          size_t kind)
{
    bool may_be_near = kind == CHANNEL_ENDPOINT_READS || kind == ONSALE_ENDPOINT_WATCH;
    return !channel->route.is_nearest || !may_be_near || call->is_for_leader;
}

struct channel_endpoint *channel_route_call(struct onsale_channel *channel,
                                            const struct channel_call *call,
                                            struct channel_endpoint *at)
{
    size_t kind = channel_kind_of(call->method);
    if (atomic_load(&channel->servers_count) == 1) return channel_endpoint_of(channel, 0, kind);
    int64_t now_ms = channel_now_ms();
    if (is_for_leader(channel, call, kind)) return route_to_leader(channel, kind, at, now_ms);
    bool stays = at != NULL && at->server != call->lost_by && !is_away(at, now_ms);
    if (stays) return at;
    struct channel_endpoint *usable =
        find_usable(channel, kind, channel->route.next++, call->lost_by, now_ms);
    return usable != NULL ? usable : route_to_leader(channel, kind, at, now_ms);
}
