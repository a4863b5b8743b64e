/* memory_transport.h -- Frames in and out of a dispatcher without sockets. */
#ifndef LIB_MEMORY_TRANSPORT_H
#define LIB_MEMORY_TRANSPORT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "onsale/rpc/v1/rpc.pb-c.h"
#include "rpc/dispatch.h"

/** One request frame and its reply. */
struct memory_exchange {
    uint8_t *request;
    size_t request_size;
    uint8_t *reply; /* NULL if there is none */
    size_t reply_size;
    struct rpc_peer *peer;      /* set by the test: who pays; NULL: nobody */
    struct rpc_arrival arrival; /* set by the test: how late it is */
    bool memory_is_short;       /* set by the test: there is no room for the reply */
    struct rpc_call *left;      /* to be gone on with by memory_exchange_go_on; NULL: none */
    atomic_uint answers;        /* how often it was answered, with or without a reply */
};

/** Its exchanges are memory_exchanges: pass it to rpc_dispatcher_open. */
extern const struct rpc_transport memory_transport;

/** @param request  Copied to a block of just its size, so that reading beyond it is noticed. */
void memory_exchange_init(struct memory_exchange *exchange, const uint8_t *request, size_t size);

void memory_exchange_deinit(struct memory_exchange *exchange);

/** Hands the request to the dispatcher. Once. */
void memory_exchange_dispatch(struct memory_exchange *exchange, struct rpc_dispatcher *dispatcher,
                              enum rpc_socket socket);

/** Goes on with the calls that were left to another thread. `left` is not NULL. */
void memory_exchange_go_on(struct memory_exchange *exchange);

/** @return The reply, of the caller; NULL if there is none yet or it is not a ReplyFrame. */
Onsale__Rpc__V1__ReplyFrame *memory_exchange_reply(const struct memory_exchange *exchange);

#endif
