/* exchanges.h -- The requests and replies of one socket: a fixed number of nng contexts, each of
 * which receives a frame, has it dispatched, sends the reply, and begins again.
 *
 * Invariant: RECEIVERS_MAX of them receive, or none is idle. Hence no frame waits unseen in nng
 * while a context is free. */
#ifndef RPC_LISTEN_EXCHANGES_H
#define RPC_LISTEN_EXCHANGES_H

#include <nng/nng.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/status.h"
#include "base/time.h"
#include "rpc/dispatch.h"
#include "rpc/listen/connections.h"

/* nng gives a frame to the context that has been receiving for longest, the coldest. So few receive
 * that they stay in the cache, yet more than nng has threads to call back on, which are 16 at most;
 * the others lie on a stack, the hottest on top. */
enum { RECEIVERS_MAX = 32 };

struct exchange;

struct exchanges {
    enum rpc_socket kind;
    struct rpc_dispatcher *dispatcher;
    struct connections *connections;
    _Atomic unix_ms now_ms; /* as last told by the owner */
    struct exchange *all;
    size_t count;
    pthread_mutex_t lock;  /* of the four below */
    struct exchange *idle; /* stack of those that do nothing */
    size_t receiving;      /* until the callback has counted the frame */
    size_t under_way;      /* two a frame: until its reply has left, and its sender too */
    bool stopping;
    pthread_cond_t calm; /* none is under way */
};

/** @param dispatcher,connections  Must outlive the exchanges. */
void exchanges_init(struct exchanges *exchanges, enum rpc_socket kind,
                    struct rpc_dispatcher *dispatcher, struct connections *connections,
                    unix_ms now_ms);

/** Opens the contexts. Once.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status exchanges_open(struct exchanges *exchanges, nng_socket socket, size_t count);

/** Receives from now on. Once. */
void exchanges_start(struct exchanges *exchanges);

/** Waits until every frame under way is answered, takes no more, and closes the contexts. No
 * callback runs after it. */
void exchanges_stop(struct exchanges *exchanges);

/** Frees what is left. The exchanges must be stopped, and the socket closed. */
void exchanges_deinit(struct exchanges *exchanges);

#endif
