#include "rpc/listen/exchanges.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "rpc/listener.h"

enum exchange_state { EXCHANGE_RECEIVING, EXCHANGE_DISPATCHED, EXCHANGE_SENDING };

/* One nng context. A receive is begun only when the send before it has completed: nng 1.5 crashes
 * otherwise. Whoever begins an operation leaves the exchange to the callback. */
struct exchange {
    struct exchanges *owner;
    nng_ctx context;
    nng_aio *aio;
    enum exchange_state state;
    nng_pipe pipe;    /* where the request came from */
    nng_msg *request; /* while DISPATCHED */
    nng_msg *reply;   /* likewise */
};

static void receive(struct exchange *exchange)
{
    exchange->state = EXCHANGE_RECEIVING;
    nng_aio_set_timeout(exchange->aio, NNG_DURATION_INFINITE);
    nng_ctx_recv(exchange->context, exchange->aio);
}

/* Counts one more frame. @return false if the exchanges stop: the frame then is not taken. */
static bool enter(struct exchanges *exchanges)
{
    pthread_mutex_lock(&exchanges->lock);
    bool taken = !exchanges->stopping;
    exchanges->under_way += taken;
    pthread_mutex_unlock(&exchanges->lock);
    return taken;
}

/* Counts the thread that is about to send a reply: it must be out of nng before a context is
 * closed, or nng 1.5 uses the context after it has freed it. */
static void enter_sending(struct exchanges *exchanges)
{
    pthread_mutex_lock(&exchanges->lock);
    exchanges->under_way++;
    pthread_mutex_unlock(&exchanges->lock);
}

/* @return false if the exchanges stop: no frame is to be received any more. */
static bool leave(struct exchanges *exchanges)
{
    pthread_mutex_lock(&exchanges->lock);
    exchanges->under_way--;
    bool go_on = !exchanges->stopping;
    if (exchanges->under_way == 0) pthread_cond_broadcast(&exchanges->calm);
    pthread_mutex_unlock(&exchanges->lock);
    return go_on;
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

static void received(struct exchange *exchange)
{
    if (nng_aio_result(exchange->aio) != 0) return; /* the exchanges stop */
    nng_msg *request = nng_aio_get_msg(exchange->aio);
    nng_aio_set_msg(exchange->aio, NULL);
    if (enter(exchange->owner))
        dispatch(exchange, request);
    else
        nng_msg_free(request);
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
    if (leave(owner)) receive(exchange);
}

static void completed(void *argument)
{
    struct exchange *exchange = argument;
    REQUIRE(exchange->state != EXCHANGE_DISPATCHED);
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

static void reply_send(void *argument)
{
    struct exchange *exchange = argument;
    struct exchanges *owner = exchange->owner;
    REQUIRE(exchange->state == EXCHANGE_DISPATCHED);
    nng_msg_free(exchange->request);
    enter_sending(owner);
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

void exchanges_start(struct exchanges *exchanges)
{
    for (size_t i = 0; i < exchanges->count; i++)
        receive(&exchanges->all[i]);
}

void exchanges_refuse(struct exchanges *exchanges)
{
    pthread_mutex_lock(&exchanges->lock);
    exchanges->stopping = true;
    pthread_mutex_unlock(&exchanges->lock);
}

bool exchanges_are_calm(struct exchanges *exchanges)
{
    pthread_mutex_lock(&exchanges->lock);
    bool calm = exchanges->under_way == 0;
    pthread_mutex_unlock(&exchanges->lock);
    return calm;
}

void exchanges_stop(struct exchanges *exchanges)
{
    exchanges_refuse(exchanges);
    pthread_mutex_lock(&exchanges->lock);
    while (exchanges->under_way > 0)
        pthread_cond_wait(&exchanges->calm, &exchanges->lock);
    pthread_mutex_unlock(&exchanges->lock);
    /* What is left to callbacks now is receives, which this cancels. */
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
