/* frame.h -- The state of a frame from its request to its reply. For the dispatcher's files only.
 */
#ifndef RPC_FRAME_FRAME_H
#define RPC_FRAME_FRAME_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"
#include "rpc/call.h"
#include "rpc/wire/pack.h"

/** A call with what only the dispatcher knows of it. */
struct frame_call {
    struct rpc_call call; /* first: rpc_call_finish is given its address */
    enum status status;
    struct packing response; /* these two are set by the reply's first pass */
    size_t result_size;      /* Unit: bytes */
};

/** What a frame has room for before it allocates more. */
enum frame_size {
    FRAME_SMALL, /* a call or two, of a client that does not gather calls */
    FRAME_USUAL,
    FRAME_WAITING, /* a long poll: there may be thousands that wait */
    FRAME_SIZES
};

struct rpc_frame {
    struct rpc_dispatcher *dispatcher;
    void *exchange;
    struct arena arena;
    struct arena slow_arena; /* for calls that are executed beside the others of the frame */
    enum frame_size size;
    struct rpc_peer *peer;    /* who pays; may be NULL */
    int64_t came_ns;          /* on the application's ticks */
    size_t paid_bytes;        /* by the peer's share, for the request and for what the pool keeps */
    struct frame_call *calls; /* in the arena, or `whole` */
    size_t calls_count;
    uint64_t min_index;       /* that its reads are to take into account; see rpc_call_min_index */
    bool any_server;          /* likewise; see rpc_call_is_for_any_server */
    struct rpc_place place;   /* of all its answers; set by the reply's first pass */
    uint32_t reads_asked;     /* records that its reads ask for */
    atomic_size_t unfinished; /* of the calls that the application was given */
    struct frame_call whole;  /* the one result of a frame that is refused as a whole */
    struct rpc_frame *next;   /* in the pool */
};

#endif
