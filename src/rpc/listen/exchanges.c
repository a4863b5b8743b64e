#include "rpc/listen/exchanges.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "rpc/listener.h"

enum exchange_state { EXCHANGE_IDLE, EXCHANGE_RECEIVING, EXCHANGE_DISPATCHED, EXCHANGE_SENDING };

/* One nng context. A receive is begun only when the send before it has completed: nng 1.5 crashes
 * otherwise. Whoever begins an operation leaves the exchange to the callback. */
struct exchange {
    struct exchanges *owner;
    nng_ctx context;
    nng_aio *aio;
    enum exchange_state state;
    nng_pipe pipe;          /* where the request came from */
    nng_msg *request;       /* while DISPATCHED */
    nng_msg *reply;         /* likewise */
    struct exchange *below; /* while IDLE */
};

/* The lock is held where idle_push, idle_pop and count_down are called. */

static void idle_push(struct exchanges *exchanges, struct exchange *exchange)
{
    exchange->state = EXCHANGE_IDLE;
    exchange->below = exchanges->idle;
    exchanges->idle = exchange;
}

/* @return NULL if none is idle. */
static struct exchange *idle_pop(struct exchanges *exchanges)
{
    struct exchange *exchange = exchanges->idle;
    if (exchange == NULL) return NULL;
    REQUIRE(exchange->state == EXCHANGE_IDLE);
    exchanges->idle = exchange->below;
    return exchange;
}

static void count_down(struct exchanges *exchanges)
{
    REQUIRE(exchanges->under_way > 0);
    exchanges->under_way--;
    if (exchanges->under_way == 0) pthread_cond_broadcast(&exchanges->calm);
}

/* Only for a thread that is counted as under way, so that exchanges_stop waits until it is out of
 * nng: a receive that is begun while its aio is stopped may call back after that. */
static void receive(struct exchange *exchange)
{
    exchange->state = EXCHANGE_RECEIVING;
    nng_aio_set_timeout(exchange->aio, NNG_DURATION_INFINITE);
    nng_ctx_recv(exchange->context, exchange->aio);
}

/* Counts a frame that came in, and picks the exchange that receives in place of its own.
 *
 * @param ret_next  Set if true is returned; NULL if no exchange is idle.
 * @return false if the exchanges stop: the frame then is not taken. */
static bool enter(struct exchanges *exchanges, struct exchange **ret_next)
{
    pthread_mutex_lock(&exchanges->lock);
    REQUIRE(exchanges->receiving > 0);
    bool taken = !exchanges->stopping;
    struct exchange *next = taken ? idle_pop(exchanges) : NULL;
    if (next == NULL) exchanges->receiving--;
    if (taken) exchanges->under_way += 2;
    pthread_mutex_unlock(&exchanges->lock);
    if (taken) *ret_next = next;
    return taken;
}

static void leave(struct exchanges *exchanges)
{
    pthread_mutex_lock(&exchanges->lock);
    count_down(exchanges);
    pthread_mutex_unlock(&exchanges->lock);
}

/* Decides what becomes of an exchange whose reply has left.
 *
 * @return true if it is to receive, and to leave then; false if it is idle: another thread may
 * have it receive at once. */
static bool goes_on(struct exchange *exchange)
{
    struct exchanges *owner = exchange->owner;
    pthread_mutex_lock(&owner->lock);
    bool receives = !owner->stopping && owner->receiving < RECEIVERS_MAX;
    if (receives) {
        owner->receiving++;
    } else {
        idle_push(owner, exchange);
        count_down(owner);
    }
    pthread_mutex_unlock(&owner->lock);
    return receives;
}

static void dispatch(struct exchange *exchange, nng_msg *request)
{
    struct exchanges *owner = exchange->owner;
    exchange->state = EXCHANGE_DISPATCHED;
    exchange->request = request;
    exchange->reply = NULL;
    exchange->pipe = nng_msg_get_pipe(request);
    if (connections_frame_begin(owner->connections, exchange->pipe, owner->now_ms))
        rpc_dispatch(owner->dispatcher, owner->kind, nng_msg_body(request), nng_msg_len(request),
                     exchange);
    else
        rpc_dispatch_refuse(owner->dispatcher, STATUS_CONNECTION_BUSY, exchange);
}

/* Another exchange receives before the frame is dispatched, for that may take long and the next
 * frame would wait unseen. */
static void received(struct exchange *exchange)
{
    if (nng_aio_result(exchange->aio) != 0) return; /* the exchanges stop */
    nng_msg *request = nng_aio_get_msg(exchange->aio);
    nng_aio_set_msg(exchange->aio, NULL);
    struct exchange *next;
    if (!enter(exchange->owner, &next)) {
        nng_msg_free(request);
        return;
    }
    if (next != NULL) receive(next);
    dispatch(exchange, request);
}

/* A peer that does not read its replies loses its connection, so that it can't keep contexts. */
static void free_unsent(struct exchange *exchange, int why)
{
    nng_msg *reply = nng_aio_get_msg(exchange->aio);
    nng_aio_set_msg(exchange->aio, NULL);
    nng_msg_free(reply);
    if (why == NNG_ETIMEDOUT) nng_pipe_close(exchange->pipe);
}

static void sent(struct exchange *exchange)
{
    struct exchanges *owner = exchange->owner;
    int rc = nng_aio_result(exchange->aio);
    if (rc != 0) free_unsent(exchange, rc);
    connections_frame_end(owner->connections, exchange->pipe, owner->now_ms);
    if (!goes_on(exchange)) return;
    receive(exchange);
    leave(owner);
}

static void completed(void *argument)
{
    struct exchange *exchange = argument;
    REQUIRE(exchange->state == EXCHANGE_RECEIVING || exchange->state == EXCHANGE_SENDING);
    if (exchange->state == EXCHANGE_RECEIVING)
        received(exchange);
    else
        sent(exchange);
}

static uint8_t *reply_alloc(void *argument, size_t size)
{
    struct exchange *exchange = argument;
    REQUIRE(exchange->state == EXCHANGE_DISPATCHED);
    return nng_msg_alloc(&exchange->reply, size) == 0 ? nng_msg_body(exchange->reply) : NULL;
}

static void begin_sending(struct exchange *exchange)
{
    exchange->state = EXCHANGE_SENDING;
    if (exchange->reply == NULL) {
        /* Nothing to send: the next receive is begun on a thread of nng even so. */
        nng_aio_set_timeout(exchange->aio, NNG_DURATION_INFINITE);
        nng_sleep_aio(1, exchange->aio);
        return;
    }
    nng_aio_set_timeout(exchange->aio, REPLY_SEND_MS_MAX);
    nng_aio_set_msg(exchange->aio, exchange->reply);
    nng_ctx_send(exchange->context, exchange->aio);
}

/* The thread leaves at the end, when the exchange may be at work again: it must be out of nng
 * before a context is closed, or nng 1.5 uses the context after it has freed it. */
static void reply_send(void *argument)
{
    struct exchange *exchange = argument;
    struct exchanges *owner = exchange->owner;
    REQUIRE(exchange->state == EXCHANGE_DISPATCHED);
    nng_msg_free(exchange->request);
    begin_sending(exchange);
    leave(owner);
}

const struct rpc_transport listener_transport = {
    .reply_alloc = reply_alloc,
    .reply_send = reply_send,
};

void exchanges_init(struct exchanges *exchanges, enum rpc_socket kind,
                    struct rpc_dispatcher *dispatcher, struct connections *connections,
                    unix_ms now_ms)
{
    *exchanges = (struct exchanges){.kind = kind,
                                    .dispatcher = dispatcher,
                                    .connections = connections,
                                    .now_ms = now_ms,
                                    .lock = PTHREAD_MUTEX_INITIALIZER,
                                    .calm = PTHREAD_COND_INITIALIZER};
}

enum status exchanges_open(struct exchanges *exchanges, nng_socket socket, size_t count)
{
    exchanges->all = calloc(count, sizeof *exchanges->all);
    if (exchanges->all == NULL) return STATUS_OUT_OF_MEMORY;
    exchanges->count = count;
    for (size_t i = 0; i < count; i++) {
        struct exchange *exchange = &exchanges->all[i];
        exchange->owner = exchanges;
        if (nng_ctx_open(&exchange->context, socket) != 0 ||
            nng_aio_alloc(&exchange->aio, completed, exchange) != 0)
            return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

/* From the first receive on, callbacks take from the stack. The thread need not be counted as under
 * way nor hold the lock before that: it is the one that will stop them. */
void exchanges_start(struct exchanges *exchanges)
{
    size_t receiving = exchanges->count < RECEIVERS_MAX ? exchanges->count : RECEIVERS_MAX;
    exchanges->receiving = receiving;
    for (size_t i = exchanges->count; i > receiving; i--)
        idle_push(exchanges, &exchanges->all[i - 1]);
    for (size_t i = 0; i < receiving; i++)
        receive(&exchanges->all[i]);
}

void exchanges_stop(struct exchanges *exchanges)
{
    pthread_mutex_lock(&exchanges->lock);
    exchanges->stopping = true;
    while (exchanges->under_way > 0)
        pthread_cond_wait(&exchanges->calm, &exchanges->lock);
    pthread_mutex_unlock(&exchanges->lock);
    /* What is left to callbacks now is receives, which this cancels; none is being begun. */
    for (size_t i = 0; i < exchanges->count; i++)
        nng_aio_stop(exchanges->all[i].aio);
    for (size_t i = 0; i < exchanges->count; i++)
        nng_ctx_close(exchanges->all[i].context);
}

void exchanges_deinit(struct exchanges *exchanges)
{
    for (size_t i = 0; i < exchanges->count; i++)
        nng_aio_free(exchanges->all[i].aio);
    free(exchanges->all);
    pthread_cond_destroy(&exchanges->calm);
    pthread_mutex_destroy(&exchanges->lock);
}
