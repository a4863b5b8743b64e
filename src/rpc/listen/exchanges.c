#include "rpc/listen/exchanges.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "rpc/listen/arrivals.h"
#include "rpc/listener.h"

enum exchange_state {
    EXCHANGE_RECEIVING,
    EXCHANGE_DISPATCHED,
    EXCHANGE_LEFT, /* its frame is to be gone on with */
    EXCHANGE_SENDING
};

/* One nng context. A receive is begun only when the send before it has completed: nng 1.5 crashes
 * otherwise. A thread that begins an operation leaves the exchange to its callback. */
struct exchange {
    struct exchanges *owner;
    nng_ctx context;
    nng_aio *aio;
    enum exchange_state state;
    struct connection *connection; /* where the request came from; after RECEIVING */
    nng_msg *request;              /* while DISPATCHED or LEFT */
    nng_msg *reply;                /* likewise */
    size_t reply_bytes;            /* that the connection's share paid for the reply */
    struct rpc_call *left;         /* while LEFT: to go on with */
};

/* Contexts are opened many at a time, and closed with the socket only. */
enum { GROUP_SIZE = 256, GROW_BELOW = 64 };

struct exchange_group {
    struct exchange_group *next;
    size_t count;
    struct exchange all[];
};

static void receive(struct exchange *exchange)
{
    exchange->state = EXCHANGE_RECEIVING;
    nng_aio_set_timeout(exchange->aio, NNG_DURATION_INFINITE);
    nng_ctx_recv(exchange->context, exchange->aio);
}

/* Ends a frame, on the thread of its callback: so what it uses is there until that has returned.
 * @return false if the exchanges stop: no frame is to be received any more. */
static bool leave(struct exchanges *exchanges)
{
    bool was_last = atomic_fetch_sub(&exchanges->under_way, 1) == 1;
    if (!atomic_load(&exchanges->stopping)) return true;
    if (was_last) {
        pthread_mutex_lock(&exchanges->lock);
        pthread_cond_broadcast(&exchanges->calm);
        pthread_mutex_unlock(&exchanges->lock);
    }
    return false;
}

/* Counts one more frame, before it looks whether they stop: who stops them and then sees no frame
 * has seen them all.
 * @return false if the exchanges stop: the frame then is not taken. */
static bool enter(struct exchanges *exchanges)
{
    atomic_fetch_add(&exchanges->under_way, 1);
    if (!atomic_load(&exchanges->stopping)) return true;
    leave(exchanges);
    return false;
}

/* @return Whether the caller is to open more contexts before its frame ends. */
static bool needs_more(struct exchanges *exchanges)
{
    size_t count = atomic_load(&exchanges->count);
    return count < exchanges->count_max &&
           atomic_load(&exchanges->under_way) + GROW_BELOW > count &&
           !atomic_exchange(&exchanges->is_growing, true);
}

/* --- Contexts --------------------------------------------------------------------------------- */

static void completed(void *argument);

static void group_free(struct exchange_group *group)
{
    for (size_t i = 0; i < group->count; i++)
        nng_aio_free(group->all[i].aio);
    free(group);
}

static bool exchange_open(struct exchange *exchange, struct exchanges *owner)
{
    exchange->owner = owner;
    if (nng_aio_alloc(&exchange->aio, completed, exchange) != 0) return false;
    if (nng_ctx_open(&exchange->context, owner->socket) == 0) return true;
    nng_aio_free(exchange->aio);
    return false;
}

/* @return As many contexts as there is memory for, at most a group; NULL if for none. */
static struct exchange_group *group_open(struct exchanges *exchanges)
{
    size_t count = exchanges->count_max - exchanges->count;
    if (count > GROUP_SIZE) count = GROUP_SIZE;
    struct exchange_group *group = calloc(1, sizeof *group + count * sizeof group->all[0]);
    if (group == NULL) return NULL;
    while (group->count < count && exchange_open(&group->all[group->count], exchanges))
        group->count++;
    if (group->count > 0) return group;
    free(group);
    return NULL;
}

static void group_receive(struct exchange_group *group)
{
    for (size_t i = 0; i < group->count; i++)
        receive(&group->all[i]);
}

/* The frame that is under way keeps the exchanges from being stopped meanwhile. */
static void add_group(struct exchanges *exchanges)
{
    struct exchange_group *group = group_open(exchanges);
    if (group != NULL) {
        group->next = exchanges->groups;
        exchanges->groups = group;
        atomic_fetch_add(&exchanges->count, group->count);
    }
    atomic_store(&exchanges->is_growing, false);
    if (group != NULL) group_receive(group);
}

/* --- Frames ----------------------------------------------------------------------------------- */

/* With `sends` held. */
static void give_to_nng(struct exchange *exchange)
{
    if (exchange->reply == NULL) {
        /* Nothing to send: the next receive is begun on a thread of nng even so. */
        nng_sleep_aio(1, exchange->aio);
        return;
    }
    if (exchange->connection != NULL)
        connections_reply_begin(exchange->owner->connections, exchange->connection);
    nng_aio_set_msg(exchange->aio, exchange->reply);
    nng_ctx_send(exchange->context, exchange->aio);
}

/* The frame may be over, and another one begun, before nng comes back. */
static void begin_sending(struct exchange *exchange)
{
    struct exchanges *owner = exchange->owner;
    exchange->state = EXCHANGE_SENDING;
    nng_aio_set_timeout(exchange->aio, NNG_DURATION_INFINITE);
    pthread_rwlock_rdlock(&owner->sends);
    give_to_nng(exchange);
    pthread_rwlock_unlock(&owner->sends);
}

void exchanges_close_pipe(struct exchanges *exchanges, nng_pipe pipe)
{
    pthread_rwlock_wrlock(&exchanges->sends);
    nng_pipe_close(pipe);
    pthread_rwlock_unlock(&exchanges->sends);
}

/* For a frame that nobody would read the answer of. */
static void finish_unanswered(struct exchange *exchange)
{
    nng_msg_free(exchange->request);
    begin_sending(exchange);
}

/* nng's rep takes the request's id from the begin of the body. */
enum { REQUEST_ID_BYTES = 4 };

/* A frame is read only if there is a context for it, also one that is to be refused: so a part of
 * them is never left to those that wait for the writer. */
static bool is_crowded(struct exchanges *exchanges)
{
    enum { FREE_PART = 5 };
    return atomic_load_explicit(&exchanges->under_way, memory_order_relaxed) >
           exchanges->count_max - exchanges->count_max / FREE_PART;
}

static struct rpc_arrival arrival_of(struct exchanges *exchanges, nng_msg *request)
{
    const uint8_t *body = nng_msg_body(request);
    struct arrivals_view view = arrivals_take(body - REQUEST_ID_BYTES);
    return (struct rpc_arrival){.now_ms = view.now_ms,
                                .came_ns = view.came_ns,
                                .waited_ms = view.waited_ms,
                                .is_crowded = is_crowded(exchanges)};
}

static void dispatch(struct exchange *exchange, nng_msg *request)
{
    struct exchanges *owner = exchange->owner;
    nng_pipe pipe = nng_msg_get_pipe(request);
    enum frame_verdict verdict =
        connections_frame_begin(owner->connections, pipe, owner->now_ms, &exchange->connection);
    exchange->state = EXCHANGE_DISPATCHED;
    exchange->request = request;
    exchange->reply = NULL;
    exchange->reply_bytes = 0;
    struct rpc_peer *peer = exchange->connection == NULL ? NULL : &exchange->connection->rpc;
    switch (verdict) {
    case FRAME_ADMITTED:
        rpc_dispatch(owner->dispatcher, owner->kind, peer, arrival_of(owner, request),
                     nng_msg_body(request), nng_msg_len(request), exchange);
        break;
    case FRAME_ONE_TOO_MANY:
        rpc_dispatch_refuse(owner->dispatcher, STATUS_CONNECTION_BUSY, peer, exchange);
        break;
    case FRAME_UNWELCOME:
        exchanges_close_pipe(owner, pipe);
        finish_unanswered(exchange);
        break;
    }
}

static void received(struct exchange *exchange)
{
    if (nng_aio_result(exchange->aio) != 0) return; /* the exchanges stop */
    nng_msg *request = nng_aio_get_msg(exchange->aio);
    nng_aio_set_msg(exchange->aio, NULL);
    if (!enter(exchange->owner)) {
        nng_msg_free(request);
        return;
    }
    if (needs_more(exchange->owner)) add_group(exchange->owner);
    dispatch(exchange, request);
}

/* A reply to a connection that is gone counts as sent. A peer that does not read its replies loses
 * its connection: connections_overdue. */
static void sent(struct exchange *exchange)
{
    struct exchanges *owner = exchange->owner;
    bool was_given = exchange->reply_bytes > 0;
    bool is_written = was_given && nng_aio_result(exchange->aio) == 0;
    if (was_given && !is_written) {
        nng_msg_free(nng_aio_get_msg(exchange->aio));
        nng_aio_set_msg(exchange->aio, NULL);
    }
    struct frame_end end = {was_given, is_written, exchange->reply_bytes};
    connections_frame_end(owner->connections, exchange->connection, end, owner->now_ms);
    if (leave(owner)) receive(exchange);
}

static void go_on(struct exchange *exchange)
{
    exchange->state = EXCHANGE_DISPATCHED;
    rpc_dispatch_go_on(exchange->left);
}

static void completed(void *argument)
{
    struct exchange *exchange = argument;
    REQUIRE(exchange->state != EXCHANGE_DISPATCHED);
    switch (exchange->state) {
    case EXCHANGE_RECEIVING:
        received(exchange);
        break;
    case EXCHANGE_LEFT:
        go_on(exchange);
        break;
    case EXCHANGE_SENDING:
        sent(exchange);
        break;
    case EXCHANGE_DISPATCHED:
        break;
    }
}

static uint8_t *reply_alloc(void *argument, size_t size)
{
    struct exchange *exchange = argument;
    REQUIRE(exchange->state == EXCHANGE_DISPATCHED);
    if (nng_msg_alloc(&exchange->reply, size) != 0) return NULL;
    exchange->reply_bytes = size;
    return nng_msg_body(exchange->reply);
}

static void reply_send(void *argument)
{
    struct exchange *exchange = argument;
    REQUIRE(exchange->state == EXCHANGE_DISPATCHED);
    nng_msg_free(exchange->request);
    begin_sending(exchange);
}

/* By a sleep, the shortest there is, since its end is told on a thread of nng. */
static void go_on_later(void *argument, struct rpc_call *first)
{
    struct exchange *exchange = argument;
    REQUIRE(exchange->state == EXCHANGE_DISPATCHED);
    exchange->state = EXCHANGE_LEFT;
    exchange->left = first;
    nng_aio_set_timeout(exchange->aio, NNG_DURATION_INFINITE);
    nng_sleep_aio(1, exchange->aio);
}

const struct rpc_transport listener_transport = {
    .reply_alloc = reply_alloc,
    .reply_send = reply_send,
    .go_on_later = go_on_later,
};

void exchanges_init(struct exchanges *exchanges, enum rpc_socket kind,
                    struct rpc_dispatcher *dispatcher, struct connections *connections,
                    unix_ms now_ms)
{
    *exchanges = (struct exchanges){.kind = kind,
                                    .dispatcher = dispatcher,
                                    .connections = connections,
                                    .now_ms = now_ms,
                                    .sends = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP,
                                    .lock = PTHREAD_MUTEX_INITIALIZER,
                                    .calm = PTHREAD_COND_INITIALIZER};
}

enum status exchanges_open(struct exchanges *exchanges, nng_socket socket, size_t count_max)
{
    exchanges->socket = socket;
    exchanges->count_max = count_max;
    exchanges->groups = group_open(exchanges);
    if (exchanges->groups == NULL) return STATUS_OUT_OF_MEMORY;
    exchanges->count = exchanges->groups->count;
    return STATUS_OK;
}

void exchanges_start(struct exchanges *exchanges)
{
    group_receive(exchanges->groups);
}

void exchanges_refuse(struct exchanges *exchanges)
{
    atomic_store(&exchanges->stopping, true);
}

bool exchanges_are_calm(struct exchanges *exchanges)
{
    return atomic_load(&exchanges->under_way) == 0;
}

void exchanges_stop(struct exchanges *exchanges)
{
    exchanges_refuse(exchanges);
    pthread_mutex_lock(&exchanges->lock);
    while (atomic_load(&exchanges->under_way) > 0)
        pthread_cond_wait(&exchanges->calm, &exchanges->lock);
    pthread_mutex_unlock(&exchanges->lock);
    /* Threads that sent a reply must be out of nng before its context is closed, or nng 1.5 uses
     * the context after it has freed it. */
    pthread_rwlock_wrlock(&exchanges->sends);
    pthread_rwlock_unlock(&exchanges->sends);
    /* What is left to callbacks now is receives, which this cancels. */
    for (struct exchange_group *group = exchanges->groups; group != NULL; group = group->next)
        for (size_t i = 0; i < group->count; i++)
            nng_aio_stop(group->all[i].aio);
    for (struct exchange_group *group = exchanges->groups; group != NULL; group = group->next)
        for (size_t i = 0; i < group->count; i++)
            nng_ctx_close(group->all[i].context);
}

void exchanges_deinit(struct exchanges *exchanges)
{
    while (exchanges->groups != NULL) {
        struct exchange_group *group = exchanges->groups;
        exchanges->groups = group->next;
        group_free(group);
    }
    pthread_cond_destroy(&exchanges->calm);
    pthread_rwlock_destroy(&exchanges->sends);
    pthread_mutex_destroy(&exchanges->lock);
}
