/* reaper_probe.h -- Asks nng again and again to free a connection, to see whether it still does.
 *
 * All closed connections of a process are freed by one thread of nng. Should it wait for something
 * that never happens, nothing else shows it for a long time: peers that go are not noticed. So the
 * probe has a connection of its own, inside the process, which it closes when it is asked to; nng
 * makes the next one. */
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
