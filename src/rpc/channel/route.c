#include "rpc/channel/route.h"

#include <stdlib.h>
#include <string.h>

#include "rpc/channel/connection.h"
#include "rpc/channel/expiry.h"
#include "rpc/channel/reach.h"
#include "rpc/channel/slot.h"

/* Under the mutex. */
static void note_up(struct channel_connection *connection, int pipe_id)
{
    connection->pipe_id = pipe_id;
    connection->route->rests_until_ms = 0; /* it may be another server */
    channel_reach_note_up(connection->route);
}

/* Under the mutex. A connection that the channel itself has given up is not noted. */
static void note_down(struct channel_connection *connection, int pipe_id)
{
    if (connection->pipe_id != pipe_id) return;
    connection->pipe_id = 0;
    if (connection->route->channel->closing) return; /* its slots may be gone */
    connection->connects_since_ms = channel_now_ms();
    channel_reach_note_down(connection->route, connection->connects_since_ms);
    channel_timer_wake_by(&connection->route->channel->timer,
                          channel_expiry_due(connection->route, connection->connects_since_ms));
}

static void connection_changed(struct channel_connection *connection, int pipe_id, bool is_up)
{
    struct channel_route *route = connection->route;
    pthread_mutex_lock(&route->channel->mutex);
    if (is_up)
        note_up(connection, pipe_id);
    else
        note_down(connection, pipe_id);
    pthread_cond_signal(&route->channel->changed);
    pthread_mutex_unlock(&route->channel->mutex);
    if (is_up) channel_route_work(route);
}

static void slot_freed(struct channel_slot *slot)
{
    channel_route_work(slot->route);
}

/* Adds a slot, and the connection it needs. Under the mutex. */
static enum status route_grow(struct channel_route *route)
{
    size_t connection_index = route->slots_count / route->slots_per_connection;
    if (connection_index == route->connections_count) {
        enum status err = channel_connection_open(route, connection_changed,
                                                  &route->connections[connection_index]);
        if (err != STATUS_OK) return err;
        route->connections_count++;
    }
    enum status err = channel_slot_open(route->connections[connection_index], slot_freed,
                                        &route->slots[route->slots_count]);
    if (err == STATUS_OK) route->slots_count++;
    return err;
}

void channel_route_init(struct channel_route *route, struct onsale_channel *channel,
                        const struct channel_route_options *options)
{
    *route = (struct channel_route){
        .channel = channel,
        .option_name = options->option_name,
        .frame_bytes_max = options->frame_bytes_max,
        .calls_per_frame = options->calls_per_frame,
        .slots_ready = options->slots_ready,
        .slots_max = options->slots_max,
        .slots_per_connection = options->slots_per_connection,
        .may_be_slow = options->may_be_slow,
    };
}

enum status channel_route_open(struct channel_route *route, const char *url)
{
    if (url == NULL) return STATUS_OK;
    route->url = strdup(url);
    route->slots = calloc(route->slots_max, sizeof(struct channel_slot *));
    route->connections = calloc(route->slots_max, sizeof(struct channel_connection *));
    if (route->url == NULL || route->slots == NULL || route->connections == NULL)
        return STATUS_OUT_OF_MEMORY;
    pthread_mutex_lock(&route->channel->mutex);
    enum status err = route_grow(route);
    pthread_mutex_unlock(&route->channel->mutex);
    return err;
}

void channel_route_close(struct channel_route *route)
{
    for (size_t i = 0; i < route->slots_count; i++)
        channel_slot_close(route->slots[i]);
    for (size_t i = 0; i < route->connections_count; i++)
        channel_connection_close(route->connections[i]);
    channel_reach_close(route);
    free(route->slots);
    free(route->connections);
    free(route->url);
}

/* More frames on their way are smaller frames, which cost more a call. */
static bool is_enough(const struct channel_route *route)
{
    return route->slots_busy >= route->slots_ready && route->waiting.count < route->calls_per_frame;
}

/* @return A slot that has taken calls and must send them; NULL if none is free and connected. */
static struct channel_slot *route_claim(struct channel_route *route)
{
    if (route->channel->closing || route->waiting.first == NULL || is_enough(route)) return NULL;
    if (route->slots_busy == route->slots_count && route->slots_count < route->slots_max)
        (void)route_grow(route); /* if it can't, the slots that are there take the calls later */
    channel_connection_start(route->connections[route->connections_count - 1]);
    if (route->slots_busy == route->slots_count) return NULL;
    for (size_t i = 0; i < route->slots_count; i++)
        if (route->slots[i]->state == CHANNEL_SLOT_FREE && channel_slot_take(route->slots[i]))
            return route->slots[i];
    return NULL;
}

struct onsale_call_id channel_route_start(struct channel_route *route, struct channel_call *call)
{
    struct onsale_channel *channel = route->channel;
    struct onsale_call_id id = {0};
    pthread_mutex_lock(&channel->mutex);
    channel->calls_live++;
    if (call->caller.waiter == NULL) id = call->id = channel_call_ids_add(&channel->ids, call);
    channel_call_list_push(&route->waiting, call);
    channel_timer_wake_by(&channel->timer, channel->closing ? 0 : call->deadline_ms);
    struct channel_slot *slot = route_claim(route);
    if (slot == NULL && !channel_route_is_connected(route))
        channel_timer_wake_by(&channel->timer, channel_expiry_due(route, channel_now_ms()));
    pthread_mutex_unlock(&channel->mutex);
    if (slot != NULL) channel_slot_send(slot);
    return id;
}

void channel_route_start_refused(struct channel_route *route, struct channel_call *call)
{
    struct onsale_channel *channel = route->channel;
    pthread_mutex_lock(&channel->mutex);
    channel->calls_live++;
    channel_route_rest(route, call);
    pthread_mutex_unlock(&channel->mutex);
}

void channel_route_work(struct channel_route *route)
{
    struct onsale_channel *channel = route->channel;
    struct channel_slot *slot;
    do {
        pthread_mutex_lock(&channel->mutex);
        slot = route_claim(route);
        pthread_mutex_unlock(&channel->mutex);
        if (slot != NULL) channel_slot_send(slot);
    } while (slot != NULL);
}
