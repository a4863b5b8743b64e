#include "tests/lib/memory_transport.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"

static uint8_t *reply_alloc(void *argument, size_t size)
{
    struct memory_exchange *exchange = argument;
    REQUIRE(exchange->reply == NULL);
    exchange->reply = exchange->memory_is_short ? NULL : malloc(size);
    exchange->reply_size = exchange->reply == NULL ? 0 : size;
    return exchange->reply;
}

static void reply_send(void *argument)
{
    struct memory_exchange *exchange = argument;
    atomic_fetch_add(&exchange->answers, 1);
}

static void go_on_later(void *argument, struct rpc_call *first)
{
    struct memory_exchange *exchange = argument;
    REQUIRE(exchange->left == NULL);
    exchange->left = first;
}

const struct rpc_transport memory_transport = {
    .reply_alloc = reply_alloc,
    .reply_send = reply_send,
    .go_on_later = go_on_later,
};

void memory_exchange_init(struct memory_exchange *exchange, const uint8_t *request, size_t size)
{
    *exchange = (struct memory_exchange){.request_size = size};
    exchange->request = malloc(size == 0 ? 1 : size);
    REQUIRE(exchange->request != NULL);
    if (size > 0) memcpy(exchange->request, request, size);
}

void memory_exchange_deinit(struct memory_exchange *exchange)
{
    if (exchange->peer != NULL) memory_share_give(&exchange->peer->memory, exchange->reply_size);
    free(exchange->request);
    free(exchange->reply);
    *exchange = (struct memory_exchange){0};
}

void memory_exchange_dispatch(struct memory_exchange *exchange, struct rpc_dispatcher *dispatcher,
                              enum rpc_socket socket)
{
    rpc_dispatch(dispatcher, socket, exchange->peer, exchange->arrival, exchange->request,
                 exchange->request_size, exchange);
}

void memory_exchange_go_on(struct memory_exchange *exchange)
{
    struct rpc_call *left = exchange->left;
    exchange->left = NULL;
    rpc_dispatch_go_on(left);
}

Onsale__Rpc__V1__ReplyFrame *memory_exchange_reply(const struct memory_exchange *exchange)
{
    if (atomic_load(&exchange->answers) == 0 || exchange->reply == NULL) return NULL;
    return onsale__rpc__v1__reply_frame__unpack(NULL, exchange->reply_size, exchange->reply);
}
