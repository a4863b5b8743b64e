/* exchanges.h -- The requests and replies of one socket: nng contexts, each of which receives a
 * frame, dispatches it, sends the reply, and starts over. Contexts are opened as nearly all of them
 * become busy. */
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

struct exchange_group;

struct exchanges {
    enum rpc_socket kind;
    struct rpc_dispatcher *dispatcher;
    struct connections *connections;
    _Atomic unix_ms now_ms; /* the owner's last time */
    nng_socket socket;
    pthread_rwlock_t sends;  /* held to send a reply; held alone to close a connection */
    atomic_size_t under_way; /* frames whose reply has not left */
    atomic_bool stopping;
    size_t count_max;
    atomic_size_t count;           /* of contexts. This and the groups: of who is growing */
    struct exchange_group *groups; /* all contexts */
    atomic_bool is_growing;
    pthread_mutex_t lock; /* for the wait until */
    pthread_cond_t calm;  /* none is under way, when they stop */
};

/** @param dispatcher,connections  Must outlive the exchanges. */
void exchanges_init(struct exchanges *exchanges, enum rpc_socket kind,
                    struct rpc_dispatcher *dispatcher, struct connections *connections,
                    unix_ms now_ms);

/** Opens the first contexts. Once.
 * @param count_max  Most contexts there are to be: frames served at once.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status exchanges_open(struct exchanges *exchanges, nng_socket socket, size_t count_max);

/** Receives from now on. Once. */
void exchanges_start(struct exchanges *exchanges);

/** Closes a connection that had frames: never while a reply is given to it, since nng, 1.5
 * and 1.10, loses a reply that comes just then. Safe from any thread but one that sends. */
void exchanges_close_pipe(struct exchanges *exchanges, nng_pipe pipe);

/** Takes no frame from now on. */
void exchanges_refuse(struct exchanges *exchanges);

/** Whether every frame is answered and every reply was taken by nng. */
bool exchanges_are_calm(struct exchanges *exchanges);

/** Takes no more frames, waits until those under way are answered, and closes the contexts. No
 * callback runs after it. */
void exchanges_stop(struct exchanges *exchanges);

/** Frees what is left. The exchanges must be stopped, and the socket closed. */
void exchanges_deinit(struct exchanges *exchanges);

#endif
