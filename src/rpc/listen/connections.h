/* connections.h -- Which connections a listener has, whose they are and how busy they are.
 * Knows nng's pipes by name only; all functions but init and deinit are safe from any thread. */
#ifndef RPC_LISTEN_CONNECTIONS_H
#define RPC_LISTEN_CONNECTIONS_H

#include <nng/nng.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/time.h"
#include "rpc/listen/peer.h"
#include "rpc/listener.h"

struct connections_limits {
    size_t connections_max;
    size_t per_peer_max;
    size_t reserved;             /* beyond both, for trusted peers */
    size_t frames_in_flight_max; /* of one connection */
    int64_t first_frame_ms_max;  /* without a frame since it was opened */
    int64_t idle_ms_max;         /* without a frame in flight */
};

struct connection;

struct connections {
    struct connections_limits limits;
    pthread_mutex_t lock;
    struct connection *all; /* connections_max and those reserved */
    struct connection *free;
    struct connection **buckets; /* lists, by pipe id */
    size_t buckets_count;
    size_t count;
    size_t closing;   /* given to the owner to close, or refused, and not removed */
    size_t refused;   /* of these; not in the list */
    uint64_t removed; /* ever */
};

/** @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status connections_init(struct connections *connections,
                             const struct connections_limits *limits);

/** Zeroed connections are fine. */
void connections_deinit(struct connections *connections);

/** Notes a new connection that is to be closed at once. */
void connections_refuse(struct connections *connections);

/** Notes a new connection. A trusted peer that has as many as it may is let in even so, and in
 * exchange its connection that was idle for longest is to be closed.
 * @param ret_idle  That connection; one with an id below 1 if there is none.
 * @return false if that would be more than allowed: the new one is refused. */
bool connections_add(struct connections *connections, nng_pipe pipe, const struct peer *peer,
                     unix_ms now_ms, nng_pipe *ret_idle);

/** Forgets a connection that was freed, be it one that was refused. */
void connections_remove(struct connections *connections, nng_pipe pipe);

/** Notes a frame that came in. Each is ended by connections_frame_end.
 * @return false if the connection has more frames in flight than allowed. */
bool connections_frame_begin(struct connections *connections, nng_pipe pipe, unix_ms now_ms);

/** Notes that a frame was answered; the connection may be gone. */
void connections_frame_end(struct connections *connections, nng_pipe pipe, unix_ms now_ms);

/** Finds connections that were idle for too long, each once.
 * @param ret_pipes  At most `max`; more may be left if so many are returned.
 * @return How many. */
size_t connections_overdue(struct connections *connections, unix_ms now_ms, nng_pipe *ret_pipes,
                           size_t max);

/** Finds connections that nobody was told to close yet, whatever they are at; each once.
 * @param ret_pipes  At most `max`; more may be left if so many are returned.
 * @return How many. */
size_t connections_all(struct connections *connections, nng_pipe *ret_pipes, size_t max);

/** How many there are; none is probing. */
struct listener_connections connections_count(struct connections *connections);

#endif
