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
    connections->buckets_count = limits->connections_max + limits->reserved;
    connections->all = calloc(connections->buckets_count, sizeof *connections->all);
    connections->buckets = calloc(connections->buckets_count, sizeof *connections->buckets);
    if (connections->all == NULL || connections->buckets == NULL) {
        connections_deinit(connections);
        return STATUS_OUT_OF_MEMORY;
    }
    for (size_t i = 0; i < connections->buckets_count; i++) {
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

static bool is_of(const struct connection *connection, const struct peer *peer)
{
    return memcmp(connection->peer.bytes, peer->bytes, sizeof peer->bytes) == 0;
}

/* Those that are being closed do not count: their places in the list are all they take. */
static size_t count_of_peer(const struct connections *connections, const struct peer *peer)
{
    size_t count = 0;
    for (size_t i = 0; i < connections->buckets_count; i++)
        for (const struct connection *connection = connections->buckets[i]; connection != NULL;
             connection = connection->next)
            count += is_of(connection, peer) && !connection->closing;
    return count;
}

/* @return That of the peer which had a frame last the longest ago; NULL if all are busy. */
static struct connection *longest_idle(const struct connections *connections,
                                       const struct peer *peer)
{
    struct connection *found = NULL;
    for (size_t i = 0; i < connections->buckets_count; i++)
        for (struct connection *connection = connections->buckets[i]; connection != NULL;
             connection = connection->next)
            if (is_of(connection, peer) && !connection->closing &&
                connection->frames_in_flight == 0 &&
                (found == NULL || connection->idle_since_ms < found->idle_since_ms))
                found = connection;
    return found;
}

static void mark_closing(struct connections *connections, struct connection *connection)
{
    connection->closing = true;
    connections->closing++;
}

/* The reserve is for those who come when the peer's own connections, or others, took all places.
 * It is not used up for long: each connection that the peer has too many, and the one that takes
 * the last place, costs the peer an idle one. */
static bool may_use_reserve(struct connections *connections, const struct peer *peer,
                            size_t of_peer, nng_pipe *ret_idle)
{
    const struct connections_limits *limits = &connections->limits;
    if (!peer->is_trusted || of_peer >= limits->per_peer_max + limits->reserved) return false;
    if (of_peer < limits->per_peer_max && connections->free->next != NULL) return true;
    struct connection *idle = longest_idle(connections, peer);
    if (idle == NULL) return true;
    mark_closing(connections, idle);
    *ret_idle = idle->pipe;
    return true;
}

static bool has_place(struct connections *connections, const struct peer *peer, nng_pipe *ret_idle)
{
    const struct connections_limits *limits = &connections->limits;
    if (connections->free == NULL) return false;
    size_t of_peer = count_of_peer(connections, peer);
    return (connections->count < limits->connections_max && of_peer < limits->per_peer_max) ||
           may_use_reserve(connections, peer, of_peer, ret_idle);
}

static bool add(struct connections *connections, nng_pipe pipe, const struct peer *peer,
                unix_ms now_ms, nng_pipe *ret_idle)
{
    if (!has_place(connections, peer, ret_idle)) return false;
    struct connection *connection = connections->free;
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
                     unix_ms now_ms, nng_pipe *ret_idle)
{
    *ret_idle = (nng_pipe)NNG_PIPE_INITIALIZER;
    pthread_mutex_lock(&connections->lock);
    bool added = add(connections, pipe, peer, now_ms, ret_idle);
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
                mark_closing(connections, connection);
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
