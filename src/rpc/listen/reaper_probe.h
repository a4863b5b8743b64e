/* reaper_probe.h -- Checks whether nng still frees closed connections, by having it free one of
 * ours again and again.
 *
 * One thread of nng frees all closed connections of a process. Should it block forever, nothing
 * else shows that for a long time: closed connections go unnoticed. So the probe holds a connection
 * inside the process and closes it when asked to; nng then makes the next one. */
#ifndef RPC_LISTEN_REAPER_PROBE_H
#define RPC_LISTEN_REAPER_PROBE_H

#include <nng/nng.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "rpc/listener.h"

struct reaper_probe {
    nng_socket listening;
    nng_socket dialing;
    pthread_mutex_t lock; /* of what follows */
    nng_pipe pipe;        /* the connection, at its dialing end */
    bool is_up;           /* there is one, and nobody closed it */
    bool is_closing;      /* it was closed and is not freed */
    uint64_t freed;
};

/** Zeroed, it need not be opened to be closed.
 * @return STATUS_OK; STATUS_OUT_OF_MEMORY. */
enum status reaper_probe_open(struct reaper_probe *probe);

void reaper_probe_close(struct reaper_probe *probe);

/** Closes the connection, if there is one. Safe from any thread. */
void reaper_probe_ask(struct reaper_probe *probe);

/** Adds what is probing and what was freed. Safe from any thread. */
void reaper_probe_count(struct reaper_probe *probe, struct listener_connections *counts);

#endif
