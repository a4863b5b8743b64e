/* connections.h -- The connections of a listener: their owners, their load, and whether their peers
 * read replies. It refers to nng's pipes by their ids only. All functions but init and deinit are
 * safe from any thread. */
#ifndef RPC_LISTEN_CONNECTIONS_H
#define RPC_LISTEN_CONNECTIONS_H

#include <nng/nng.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/time.h"
#include "rpc/dispatch.h"
#include "rpc/listen/peer.h"
#include "rpc/listener.h"

struct connections_limits {
    size_t connections_max;
    size_t per_peer_max;
    size_t reserved;             /* beyond both, for trusted peers */
    size_t frames_in_flight_max; /* of one connection */
    size_t frames_max;           /* in flight of all connections */
    int64_t first_frame_ms_max;  /* without a frame since it was opened */
    int64_t idle_ms_max;         /* without a frame in flight */
};

/** One connection. It lives until it is removed and its last frame has ended. */
struct connection {
    struct rpc_peer rpc; /* first: what the dispatcher is given */
    nng_pipe pipe;
    struct peer peer;
    size_t frames_in_flight;
    unix_ms idle_since_ms;
    bool had_frame;
    bool is_closing; /* was given to the owner to close */
    bool is_removed;

    atomic_size_t unread;        /* replies that wait for those before them to be read */
    _Atomic int64_t progress_ms; /* when a reply was begun to wait for, or left; see reading_ms */
    uint64_t replies_begun;      /* to be written to the connection */
    size_t writing_bytes;        /* of the one that is being written, as far as is known */

    struct connection *next; /* in its bucket */
};

struct connections {
    struct connections_limits limits;
    struct memory_budget *budget;
    pthread_mutex_t lock;
    struct connection **buckets; /* lists, by pipe id */
    size_t buckets_count;
    size_t count;
    _Atomic int64_t reading_ms; /* the time that peers had to read in, since the start: a process
                                   that stands still for long gives them none */
    unix_ms looked_at_ms;
    size_t closing;   /* given to the owner to close, or refused, and not removed */
    size_t refused;   /* of these; not in the list */
    uint64_t removed; /* ever */
    size_t frames_in_flight;
    uint64_t closed_unread; /* ever */
};

/** @param budget  What frames and replies are paid from. Kept.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status connections_init(struct connections *connections,
                             const struct connections_limits *limits, struct memory_budget *budget);

/** Connections that are there stay, also beyond a lower limit. */
void connections_set_limits(struct connections *connections, struct listener_limits limits);

/** No frame may be in flight. Zeroed connections are fine. */
void connections_deinit(struct connections *connections);

/** Notes a new connection that is to be closed at once. */
void connections_refuse(struct connections *connections);

/** Notes a new connection. A trusted peer that has as many as it may is let in even so, and in
 * exchange its connection that was idle for longest is to be closed.
 * @param ret_idle  That connection; one with an id below 1 if there is none.
 * @return false if that would be more than allowed: the new one is refused. */
bool connections_add(struct connections *connections, nng_pipe pipe, const struct peer *peer,
                     unix_ms now_ms, nng_pipe *ret_idle);

/** Forgets a connection that was freed, be it one that was refused.
 * @param gone  Called with its peer before it is forgotten; not if it was refused. */
void connections_remove(struct connections *connections, nng_pipe pipe,
                        void (*gone)(void *context, struct rpc_peer *peer), void *context);

enum frame_verdict {
    FRAME_ADMITTED,
    FRAME_ONE_TOO_MANY, /* to be refused */
    FRAME_UNWELCOME,    /* its connection reads no replies and occupies too much: to be closed */
};

/** Notes a frame that came in. Each is ended by connections_frame_end.
 * @param ret_connection  Set always. NULL if the connection is not known: it was closed. */
enum frame_verdict connections_frame_begin(struct connections *connections, nng_pipe pipe,
                                           unix_ms now_ms, struct connection **ret_connection);

/** Notes that the reply to a frame is given to nng, where it may have to wait for others. */
void connections_reply_begin(struct connections *connections, struct connection *connection);

/** How a frame ended. */
struct frame_end {
    bool was_given;     /* connections_reply_begin came before */
    bool is_written;    /* nng has begun to write the reply to the connection */
    size_t reply_bytes; /* that were paid for the reply */
};

/** Notes that a frame was answered; the connection may be gone, and NULL is fine. */
void connections_frame_end(struct connections *connections, struct connection *connection,
                           struct frame_end end, unix_ms now_ms);

/** Finds connections to close, each once: idle ones, and ones that have not read their replies for
 * too long, which is much less for one that occupies more than its share of the memory or of the
 * frames in flight. The time to read is counted by these calls: call it every LOOK_MS or so.
 * @param ret_pipes  At most `max`; more may be left if so many are returned.
 * @return How many. */
size_t connections_overdue(struct connections *connections, unix_ms now_ms, nng_pipe *ret_pipes,
                           size_t max);

/** Finds all connections that were not returned for closing yet; each once.
 * @param ret_pipes  At most `max`; more may be left if so many are returned.
 * @return How many. */
size_t connections_all(struct connections *connections, nng_pipe *ret_pipes, size_t max);

/** Whether there are replies of which only nng's statistics can tell that they were read. */
bool connections_want_statistics(struct connections *connections);

/** Notes how many replies were written to a connection. */
void connections_written(struct connections *connections, uint32_t pipe_id, uint64_t replies);

/** How many there are; none is probing. */
struct listener_connections connections_count(struct connections *connections);

#endif
