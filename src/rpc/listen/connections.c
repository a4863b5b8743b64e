#include "rpc/listen/connections.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"

struct connection {
    nng_pipe pipe;
    struct peer peer;
    size_t frames_in_flight;
    unix_ms idle_since_ms;
    bool had_frame;
    bool closing;            /* was given to the owner to close */
    struct connection *next; /* in its bucket or in the free list */
};

enum status connections_init(struct connections *connections,
                             const struct connections_limits *limits)
{
    REQUIRE(limits->connections_max > 0);
    *connections = (struct connections){.limits = *limits, .lock = PTHREAD_MUTEX_INITIALIZER};
    connections->buckets_count = limits->connections_max;
    connections->all = calloc(limits->connections_max, sizeof *connections->all);
    connections->buckets = calloc(connections->buckets_count, sizeof *connections->buckets);
    if (connections->all == NULL || connections->buckets == NULL) {
        connections_deinit(connections);
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < limits->connections_max; i++) {
        connections->all[i].next = connections->free;
        connections->free = &connections->all[i];
    }
    return STATUS_OK;
}

void connections_deinit(struct connections *connections)
{
    free(connections->all);
    free(connections->buckets);
    *connections = (struct connections){0};
}

/* The link that points to the connection, or to NULL where it would be. */
static struct connection **link_of(struct connections *connections, nng_pipe pipe)
{
    struct connection **link =
        &connections->buckets[(size_t)nng_pipe_id(pipe) % connections->buckets_count];
    while (*link != NULL && nng_pipe_id((*link)->pipe) != nng_pipe_id(pipe))
        link = &(*link)->next;
    return link;
}

static size_t count_of_peer(const struct connections *connections, const struct peer *peer)
{
    size_t count = 0;
    for (size_t i = 0; i < connections->buckets_count; i++)
        for (const struct connection *connection = connections->buckets[i]; connection != NULL;
             connection = connection->next)
            count += memcmp(&connection->peer, peer, sizeof *peer) == 0;
    return count;
}

static bool add(struct connections *connections, nng_pipe pipe, const struct peer *peer,
                unix_ms now_ms)
{
    struct connection *connection = connections->free;
    if (connection == NULL || count_of_peer(connections, peer) >= connections->limits.per_peer_max)
        return false;
    connections->free = connection->next;
    *connection = (struct connection){.pipe = pipe, .peer = *peer, .idle_since_ms = now_ms};
    struct connection **link = link_of(connections, pipe);
    REQUIRE(*link == NULL);
    *link = connection;
    connections->count++;
    return true;
}

static void refuse(struct connections *connections)
{
    connections->refused++;
    connections->closing++;
}

bool connections_add(struct connections *connections, nng_pipe pipe, const struct peer *peer,
                     unix_ms now_ms)
{
    pthread_mutex_lock(&connections->lock);
    bool added = add(connections, pipe, peer, now_ms);
    if (!added) refuse(connections);
    pthread_mutex_unlock(&connections->lock);
    return added;
}

void connections_refuse(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    refuse(connections);
    pthread_mutex_unlock(&connections->lock);
}

static void unlink_one(struct connections *connections, struct connection **link)
{
    struct connection *connection = *link;
    *link = connection->next;
    connection->next = connections->free;
    connections->free = connection;
    connections->count--;
    if (connection->closing) connections->closing--;
}

void connections_remove(struct connections *connections, nng_pipe pipe)
{
    pthread_mutex_lock(&connections->lock);
    struct connection **link = link_of(connections, pipe);
    if (*link != NULL)
        unlink_one(connections, link);
    else {
        REQUIRE(connections->refused > 0);
        connections->refused--;
        connections->closing--;
    }
    connections->removed++;
    pthread_mutex_unlock(&connections->lock);
}

bool connections_frame_begin(struct connections *connections, nng_pipe pipe, unix_ms now_ms)
{
    bool fits = true;
    pthread_mutex_lock(&connections->lock);
    struct connection *connection = *link_of(connections, pipe);
    if (connection != NULL) {
        connection->had_frame = true;
        connection->idle_since_ms = now_ms;
        connection->frames_in_flight++;
        fits = connection->frames_in_flight <= connections->limits.frames_in_flight_max;
    }
    pthread_mutex_unlock(&connections->lock);
    return fits;
}

void connections_frame_end(struct connections *connections, nng_pipe pipe, unix_ms now_ms)
{
    pthread_mutex_lock(&connections->lock);
    struct connection *connection = *link_of(connections, pipe);
    if (connection != NULL) {
        REQUIRE(connection->frames_in_flight > 0);
        connection->idle_since_ms = now_ms;
        connection->frames_in_flight--;
    }
    pthread_mutex_unlock(&connections->lock);
}

static bool is_overdue(const struct connections_limits *limits, const struct connection *connection,
                       unix_ms now_ms)
{
    int64_t idle_ms_max = connection->had_frame ? limits->idle_ms_max : limits->first_frame_ms_max;
    return connection->frames_in_flight == 0 && now_ms - connection->idle_since_ms >= idle_ms_max;
}

/* At the end of time all are overdue. */
static size_t find_to_close(struct connections *connections, unix_ms now_ms, nng_pipe *ret_pipes,
                            size_t max)
{
    size_t found = 0;
    pthread_mutex_lock(&connections->lock);
    for (size_t i = 0; i < connections->buckets_count; i++)
        for (struct connection *connection = connections->buckets[i];
             connection != NULL && found < max; connection = connection->next)
            if (!connection->closing &&
                (now_ms == UNIX_MS_NEVER || is_overdue(&connections->limits, connection, now_ms))) {
                connection->closing = true;
                connections->closing++;
                ret_pipes[found++] = connection->pipe;
            }
    pthread_mutex_unlock(&connections->lock);
    return found;
}

size_t connections_overdue(struct connections *connections, unix_ms now_ms, nng_pipe *ret_pipes,
                           size_t max)
{
    return find_to_close(connections, now_ms, ret_pipes, max);
}

size_t connections_all(struct connections *connections, nng_pipe *ret_pipes, size_t max)
{
    return find_to_close(connections, UNIX_MS_NEVER, ret_pipes, max);
}

struct listener_connections connections_count(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    struct listener_connections counts = {
        .open = connections->count, .closing = connections->closing, .freed = connections->removed};
    pthread_mutex_unlock(&connections->lock);
    return counts;
}
