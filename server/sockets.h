/* sockets.h -- The server's listeners: one for calls, one for long polls, one for administration.
 */
#ifndef SERVER_SOCKETS_H
#define SERVER_SOCKETS_H

#include <stddef.h>

#include "base/time.h"
#include "rpc/listener.h"
#include "server/options.h"

enum { SOCKETS_MAX = 3 };

struct sockets {
    size_t count;
    struct listener *listeners[SOCKETS_MAX];
};

/** Makes the folders and listens on every URL; logs each, or what went wrong.
 * @return STATUS_OK; else nothing is open. */
enum status sockets_open(const struct options *options, struct rpc_dispatcher *dispatcher,
                         unix_ms now_ms, struct sockets *ret_sockets);

/** Stops listening and closes the connections. */
void sockets_close(struct sockets *sockets);

/** Closes connections that are idle or half-sent for too long. */
void sockets_reap(struct sockets *sockets, unix_ms now_ms);

/** What is known of the connections now, of all sockets. */
struct listener_connections sockets_connections(const struct sockets *sockets);

#endif
