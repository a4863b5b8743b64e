#include "rpc/channel/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/channel/connection.h"
#include "rpc/channel/expiry.h"
#include "rpc/channel/reach.h"
#include "rpc/channel/route.h"
#include "rpc/channel/slot.h"

/* Under the mutex. */
static void note_up(struct channel_connection *connection, int pipe_id)
{
    connection->pipe_id = pipe_id;
    connection->endpoint->backoff_until_ms = 0; /* it may be another server */
    channel_reach_note_up(connection->endpoint);
}

/* Under the mutex. A connection that the channel itself has given up is not noted. */
static void note_down(struct channel_connection *connection, int pipe_id)
{
    if (connection->pipe_id != pipe_id) return;
    connection->pipe_id = 0;
    if (connection->endpoint->channel->closing) return; /* its slots may be gone */
    connection->connects_since_ms = connection->down_since_ms = channel_now_ms();
    channel_reach_note_down(connection->endpoint, connection->connects_since_ms);
    channel_timer_wake_by(&connection->endpoint->channel->timer,
                          channel_expiry_due(connection->endpoint, connection->connects_since_ms));
}

static void connection_changed(struct channel_connection *connection, int pipe_id, bool is_up)
{
    struct channel_endpoint *endpoint = connection->endpoint;
    struct onsale_channel *channel = endpoint->channel;
    pthread_mutex_lock(&channel->mutex);
    if (is_up)
        note_up(connection, pipe_id);
    else
        note_down(connection, pipe_id);
    pthread_cond_signal(&channel->changed);
    if (is_up && !channel->closing && atomic_load(&channel->servers_count) > 1)
        channel_timer_wake_by(&channel->timer, 0); /* calls that wait elsewhere may come here */
    pthread_mutex_unlock(&channel->mutex);
    if (is_up) channel_endpoint_work(endpoint);
}

static void slot_freed(struct channel_slot *slot)
{
    channel_endpoint_work(slot->endpoint);
}

/* Adds a slot, and the connection it needs. Under the mutex. */
static enum status endpoint_grow(struct channel_endpoint *endpoint)
{
    size_t connection_index = endpoint->slots_count / endpoint->options.slots_per_connection;
    if (connection_index == endpoint->connections_count) {
        enum status err = channel_connection_open(endpoint, connection_changed,
                                                  &endpoint->connections[connection_index]);
        if (err != STATUS_OK) return err;
        endpoint->connections_count++;
    }
    enum status err = channel_slot_open(endpoint->connections[connection_index], slot_freed,
                                        &endpoint->slots[endpoint->slots_count]);
    if (err == STATUS_OK) endpoint->slots_count++;
    return err;
}

void channel_endpoint_close(struct channel_endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->slots_count; i++)
        channel_slot_close(endpoint->slots[i]);
    for (size_t i = 0; i < endpoint->connections_count; i++)
        channel_connection_close(endpoint->connections[i]);
    channel_reach_close(endpoint);
    free(endpoint->slots);
    free(endpoint->connections);
    free(endpoint->url);
}

/* Under the mutex. */
static enum status make_first_slot(struct channel_endpoint *endpoint)
{
    endpoint->slots = calloc(endpoint->options.slots_max, sizeof(struct channel_slot *));
    endpoint->connections =
        calloc(endpoint->options.slots_max, sizeof(struct channel_connection *));
    if (endpoint->slots == NULL || endpoint->connections == NULL) return STATUS_OUT_OF_MEMORY;
    return endpoint_grow(endpoint);
}

enum status channel_endpoint_open(struct channel_endpoint *endpoint, char *url)
{
    endpoint->url = url;
    enum status err = make_first_slot(endpoint);
    if (err == STATUS_OK) return STATUS_OK;
    channel_endpoint_close(endpoint);
    channel_endpoint_init(endpoint->channel, endpoint->server, endpoint->kind);
    return err;
}

/* More frames on their way are smaller frames, which cost more a call. */
static bool is_enough(const struct channel_endpoint *endpoint)
{
    if (endpoint->waiting.count >= endpoint->options.calls_per_frame) return false;
    return endpoint->channel->holds > 0 || endpoint->slots_busy >= endpoint->options.slots_ready;
}

/* The newest connection; those before it do already. */
static void endpoint_connect(struct channel_endpoint *endpoint)
{
    struct channel_connection *connection = endpoint->connections[endpoint->connections_count - 1];
    if (connection->started) return;
    channel_connection_start(connection);
    channel_timer_wake_by(&endpoint->channel->timer,
                          channel_expiry_due(endpoint, connection->connects_since_ms));
}

/* @return A slot that has taken calls and must send them; NULL if none is free and connected. */
static struct channel_slot *endpoint_claim(struct channel_endpoint *endpoint)
{
    if (endpoint->channel->closing || endpoint->waiting.first == NULL || is_enough(endpoint))
        return NULL;
    bool is_full = endpoint->slots_busy == endpoint->slots_count;
    if (is_full && endpoint->slots_count < endpoint->options.slots_max)
        (void)endpoint_grow(endpoint); /* without memory the other slots take the calls later */
    endpoint_connect(endpoint);
    if (endpoint->slots_busy == endpoint->slots_count) return NULL;
    for (size_t i = 0; i < endpoint->slots_count; i++)
        if (endpoint->slots[i]->state == CHANNEL_SLOT_FREE && channel_slot_take(endpoint->slots[i]))
            return endpoint->slots[i];
    return NULL;
}

struct onsale_call_id channel_endpoint_start(struct onsale_channel *channel,
                                             struct channel_call *call)
{
    struct onsale_call_id id = {0};
    pthread_mutex_lock(&channel->mutex);
    channel->calls_live++;
    if (call->caller.waiter == NULL) id = call->id = channel_call_ids_add(&channel->ids, call);
    struct channel_endpoint *endpoint = channel_route_call(channel, call, NULL);
    channel_call_list_push(&endpoint->waiting, call);
    channel_timer_wake_by(&channel->timer, channel->closing ? 0 : call->deadline_ms);
    struct channel_slot *slot = endpoint_claim(endpoint);
    if (slot == NULL && !channel_endpoint_is_connected(endpoint))
        channel_timer_wake_by(&channel->timer, channel_expiry_due(endpoint, channel_now_ms()));
    pthread_mutex_unlock(&channel->mutex);
    if (slot != NULL) channel_slot_send(slot);
    return id;
}

void channel_endpoint_start_refused(struct onsale_channel *channel, struct channel_call *call)
{
    pthread_mutex_lock(&channel->mutex);
    channel->calls_live++;
    channel_endpoint_back_off(channel_endpoint_of(channel, 0, channel_kind_of(call->method)), call);
    pthread_mutex_unlock(&channel->mutex);
}

void channel_endpoint_work(struct channel_endpoint *endpoint)
{
    struct onsale_channel *channel = endpoint->channel;
    struct channel_slot *slot;
    do {
        pthread_mutex_lock(&channel->mutex);
        slot = endpoint_claim(endpoint);
        pthread_mutex_unlock(&channel->mutex);
        if (slot != NULL) channel_slot_send(slot);
    } while (slot != NULL);
}
