/* core.h -- What a channel consists of, and which lock guards what.
 *
 * Files call downwards only: channel.c (the API) -> tick.c (the timer) -> endpoint.c -> slot.c,
 * expiry.c -> leader.c, answer.c -> route.c -> silence.c, reach.c -> connection.c -> core.c. Slots
 * and connections report to their endpoint by callbacks.
 *
 * An endpoint is one of a server's sockets and what goes there. It has slots: nng contexts with
 * one frame in flight each, some on every connection. A call waits in an endpoint until a slot
 * takes it; after a failed attempt it backs off before it waits again, there or in the endpoint of
 * the same kind of another server: route.h says which.
 *
 * The main socket has two endpoints, one for reads: a frame is answered when its last call is, and
 * a write when it is on disk, so in a frame with writes every read would wait for the disk.
 *
 * One mutex guards the lists, the states and the counts. Nobody holds it while packing, sending,
 * unpacking or calling user code: a slot that is PACKING or ANSWERING owns its calls. Calls
 * are answered on nng's threads; every other end of a call is on the timer's thread. */
#ifndef RPC_CHANNEL_CORE_H
#define RPC_CHANNEL_CORE_H

#include <nng/nng.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/status.h"
#include "rpc/channel.h"
#include "rpc/channel/budget.h"
#include "rpc/channel/call.h"
#include "rpc/channel/call_ids.h"
#include "rpc/channel/timer.h"

/** Endpoints beside those of enum onsale_endpoint. */
enum { CHANNEL_ENDPOINT_READS = ONSALE_ENDPOINT_ADMIN + 1, CHANNEL_ENDPOINTS };

/** Servers: those that the options name, and others that they told of. */
enum { CHANNEL_SERVERS_GIVEN_MAX = 8, CHANNEL_SERVERS_MAX = 12 };

struct channel_connection;
struct channel_slot;

/** A connection came up or went down; the mutex is free. On nng's threads. */
typedef void channel_connection_changed(struct channel_connection *connection, int pipe_id,
                                        bool is_up);

/** A slot is free again; the mutex is free, too. On nng's threads. */
typedef void channel_slot_freed(struct channel_slot *slot);

/** One nng socket, which is connected or tries to be. The second part is under the mutex. */
struct channel_connection {
    struct channel_endpoint *endpoint;
    channel_connection_changed *changed;
    nng_socket socket;
    nng_dialer dialer; /* once started the timer's */

    bool started;              /* it connects, again and again */
    int pipe_id;               /* nng's id of it; 0: not connected */
    int64_t connects_since_ms; /* while it is started and not connected; dialed anew counts */
    int64_t down_since_ms;     /* likewise; dialed anew does not count */
};

enum channel_slot_state {
    CHANNEL_SLOT_FREE,
    CHANNEL_SLOT_PACKING,   /* a thread packs its calls */
    CHANNEL_SLOT_IN_FLIGHT, /* the timer may take calls out of it */
    CHANNEL_SLOT_ANSWERING, /* an nng thread ends its calls */
};

/** One nng context: one frame in flight. */
struct channel_slot {
    struct channel_endpoint *endpoint;
    struct channel_connection *connection;
    channel_slot_freed *freed;
    nng_ctx ctx;
    nng_aio *aio;
    bool sending;        /* what the aio does: send or receive */
    int64_t gives_up_ms; /* when the aio stops waiting */
    struct channel_wish wish;
    struct arena arena; /* of the reply */

    enum channel_slot_state state; /* under the mutex */
    int64_t earliest_ms;           /* first deadline of the frame; under the mutex */
    int64_t silent_at_ms;          /* without a reply by then the server is; under the mutex */
    int64_t take_back_ms;          /* if its connection is down: not before; under the mutex */
    size_t calls_count;
    struct channel_call *calls[]; /* of the frame; NULL: ended before the reply */
};

/** Why the server of an endpoint can't be reached: see reach.h. All but the dialer and its aio,
 * which are the timer's, is under the mutex. */
struct channel_reach {
    enum status why;    /* STATUS_OK: it can be reached, or nothing is known */
    int64_t look_at_ms; /* `why` holds until then; the next look is not earlier */
    bool looking;       /* over tcp: its answer comes on a thread of nng */
    size_t hangups;     /* connections in a row that ended without a reply */
    nng_stream_dialer *dialer;
    nng_aio *aio;
};

/** What endpoints of a kind are like. */
struct channel_endpoint_options {
    const char *option_name; /* of the url: "watch_url" */
    size_t frame_bytes_max;
    size_t calls_per_frame;
    size_t slots_ready; /* used for any call; the others while a full frame waits */
    size_t slots_max;
    size_t slots_per_connection;
    bool may_be_slow; /* its answers may take any time */
};

/** Calls of one kind to one of a server's sockets. The first part does not change. */
struct channel_endpoint {
    struct onsale_channel *channel;
    size_t server; /* 0.. */
    size_t kind;   /* one of enum onsale_endpoint, or CHANNEL_ENDPOINT_READS */
    char *url;     /* NULL: no slots, no calls */
    struct channel_endpoint_options options;

    struct channel_call_list waiting;     /* for a slot */
    struct channel_call_list backing_off; /* until backoff_until_ms; also calls refused unsent */
    struct channel_slot **slots;          /* slots_max */
    size_t slots_count;
    size_t slots_busy;
    struct channel_connection **connections; /* slots_max */
    size_t connections_count;
    struct channel_reach reach; /* why it can't be reached */
    uint32_t refusals;          /* frames in a row whose server was unavailable */
    enum status refused_with;   /* the last of them */
    int64_t backoff_until_ms;   /* after a refusal: no frame is sent before; 0: at any time */
};

/** Which server calls go to: see route.h. */
struct channel_route {
    bool is_nearest;       /* reads go to any server */
    size_t leader;         /* which server that seems to be */
    uint64_t leader_epoch; /* the greatest that a server named one with */
    size_t next;           /* for reads by turns */
};

/** channel_endpoint_open, for files below it. */
typedef enum status channel_endpoint_opener(struct channel_endpoint *endpoint, char *url);

struct onsale_channel {
    uint32_t timeout_ms;
    uint32_t attempts_max; /* 0: no limit */
    uint32_t attempt_timeout_ms;
    bool fail_fast;
    bool korean;
    char *urls[CHANNEL_ENDPOINTS]; /* as they were given, for messages; NULL: none */
    struct channel_endpoint_options kinds[CHANNEL_ENDPOINTS];
    struct channel_timer timer;
    _Atomic uint64_t seen_epoch; /* the greatest of all replies */
    _Atomic uint64_t seen_index; /* likewise */

    pthread_mutex_t mutex;
    pthread_cond_t changed; /* while closing: calls ended, senders left, a connection is up */
    bool closing;
    size_t holds; /* of onsale_channel_hold: while there are any, frames wait until they are full */
    struct channel_budget budget; /* of attempts to give up */
    size_t calls_live;            /* until their callbacks have returned */
    struct channel_call_ids ids;  /* of those that can be cancelled */
    size_t cancelled;             /* of calls_live */
    size_t senders;               /* threads in channel_slot_send */
    struct channel_route route;
    channel_endpoint_opener *open_endpoint;
    atomic_size_t servers_count; /* grows under the mutex */
    struct channel_endpoint endpoints[CHANNEL_SERVERS_MAX * CHANNEL_ENDPOINTS];
};

/** The kind of endpoint that a method is called on.
 * @param method  NULL: of calls that are refused for want of one. */
size_t channel_kind_of(const struct onsale_method *method);

/** A server's endpoint of a kind. */
struct channel_endpoint *channel_endpoint_of(struct onsale_channel *channel, size_t server,
                                             size_t kind);

/** Makes a server's endpoint without slots: calls may wait in it. */
void channel_endpoint_init(struct onsale_channel *channel, size_t server, size_t kind);

/** All endpoints are channel->endpoints[0..this-1]. They never become fewer. */
size_t channel_endpoints_count(const struct onsale_channel *channel);

/** Whether one of its connections is up. Under the mutex. */
bool channel_endpoint_is_connected(const struct channel_endpoint *endpoint);

/** Keeps a call from being sent until its backoff_until_ms. Under the mutex. */
void channel_endpoint_back_off(struct channel_endpoint *endpoint, struct channel_call *call);

/** Forgets calls that have ended, after their callbacks have returned: nobody can cancel them any
 * more, and they may be freed. Under the mutex. */
void channel_calls_forget(struct onsale_channel *channel, const struct channel_call_list *ended);

/** Under the mutex: one thread less in channel_slot_send. */
void channel_sender_left(struct onsale_channel *channel);

#endif
