/* call.h -- One call in a server: its request, its caller and its response. */
#ifndef RPC_CALL_H
#define RPC_CALL_H

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

/** Up to which entry of the log, and under which epoch. Index 0: none, there is no log. */
struct rpc_place {
    uint64_t epoch;
    uint64_t index;
};

/** Which socket a frame came in on. */
enum rpc_socket { RPC_SOCKET_MAIN, RPC_SOCKET_WATCH, RPC_SOCKET_ADMIN };

enum { RPC_PEER_NAME_BYTES = 48 };

/** Who sent a frame, as far as a transport knows: a connection. It outlives its frames. */
struct rpc_peer {
    char name[RPC_PEER_NAME_BYTES]; /* for the log: "uid:1000", or an address */
    struct memory_share memory;     /* what its frames and their replies occupy */
    atomic_bool is_gone;            /* nobody will read its replies any more */
    uint64_t turn_rank;   /* for the application, of frames that take turns: of the last, */
    size_t turns_waiting; /* and how many wait */
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

/** Where a frame waits for its turn, in its first call. */
struct rpc_turn {
    uint64_t rank;
    struct rpc_call *left;
    struct rpc_call *right;
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
    const char *traceparent; /* as the caller sent it, unchecked; NULL: it did not */

    ProtobufCMessage *response; /* of method->response; must live until the frame is answered */
    const char *message;        /* for people, in place of the status's own text; may be NULL */
    struct rpc_detail details[4];
    size_t details_count;
    uint32_t retry_after_ms;
    struct rpc_call *next;  /* for lists of the owner */
    enum status outcome;    /* for the application, until it finishes the call */
    unix_ms begun_ms;       /* for the application: when it was begun; 0: it was not */
    unix_ms executed_ms;    /* for the application: when it was executed, if its answer waits */
    unix_ms wait_until_ms;  /* for the application: when a long poll is answered at the latest */
    uint64_t saw_write;     /* for the application: number of the newest write that it depends on */
    struct rpc_place place; /* what its answer takes into account; the caller is told */
    const ProtobufCMessage *before; /* for the application's log: what an act changes, as it was */
    union {
        struct rpc_watch watch; /* for the application, of a long poll that waits */
        struct rpc_turn turn;   /* for the application, before the frame is executed */
    };
};

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
