/* dispatch.h -- From the bytes of a request frame to calls, and from results to the reply frame.
 *
 * Owns no thread, no clock and no socket: a transport hands it frames, an application executes the
 * calls. All functions are safe from any thread. */
#ifndef RPC_DISPATCH_H
#define RPC_DISPATCH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/memory_budget.h"
#include "base/status.h"
#include "base/time.h"
#include "rpc/method.h"

struct rpc_frame;

/** Which socket a frame came in on. */
enum rpc_socket { RPC_SOCKET_MAIN, RPC_SOCKET_WATCH, RPC_SOCKET_ADMIN };

/** Who sent a frame, as far as a transport knows: a connection. It outlives its frames. */
struct rpc_peer {
    struct memory_share memory; /* what its frames and their replies occupy */
    atomic_bool is_gone;        /* nobody will read its replies any more */
};

/** A typed fact about a refusal: a message in the frame's arena. */
struct rpc_detail {
    const struct onsale_packer *packer; /* of its type */
    const ProtobufCMessage *value;
};

/** When to look at a long poll again that had nothing to tell. */
struct rpc_watch {
    uint64_t subject; /* what it waits for a change of, in the application's own numbers */
    uint64_t version; /* of that, when it was looked at */
    unix_ms look_ms;  /* and whatever has changed, not later than this */
};

/** One call on its way through the server. The dispatcher fills the first part before the
 * application sees it; the application may use the second part as it likes. */
struct rpc_call {
    const struct method *method;
    const ProtobufCMessage *request; /* decoded, in the frame's arena */
    struct arena *arena;             /* the frame's, or that of its SLOW calls: see start */
    unix_ms checked_ms;              /* on the application's clock: when it passed its checks */
    unix_ms deadline_ms;             /* on that clock; refused from this instant on */
    enum rpc_socket socket;
    bool alone; /* the only call of its frame */
    bool korean;
    struct rpc_frame *frame;

    ProtobufCMessage *response; /* of method->response; must live until the frame is answered */
    const char *message;        /* for people, in place of the status's own text; may be NULL */
    struct rpc_detail details[4];
    size_t details_count;
    uint32_t retry_after_ms;
    struct rpc_call *next; /* for lists of the owner */
    enum status outcome;   /* for the application, until it finishes the call */
    unix_ms wait_until_ms; /* for the application: when a long poll is answered at the latest */
    uint64_t saw_write;    /* for the application: what the answer tells of must be on disk first */
    struct rpc_watch watch; /* for the application, of a long poll that waits */
};

/** What executes calls. */
struct rpc_application {
    void *context;
    const struct method *methods;
    size_t methods_count;
    /** The server's clock. Safe from any thread. */
    unix_ms (*now_ms)(void *context);
    /** Takes the calls of one frame that passed every check, linked by `next`. Each must be
     * finished once by rpc_call_finish, now or later, on any thread. Since the calls share one
     * arena, the application hands them on only after it has executed those it executes itself,
     * and all to one thread; but those of kind METHOD_SLOW, which share another, to any one. */
    void (*start)(void *context, struct rpc_call *first);
    /** How many records a call that passed every check may have to answer; a frame has room for
     * RECORDS_PER_FRAME_MAX. NULL: nobody counts. */
    uint32_t (*records_asked)(const struct rpc_call *call);
    /** How long a call will wait before it is executed, as far as is known now: calls that could
     * not be in time are refused at once. Asked once a frame, for the first call of a method that
     * writes. Unit: milliseconds. NULL: none waits. */
    uint32_t (*expected_wait_ms)(void *context);
    /** A peer is gone, or will be: calls that wait for something to tell it should be finished.
     * Called once a peer, at any time, on any thread. May be NULL. */
    void (*peer_gone)(void *context, const struct rpc_peer *peer);
};

/** When a frame came in, as its transport knows it. */
struct rpc_arrival {
    int64_t now_ms;     /* of a clock that never jumps */
    uint32_t waited_ms; /* in the socket, before it was read; 0 if that is not known */
    bool is_last;       /* nothing is known to wait behind it in its connection */
};

/** How replies leave: nng in the server, memory in a test. */
struct rpc_transport {
    /** Room for a reply of `size` bytes. The peer's share has paid for it: the transport gives that
     * back when the reply has left. @return NULL if there is no memory. */
    uint8_t *(*reply_alloc)(void *exchange, size_t size);
    /** Sends what reply_alloc gave. Called once per frame, also after a NULL: the exchange then
     * ends without a reply. The exchange is the transport's again. */
    void (*reply_send)(void *exchange);
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

/** Tells the application that a peer is gone. Once a peer. */
void rpc_dispatcher_peer_gone(struct rpc_dispatcher *dispatcher, struct rpc_peer *peer);

/** Frees memory that was kept for frames and not needed since the last time. Call it every second
 * or so, from one thread.
 * @return What is kept for frames to come, in bytes. */
size_t rpc_dispatcher_trim(struct rpc_dispatcher *dispatcher);

/** From now on every call of a new frame is refused with STATUS_SHUTTING_DOWN. */
void rpc_dispatcher_drain(struct rpc_dispatcher *dispatcher);

/** Frames taken and not yet answered. */
size_t rpc_dispatcher_frames_in_flight(const struct rpc_dispatcher *dispatcher);

/** For the statistics: what was refused as STATUS_OVERLOADED since the start, how long the frame
 * that came last had waited, and when callers are told to come again. */
struct rpc_overload {
    uint64_t refusals;
    uint32_t wait_ms;
    uint32_t retry_after_ms;
};

struct rpc_overload rpc_dispatcher_overload(struct rpc_dispatcher *dispatcher);

/** Ends a call. The last call of a frame sends the reply; nothing of the frame may be touched
 * after. */
void rpc_call_finish(struct rpc_call *call, enum status status);

/** Whose call it is; NULL if the transport did not say. */
const struct rpc_peer *rpc_call_peer(const struct rpc_call *call);

/** Adds a detail; beyond DETAILS_PER_RESULT_MAX it is dropped.
 * @param packer  Of the value's type. */
void rpc_call_add_detail(struct rpc_call *call, const struct onsale_packer *packer,
                         const ProtobufCMessage *value);

/** Says which field is wrong: sets the message and adds a BadField detail. To a caller who asked
 * for Korean the message names the field before the status's Korean text.
 * @return `status`, so that a check can end with it. */
__attribute__((format(printf, 4, 5))) enum status rpc_call_bad_field(struct rpc_call *call,
                                                                     enum status status,
                                                                     const char *field,
                                                                     const char *description, ...);

#endif
