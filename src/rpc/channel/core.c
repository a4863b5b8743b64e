#include "rpc/channel/core.h"

#include "base/require.h"

size_t channel_kind_of(const struct onsale_method *method)
{
    if (method == NULL) return ONSALE_ENDPOINT_MAIN;
    REQUIRE(method->endpoint <= ONSALE_ENDPOINT_ADMIN);
    bool is_apart = method->endpoint == ONSALE_ENDPOINT_MAIN && method->is_read;
    return is_apart ? CHANNEL_ENDPOINT_READS : (size_t)method->endpoint;
}

struct channel_endpoint *channel_endpoint_of(struct onsale_channel *channel, size_t server,
                                             size_t kind)
{
    REQUIRE(server < CHANNEL_SERVERS_MAX);
    REQUIRE(kind < CHANNEL_ENDPOINTS);
    return &channel->endpoints[server * CHANNEL_ENDPOINTS + kind];
}

void channel_endpoint_init(struct onsale_channel *channel, size_t server, size_t kind)
{
    *channel_endpoint_of(channel, server, kind) = (struct channel_endpoint){
        .channel = channel, .server = server, .kind = kind, .options = channel->kinds[kind]};
}

size_t channel_endpoints_count(const struct onsale_channel *channel)
{
    return atomic_load(&channel->servers_count) * CHANNEL_ENDPOINTS;
}

bool channel_endpoint_is_connected(const struct channel_endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->connections_count; i++)
        if (endpoint->connections[i]->pipe_id != 0) return true;
    return false;
}

void channel_endpoint_back_off(struct channel_endpoint *endpoint, struct channel_call *call)
{
    struct onsale_channel *channel = endpoint->channel;
    channel_call_list_push(&endpoint->backing_off, call);
    int64_t due_ms = channel_earlier(call->backoff_until_ms, call->deadline_ms);
    bool is_over = channel->closing || call->is_cancelled;
    channel_timer_wake_by(&channel->timer, is_over ? 0 : due_ms);
}

void channel_calls_forget(struct onsale_channel *channel, const struct channel_call_list *ended)
{
    for (const struct channel_call *call = ended->first; call != NULL; call = call->next) {
        channel_call_ids_remove(&channel->ids, call->id);
        if (call->is_cancelled) channel->cancelled--;
    }
    channel->calls_live -= ended->count;
    if (channel->calls_live == 0) pthread_cond_signal(&channel->changed);
}

void channel_sender_left(struct onsale_channel *channel)
{
    channel->senders--;
    if (channel->senders == 0) pthread_cond_signal(&channel->changed);
}
