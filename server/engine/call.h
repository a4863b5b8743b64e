/* call.h -- The arguments of a method: the request's surroundings, one transaction, one point in
 * time. */
#ifndef SERVER_CALL_H
#define SERVER_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/queue.h"
#include "rpc/dispatch.h"
#include "server/engine/batch.h"
#include "server/engine/leases.h"
#include "server/engine/seat_maps.h"
#include "store/store.h"

struct engine;

/** Policy bits of a method: what the engine checks before the method sees the call. */
enum method_policy {
    TOKEN_NONE = 0,
    TOKEN_KNOWN = 1 << 0,        /* `entry` is the token's, whatever its status */
    TOKEN_ACTIVE = 1 << 1,       /* `entry` is the token's and ACTIVE at now_ms */
    TOKEN_UNLESS_ADMIN = 1 << 8, /* but none is needed on the admin socket: `entry` is all zero */
    ADMIN_ONLY = 1 << 2,         /* served on the admin socket only */
    ANY_ROLE = 1 << 10,          /* a read about this server, whichever leads */
    ANY_CLOCK = 1 << 3,          /* a write that is served though the system clock has jumped */
    DRAWS_ENTROPY = 1 << 9,      /* a write that uses the batch's entropy */

    /* How many records an answer may have: see RECORDS_PER_FRAME_MAX. Else it is one. */
    ANSWERS_PAGE = 1 << 4,   /* as many records as the request's page_size says */
    ANSWERS_EVENTS = 1 << 5, /* as many as its max says */
    ANSWERS_SEATS = 1 << 6,  /* the states of all seats */
    ANSWERS_LAYOUT = 1 << 7, /* the layout of all seats */
};

/** Subjects that a long poll may wait for a change of: the queue of a concert, by its id, or this.
 */
enum { WATCH_EVENTS = 0 };

struct call {
    struct rpc_call *rpc; /* arena, details, socket */
    struct store_txn *txn;
    unix_ms now_ms;           /* the transaction's time */
    bool clock_has_jumped;    /* of a WRITE: see clock.h */
    struct queue_entry entry; /* with TOKEN_KNOWN or TOKEN_ACTIVE only; its expiry is a time */
    struct batch *batch;      /* of a WRITE; else NULL */
    struct leases *leases;
    struct seat_maps *seat_maps; /* of a READ */
    bool wait_is_over;           /* of a WAIT: answer now, changed or not */
    bool is_followers;           /* executed by a server that does not lead */
    struct engine *engine;       /* of a READ or SLOW: gauges, store */
};

/** Where the time of a call went that ends at some instant. The three parts are the whole. */
struct call_times {
    int64_t took_ms;     /* since it passed its checks */
    int64_t waited_ms;   /* for its turn: in a queue, for a commit, for frames before it */
    int64_t executed_ms; /* in a transaction; of a write, with those of its batch before it */
    int64_t flushed_ms;  /* until what it has seen or written was committed and on disk */
};

struct call_times call_times_of(const struct rpc_call *call, unix_ms now_ms);

/** Short for rpc_call_bad_field with STATUS_ARGUMENT_INVALID. */
#define call_bad_field(call, field, ...)                                                           \
    rpc_call_bad_field((call)->rpc, STATUS_ARGUMENT_INVALID, (field), __VA_ARGS__)

/** Checks a 128-bit id of a request: 16 bytes, not all zero.
 * @param ret_id  Set on STATUS_OK only.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID naming the field. */
enum status call_check_id(struct call *call, const char *field, ProtobufCBinaryData bytes,
                          uint8_t ret_id[ID_BYTES]);

/** Checks a user number: 1..USER_ID_MAX.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID naming the field. */
enum status call_check_user_id(struct call *call, uint64_t user_id);

/** How many records to return for the number asked for: 0 means the default, and beyond the maximum
 * it is the maximum. */
uint32_t call_page_size(uint32_t asked);

#endif
