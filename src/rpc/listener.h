/* listener.h -- The server side of the sockets: nng rep contexts in front of a dispatcher.
 *
 * Frames are decoded and reads executed on nng's task threads. The executable must have the cures
 * of rpc/nng_cures/nng_cures.h linked in. */
#ifndef RPC_LISTENER_H
#define RPC_LISTENER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/status.h"
#include "base/time.h"
#include "rpc/dispatch.h"

struct listener;

struct listener_options {
    enum rpc_socket socket;
    const char *const *urls; /* 1..n: "ipc:///run/onsale/onsale.sock", "tcp://127.0.0.1:7171" */
    size_t urls_count;
    struct memory_budget *memory; /* pays for requests and replies; must outlive the listener */
    size_t frames_in_flight_max;  /* of all connections */
    size_t frame_bytes_max;       /* larger frames close their connection */
    size_t connections_max;
    size_t connections_per_peer_max; /* peer: a uid over ipc, an address over tcp */
    size_t frames_in_flight_per_connection_max;
    size_t connections_reserved; /* beyond both, over ipc, for root and the server's own user */
    int64_t first_frame_ms_max;  /* a connection without a whole frame for so long is closed */
    int64_t idle_ms_max;         /* as is one without a frame in flight for so long */
    mode_t ipc_mode;             /* of ipc sockets, whatever the umask; 0: by the umask */
    gid_t ipc_group;             /* with a mode: their group; (gid_t)-1: that of the process */
    const uid_t *uids_allowed;   /* over ipc, beside root and the server's own; may be NULL */
    size_t uids_allowed_count;
    /** Told of a peer that was hung up on, on a thread of nng; may be NULL.
     * @param why  For people: a constant. */
    void (*refused)(const char *peer, const char *why);
};

struct listener_connections {
    size_t open;
    size_t closing; /* closed by the listener and not freed yet; some are among the open ones */
    size_t probing; /* likewise, of its own: see listen/reaper_probe.h */
    uint64_t freed; /* since it was opened, of all of these */
    uint64_t closed_unread; /* since then, because they did not read their replies */
};

/** The nng transport of every listener: pass it to rpc_dispatcher_open. */
extern const struct rpc_transport listener_transport;

/** Listens. Times here are of any clock that nobody sets. A stale ipc socket file is replaced, one
 * that is served is not.
 * @param ret_problem  On failure, what went wrong with which URL, for people; a buffer of 256
 * bytes.
 * @return STATUS_OK; STATUS_LISTEN_FAILED; STATUS_OUT_OF_MEMORY. */
enum status listener_open(const struct listener_options *options, struct rpc_dispatcher *dispatcher,
                          unix_ms now_ms, char ret_problem[256], struct listener **ret_listener);

/** What can change while a listener serves; as in its options. */
struct listener_limits {
    size_t connections_max;
    size_t connections_per_peer_max;
    int64_t idle_ms_max;
};

/** Connections that are there stay, also beyond a lower limit. Safe from any thread. */
void listener_set_limits(struct listener *listener, struct listener_limits limits);

/** What it listens for. */
enum rpc_socket listener_socket(const struct listener *listener);

/** Stops listening and closes the connections. First drain the dispatcher and wait until no frame
 * is in flight. NULL is fine. */
void listener_close(struct listener *listener);

/** Waits until nng has freed all closed sockets, which it does on a thread of its own, and ends
 * nng: nothing of nng may be used afterwards. All sockets of the process must be closed. Without
 * this the process could exit while nng frees them. */
void listener_library_end(void);

/** How often to call listener_look: peers get their time to read by it. */
enum { LOOK_MS = 100 };

/** Closes connections that were idle or half-sent for too long, or do not read their replies. Call
 * it every LOOK_MS or so: waits are measured by the times given here. */
void listener_look(struct listener *listener, unix_ms now_ms);

/** As listener_look; also closes a connection of its own, to see whether nng frees it. Call it
 * every second or so. */
void listener_reap(struct listener *listener, unix_ms now_ms);

/** What is known of the connections now. Safe from any thread. */
struct listener_connections listener_connections(struct listener *listener);

#endif
