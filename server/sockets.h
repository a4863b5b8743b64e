/* sockets.h -- The server's listeners: one for calls, one for long polls, one for administration.
 */
#ifndef SERVER_SOCKETS_H
#define SERVER_SOCKETS_H

#include <pthread.h>
#include <stddef.h>

#include "base/time.h"
#include "rpc/listener.h"
#include "server/options.h"

enum { SOCKETS_MAX = 3 };

/* The owner's thread changes it; a listener that serves may ask for the connections before the
 * next one is open. */
struct sockets {
    pthread_mutex_t lock; /* of the two below, for all but reads of the owner */
    size_t count;
    struct listener *listeners[SOCKETS_MAX];
};

/** How many frames of large reads may be executed at once, so that small calls find one of nng's
 * threads, and a core if there is another. */
size_t sockets_large_reads_max(void);

/** Nothing is open yet. sockets_connections can be asked from now on. */
void sockets_init(struct sockets *sockets);

/** Makes the folders and listens on every URL; logs each, or what went wrong.
 * @param memory  Pays for requests and replies; must outlive the sockets.
 * @return STATUS_OK; else nothing is open. */
enum status sockets_open(const struct options *options, struct rpc_dispatcher *dispatcher,
                         struct memory_budget *memory, unix_ms now_ms, struct sockets *sockets);

/** Changes the limits of connections and their idle time to what the options say now. */
void sockets_set_limits(struct sockets *sockets, const struct options *options);

/** Stops listening and closes the connections. */
void sockets_close(struct sockets *sockets);

/** Nothing may be open. */
void sockets_deinit(struct sockets *sockets);

/** Closes connections that are idle or half-sent for too long, or do not read their replies. Call
 * it every 100 ms or so. */
void sockets_look(struct sockets *sockets, unix_ms now_ms);

/** The same, and sees whether connections that were closed are freed. */
void sockets_reap(struct sockets *sockets, unix_ms now_ms);

/** The connections of all sockets now, including the one that a call came on. Safe from
 * any thread. */
struct listener_connections sockets_connections(struct sockets *sockets);

#endif
