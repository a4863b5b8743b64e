#include "rpc/listen/connections.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/require.h"

enum status connections_init(struct connections *connections,
                             const struct connections_limits *limits, struct memory_budget *budget)
{
    REQUIRE(limits->connections_max > 0);
    REQUIRE(budget != NULL);
    *connections = (struct connections){
        .limits = *limits, .budget = budget, .lock = PTHREAD_MUTEX_INITIALIZER};
    connections->buckets_count = limits->connections_max + limits->reserved;
    connections->buckets = calloc(connections->buckets_count, sizeof *connections->buckets);
    return connections->buckets == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

void connections_set_limits(struct connections *connections, struct listener_limits limits)
{
    pthread_mutex_lock(&connections->lock);
    connections->limits.connections_max = limits.connections_max;
    connections->limits.per_peer_max = limits.connections_per_peer_max;
    connections->limits.idle_ms_max = limits.idle_ms_max;
    pthread_mutex_unlock(&connections->lock);
}

void connections_deinit(struct connections *connections)
{
    for (size_t i = 0; i < connections->buckets_count; i++)
        while (connections->buckets[i] != NULL) {
            struct connection *connection = connections->buckets[i];
            connections->buckets[i] = connection->next;
            free(connection);
        }
    free(connections->buckets);
    *connections = (struct connections){0};
}

/* The link that points to the connection, or to NULL where it would be. */
static struct connection **link_of(struct connections *connections, uint32_t pipe_id)
{
    struct connection **link = &connections->buckets[pipe_id % connections->buckets_count];
    while (*link != NULL && (uint32_t)nng_pipe_id((*link)->pipe) != pipe_id)
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
            count += is_of(connection, peer) && !connection->is_closing;
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
            if (is_of(connection, peer) && !connection->is_closing &&
                connection->frames_in_flight == 0 &&
                (found == NULL || connection->idle_since_ms < found->idle_since_ms))
                found = connection;
    return found;
}

static void mark_closing(struct connections *connections, struct connection *connection)
{
    connection->is_closing = true;
    connections->closing++;
}

static size_t places_of(const struct connections_limits *limits)
{
    return limits->connections_max + limits->reserved;
}

/* The reserve serves a new connection when the peer's own connections, or others, took all places.
 * It is not used up for long: each connection that the peer has too many, and the one that takes
 * the last place, costs the peer an idle one. */
static bool may_use_reserve(struct connections *connections, const struct peer *peer,
                            size_t of_peer, nng_pipe *ret_idle)
{
    const struct connections_limits *limits = &connections->limits;
    bool is_last = connections->count + 1 >= places_of(limits);
    if (!peer->is_trusted || of_peer >= limits->per_peer_max + limits->reserved) return false;
    if (of_peer < limits->per_peer_max && !is_last) return true;
    struct connection *idle = longest_idle(connections, peer);
    if (idle == NULL) return true;
    mark_closing(connections, idle);
    *ret_idle = idle->pipe;
    return true;
}

static bool has_place(struct connections *connections, const struct peer *peer, nng_pipe *ret_idle)
{
    const struct connections_limits *limits = &connections->limits;
    if (connections->count >= places_of(limits)) return false;
    size_t of_peer = count_of_peer(connections, peer);
    return (connections->count < limits->connections_max && of_peer < limits->per_peer_max) ||
           may_use_reserve(connections, peer, of_peer, ret_idle);
}

static bool add(struct connections *connections, nng_pipe pipe, const struct peer *peer,
                unix_ms now_ms, nng_pipe *ret_idle)
{
    if (!has_place(connections, peer, ret_idle)) return false;
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) return false;
    connection->pipe = pipe;
    connection->peer = *peer;
    memcpy(connection->rpc.name, peer->name, sizeof peer->name);
    connection->idle_since_ms = now_ms;
    memory_share_init(&connection->rpc.memory, connections->budget);
    struct connection **link = link_of(connections, (uint32_t)nng_pipe_id(pipe));
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

static void note_written(struct connection *connection)
{
    memory_share_give(&connection->rpc.memory, connection->writing_bytes);
    connection->writing_bytes = 0;
}

static void free_if_over(struct connection *connection)
{
    if (!connection->is_removed || connection->frames_in_flight > 0) return;
    note_written(connection);
    REQUIRE(atomic_load(&connection->rpc.memory.used_bytes) == 0);
    free(connection);
}

/* One frame more is counted, so that it is not freed before `gone` was called. @return NULL if the
 * connection was refused. */
static struct connection *unlink_one(struct connections *connections, nng_pipe pipe)
{
    struct connection **link = link_of(connections, (uint32_t)nng_pipe_id(pipe));
    struct connection *connection = *link;
    connections->removed++;
    if (connection == NULL) {
        REQUIRE(connections->refused > 0);
        connections->refused--;
        connections->closing--;
        return NULL;
    }
    *link = connection->next;
    connections->count--;
    if (connection->is_closing) connections->closing--;
    connection->is_removed = true;
    connection->frames_in_flight++;
    return connection;
}

void connections_remove(struct connections *connections, nng_pipe pipe,
                        void (*gone)(void *context, struct rpc_peer *peer), void *context)
{
    pthread_mutex_lock(&connections->lock);
    struct connection *connection = unlink_one(connections, pipe);
    pthread_mutex_unlock(&connections->lock);
    if (connection == NULL) return;

    gone(context, &connection->rpc);
    pthread_mutex_lock(&connections->lock);
    connection->frames_in_flight--;
    free_if_over(connection);
    pthread_mutex_unlock(&connections->lock);
}

/* --- Frames ----------------------------------------------------------------------------------- */

/* A longer time between two looks is one in which the process stood still, as far as anybody knows.
 */
static void pass_time(struct connections *connections, unix_ms now_ms)
{
    int64_t passed_ms = now_ms - connections->looked_at_ms;
    if (passed_ms <= 0) return;
    connections->looked_at_ms = now_ms;
    atomic_fetch_add(&connections->reading_ms, passed_ms < LOOK_MS ? passed_ms : LOOK_MS);
}

/* How long the connection has been keeping replies waiting, at least: what happens between two
 * looks is noted with the time of the first. */
static int64_t unread_ms(const struct connections *connections, const struct connection *connection)
{
    bool waits = atomic_load(&connection->unread) > 0 || connection->writing_bytes > 0;
    int64_t waited_ms =
        atomic_load(&connections->reading_ms) - atomic_load(&connection->progress_ms) - LOOK_MS;
    return waits && waited_ms > 0 ? waited_ms : 0;
}

/* Every active connection has some replies under way, and a busy nng reports late that they have
 * left: a few are no sign of a peer that does not read. */
static bool lets_replies_gather(const struct connections *connections,
                                const struct connection *connection)
{
    enum { FEW_PART = 8 };
    return atomic_load(&connection->unread) > connections->limits.frames_in_flight_max / FEW_PART;
}

/* With n that take all they can get, each may have an n + 1st part of the frames. */
static bool occupies_too_much(const struct connections *connections,
                              const struct connection *connection)
{
    size_t free_frames = connections->frames_in_flight < connections->limits.frames_max
                             ? connections->limits.frames_max - connections->frames_in_flight
                             : 0;
    return (connection->frames_in_flight > free_frames &&
            lets_replies_gather(connections, connection)) ||
           memory_share_is_too_large(&connection->rpc.memory);
}

/* A reply counts until its end is noted, which may be after its reader has sent the next frame: so
 * the limit is for the frames being executed, and twice the limit for all. */
static enum frame_verdict judge(const struct connections *connections,
                                const struct connection *connection)
{
    size_t unread = atomic_load(&connection->unread);
    size_t max = connections->limits.frames_in_flight_max;
    if (connection->frames_in_flight > 2 * max) return FRAME_UNWELCOME;
    if (unread_ms(connections, connection) >= UNREAD_BUSY_MS_MAX &&
        ((connection->frames_in_flight > max && lets_replies_gather(connections, connection)) ||
         occupies_too_much(connections, connection)))
        return FRAME_UNWELCOME;
    return connection->frames_in_flight - unread > max ? FRAME_ONE_TOO_MANY : FRAME_ADMITTED;
}

static enum frame_verdict begin(struct connections *connections, struct connection *connection,
                                unix_ms now_ms)
{
    connection->had_frame = true;
    connection->idle_since_ms = now_ms;
    connection->frames_in_flight++;
    connections->frames_in_flight++;
    enum frame_verdict verdict = judge(connections, connection);
    if (verdict == FRAME_UNWELCOME && !connection->is_closing) {
        mark_closing(connections, connection);
        connections->closed_unread++;
    }
    return verdict;
}

enum frame_verdict connections_frame_begin(struct connections *connections, nng_pipe pipe,
                                           unix_ms now_ms, struct connection **ret_connection)
{
    enum frame_verdict verdict = FRAME_UNWELCOME;
    pthread_mutex_lock(&connections->lock);
    struct connection *connection = *link_of(connections, (uint32_t)nng_pipe_id(pipe));
    if (connection != NULL) verdict = begin(connections, connection, now_ms);
    pthread_mutex_unlock(&connections->lock);
    *ret_connection = connection;
    return verdict;
}

static void note_progress(const struct connections *connections, struct connection *connection)
{
    atomic_store(&connection->progress_ms, atomic_load(&connections->reading_ms));
}

void connections_reply_begin(struct connections *connections, struct connection *connection)
{
    if (atomic_fetch_add(&connection->unread, 1) == 0) note_progress(connections, connection);
}

/* nng tells that a reply has left no sooner than when the next one is begun. Small ones are taken
 * for gone: what a connection can keep of them is little. */
static void note_begun(struct connection *connection, size_t reply_bytes)
{
    note_written(connection);
    connection->replies_begun++;
    if (reply_bytes >= UNREAD_BYTES_MIN)
        connection->writing_bytes = reply_bytes;
    else
        memory_share_give(&connection->rpc.memory, reply_bytes);
}

void connections_frame_end(struct connections *connections, struct connection *connection,
                           struct frame_end end, unix_ms now_ms)
{
    if (connection == NULL) return;
    pthread_mutex_lock(&connections->lock);
    REQUIRE(connection->frames_in_flight > 0);
    if (end.was_given) {
        note_progress(connections, connection);
        atomic_fetch_sub(&connection->unread, 1);
    }
    if (end.is_written)
        note_begun(connection, end.reply_bytes);
    else
        memory_share_give(&connection->rpc.memory, end.reply_bytes);
    connection->idle_since_ms = now_ms;
    connection->frames_in_flight--;
    connections->frames_in_flight--;
    free_if_over(connection);
    pthread_mutex_unlock(&connections->lock);
}

/* --- Closing ---------------------------------------------------------------------------------- */

static bool is_idle(const struct connections_limits *limits, const struct connection *connection,
                    unix_ms now_ms)
{
    int64_t idle_ms_max = connection->had_frame ? limits->idle_ms_max : limits->first_frame_ms_max;
    return connection->frames_in_flight == 0 && now_ms - connection->idle_since_ms >= idle_ms_max;
}

/* The reply that is being written may be large and the line slow. */
static bool does_not_read(const struct connections *connections,
                          const struct connection *connection)
{
    int64_t waited_ms = unread_ms(connections, connection);
    int64_t size_ms = (int64_t)(connection->writing_bytes / UNREAD_BYTES_PER_MS_MIN);
    if (waited_ms >= UNREAD_MS_MAX + size_ms) return true;
    return waited_ms >= UNREAD_BUSY_MS_MAX && occupies_too_much(connections, connection);
}

static bool is_overdue(struct connections *connections, struct connection *connection,
                       unix_ms now_ms)
{
    if (!does_not_read(connections, connection))
        return is_idle(&connections->limits, connection, now_ms);
    connections->closed_unread++;
    return true;
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
            if (!connection->is_closing &&
                (now_ms == UNIX_MS_NEVER || is_overdue(connections, connection, now_ms))) {
                mark_closing(connections, connection);
                ret_pipes[found++] = connection->pipe;
            }
    pthread_mutex_unlock(&connections->lock);
    return found;
}

size_t connections_overdue(struct connections *connections, unix_ms now_ms, nng_pipe *ret_pipes,
                           size_t max)
{
    pthread_mutex_lock(&connections->lock);
    pass_time(connections, now_ms);
    pthread_mutex_unlock(&connections->lock);
    return find_to_close(connections, now_ms, ret_pipes, max);
}

size_t connections_all(struct connections *connections, nng_pipe *ret_pipes, size_t max)
{
    return find_to_close(connections, UNIX_MS_NEVER, ret_pipes, max);
}

bool connections_want_statistics(struct connections *connections)
{
    bool want = false;
    pthread_mutex_lock(&connections->lock);
    for (size_t i = 0; i < connections->buckets_count && !want; i++)
        for (const struct connection *connection = connections->buckets[i]; connection != NULL;
             connection = connection->next)
            want = want || (connection->writing_bytes > 0 && !connection->is_closing &&
                            unread_ms(connections, connection) >= UNREAD_BUSY_MS_MAX);
    pthread_mutex_unlock(&connections->lock);
    return want;
}

void connections_written(struct connections *connections, uint32_t pipe_id, uint64_t replies)
{
    pthread_mutex_lock(&connections->lock);
    struct connection *connection = *link_of(connections, pipe_id);
    if (connection != NULL && replies >= connection->replies_begun) note_written(connection);
    pthread_mutex_unlock(&connections->lock);
}

struct listener_connections connections_count(struct connections *connections)
{
    pthread_mutex_lock(&connections->lock);
    struct listener_connections counts = {.open = connections->count,
                                          .closing = connections->closing,
                                          .freed = connections->removed,
                                          .closed_unread = connections->closed_unread};
    pthread_mutex_unlock(&connections->lock);
    return counts;
}
