/* call.h -- One call of a channel: its request in wire format, and the caller to answer. */
#ifndef RPC_CHANNEL_CALL_H
#define RPC_CHANNEL_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "rpc/channel.h"
#include "rpc/channel/caller.h"
#include "rpc/wire/pack.h"

/** A moment later than every other on the monotonic clock. */
#define CHANNEL_NEVER INT64_MAX

/** Milliseconds of the monotonic clock. */
int64_t channel_now_ms(void);

/** What a frame asks of the server that answers it, beside its calls. */
struct channel_wish {
    uint64_t min_index; /* that its reads are to see */
    bool any_server;    /* one that follows may answer them */
};

/** What a call asks: a message, or the bytes of one. */
struct channel_request {
    const ProtobufCMessage *message; /* NULL: the bytes */
    const uint8_t *bytes;
    size_t size;
};

/** Owned by the one list or slot that has it, and so is never touched by two threads at once. */
struct channel_call {
    struct channel_call *next; /* of the list that has it */
    const struct onsale_method *method;
    int64_t deadline_ms;          /* monotonic; 0: ends at once */
    int64_t backoff_until_ms;     /* earliest moment of the next attempt */
    uint32_t attempts;            /* made so far */
    uint32_t wait_ms;             /* that a long poll asks the server to wait */
    uint32_t redirects;           /* of the attempts: those that a server sent on to another */
    bool is_for_leader;           /* a follower did not answer it */
    size_t lost_by;               /* the server that gave it no answer last */
    enum onsale_status ends_with; /* once its time is up */
    enum status unreachable_why;  /* what was known of the server at its end */
    struct onsale_error *refusal; /* of the last attempt; NULL: none, or it got no answer */
    struct channel_caller caller;
    struct onsale_call_id id; /* number 0: it can't be cancelled */
    bool is_cancelled;        /* under the channel's mutex */
    size_t frame_bytes_max;   /* that it takes of a frame */
    size_t packed_size;
    uint8_t packed[]; /* the fields of a Call behind its timeout: every attempt copies them */
};

/** Packs a request.
 * @param metadata  The fields of its metadata; of size 0: none.
 * @return NULL if there is no memory. */
struct channel_call *channel_call_make(const struct onsale_method *method,
                                       const struct channel_request *request,
                                       struct packing metadata);

/** Writes a call into a frame, before what follows it: at most frame_bytes_max bytes.
 * @return Its beginning. */
uint8_t *channel_call_write(const struct channel_call *call, uint8_t *end, uint32_t timeout_ms);

/** A call without a request that only ends with a refusal. @return NULL if there is no memory. */
struct channel_call *channel_call_make_refused(const struct onsale_method *method,
                                               const struct onsale_error *refusal);

/** Remembers why an attempt was refused, in place of what was remembered before.
 * @param refusal  Copied. NULL: it got no answer. Without memory it is remembered as NULL. */
void channel_call_remember(struct channel_call *call, const struct onsale_error *refusal);

/** Ends a call with an error, which gets the call's attempts. As in caller.h: no lock may be held,
 * and the call then is to be forgotten and freed. */
void channel_call_refuse(struct channel_call *call, struct onsale_error *error);

/** Frees a call without answering its caller. */
void channel_call_free(struct channel_call *call);

/** Calls in the order they came. A zeroed one is empty. */
struct channel_call_list {
    struct channel_call *first;
    struct channel_call *last;
    size_t count;
};

void channel_call_list_push(struct channel_call_list *list, struct channel_call *call);

/** @return NULL if the list is empty. */
struct channel_call *channel_call_list_pop(struct channel_call_list *list);

/** Frees all calls of a list. */
void channel_call_list_free(struct channel_call_list *list);

#endif
