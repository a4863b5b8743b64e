/* dispatch.h -- The dispatcher: from the bytes of a request frame to calls, and from their results
 * to the reply frame.
 *
 * It owns no thread, no clock and no socket: a transport gives it frames, an application executes
 * the calls. All functions are safe from any thread. */
#ifndef RPC_DISPATCH_H
#define RPC_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "base/time.h"
#include "rpc/call.h"
#include "rpc/call_stats.h"
#include "rpc/method.h"

/** What executes calls. */
struct rpc_application {
    void *context;
    const struct method *methods;
    size_t methods_count;
    /** The server's clock. Safe from any thread. */
    unix_ms (*now_ms)(void *context);
    /** A clock that never jumps, to measure by: that of rpc_arrival. Safe from any thread. */
    int64_t (*ticks_ns)(void *context);
    /** Takes the calls of one frame that passed every check, linked by `next`. Each must be
     * finished once by rpc_call_finish, now or later, on any thread. Since the calls share one
     * arena, the application hands them on only after it has executed those it executes itself,
     * and all to one thread; but those of kind METHOD_SLOW, which share another, to any one. */
    void (*start)(void *context, struct rpc_call *first);
    /** Goes on with the calls of a frame that were left by rpc_call_go_on_later. NULL: none are. */
    void (*go_on)(void *context, struct rpc_call *first);
    /** How many records a call that passed every check may have to answer; a frame has room for
     * RECORDS_PER_FRAME_MAX. NULL: nobody counts. */
    uint32_t (*records_asked)(const struct rpc_call *call);
    /** How long a command that comes now will wait before it is executed, as far as is known: those
     * that would not be in time are refused at once. Asked once a frame that has any. Unit:
     * milliseconds. NULL: none waits. */
    uint32_t (*wait_ahead_ms)(void *context);
    /** A peer is gone, or will be: calls that wait for something to tell it should be finished.
     * Called once a peer, at any time, on any thread. May be NULL. */
    void (*peer_gone)(void *context, const struct rpc_peer *peer);
    /** A call that the application was given is about to be answered; any thread. May be NULL. */
    void (*ended)(void *context, const struct rpc_call *call, enum status status);
};

/** When a frame came in, as its transport knows it. */
struct rpc_arrival {
    int64_t now_ms;     /* of a clock that never jumps */
    int64_t came_ns;    /* on the same, when it came in; 0: just now */
    uint32_t waited_ms; /* in the socket, before it was read; 0 if that is not known */
    bool is_crowded;    /* the transport has hardly room for more frames that wait to be answered */
};

/** How replies leave: nng in the server, memory in a test. */
struct rpc_transport {
    /** Room for a reply of `size` bytes. The peer's share has paid for it: the transport gives that
     * back when the reply has left. @return NULL if there is no memory. */
    uint8_t *(*reply_alloc)(void *exchange, size_t size);
    /** Sends what reply_alloc gave. Called once per frame, also after a NULL: the exchange then
     * ends without a reply. The exchange is the transport's again. */
    void (*reply_send)(void *exchange);
    /** Calls rpc_dispatch_go_on(first) soon, on one of the threads that hand in frames, and not
     * before it has returned. */
    void (*go_on_later)(void *exchange, struct rpc_call *first);
};

struct rpc_dispatcher;

/** @param application,transport  Kept; must outlive the dispatcher.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status rpc_dispatcher_open(const struct rpc_application *application,
                                const struct rpc_transport *transport,
                                struct rpc_dispatcher **ret_dispatcher);

/** Every frame must have been answered. NULL is fine. */
void rpc_dispatcher_close(struct rpc_dispatcher *dispatcher);

/** Takes one request frame. It is answered through the transport: at once or later. Timeouts count
 * from its arrival; what can't be served in time is refused as STATUS_OVERLOADED.
 *
 * @param peer      Who pays for the memory; NULL: nobody.
 * @param request   Borrowed until the frame is answered.
 * @param exchange  The transport's name for this request. */
void rpc_dispatch(struct rpc_dispatcher *dispatcher, enum rpc_socket socket, struct rpc_peer *peer,
                  struct rpc_arrival arrival, const uint8_t *request, size_t request_size,
                  void *exchange);

/** Answers a frame with one result without reading it, for example STATUS_CONNECTION_BUSY. */
void rpc_dispatch_refuse(struct rpc_dispatcher *dispatcher, enum status why, struct rpc_peer *peer,
                         void *exchange);

/** Passes on to the application that a peer is gone. Once a peer. */
void rpc_dispatcher_peer_gone(struct rpc_dispatcher *dispatcher, struct rpc_peer *peer);

/** Frees memory that was kept for frames and not needed since the last time. Call it every second
 * or so, from one thread.
 * @return What is kept for frames to come, in bytes. */
size_t rpc_dispatcher_trim(struct rpc_dispatcher *dispatcher);

/** From now on every call of a new frame is refused with STATUS_SHUTTING_DOWN. */
void rpc_dispatcher_drain(struct rpc_dispatcher *dispatcher);

/** Frames taken and not yet answered. */
size_t rpc_dispatcher_frames_in_flight(const struct rpc_dispatcher *dispatcher);

/** For the statistics: what was refused as STATUS_OVERLOADED since the start, how long the last
 * frame had waited, and the retry_after_ms given last. */
struct rpc_overload {
    uint64_t refusals;
    uint32_t wait_ms;
    uint32_t retry_after_ms;
};

struct rpc_overload rpc_dispatcher_overload(struct rpc_dispatcher *dispatcher);

/** How the calls ended; valid as long as the dispatcher. */
const struct call_stats *rpc_dispatcher_call_stats(const struct rpc_dispatcher *dispatcher);

/** Ends a call. The last call of a frame sends the reply; nothing of the frame may be touched
 * after. */
void rpc_call_finish(struct rpc_call *call, enum status status);

/** Leaves calls that were taken and not begun to another thread that hands in frames, which calls
 * the application's `go_on`. They are no longer the caller's.
 * @param first  Of a frame, with the others behind it. */
void rpc_call_go_on_later(struct rpc_call *first);

/** For the transport: goes on with what its go_on_later was given. */
void rpc_dispatch_go_on(struct rpc_call *first);

/** Whose call it is; NULL if the transport did not say. */
struct rpc_peer *rpc_call_peer(const struct rpc_call *call);

/** What the answers to the reads of the call's frame are to take into account at least: an index of
 * the log, which a server answered this caller with. 0: nothing. A server that has not seen it yet
 * finishes them as STATUS_FOLLOWER_BEHIND, at once or after a while. */
uint64_t rpc_call_min_index(const struct rpc_call *call);

/** Whether a server that follows may answer the reads of the call's frame. Else it finishes them as
 * STATUS_NOT_LEADER. */
bool rpc_call_is_for_any_server(const struct rpc_call *call);

/** How many records the reads of the call's frame ask for: see records_asked. 0 if nobody counts.
 */
uint32_t rpc_call_frame_reads(const struct rpc_call *call);

#endif
