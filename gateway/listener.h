/* listener.h -- Addresses that are listened on, and the connections that have come there.
 *
 * Threads: the loop's. */
#ifndef GATEWAY_LISTENER_H
#define GATEWAY_LISTENER_H

#include "gateway/address.h"
#include "gateway/connection.h"

enum { LISTENER_URLS_MAX = 8 };

/** What all listeners of the gateway share. */
struct listener_limits {
    size_t connections_max;
    size_t connections_per_address_max;
    size_t connections; /* of all listeners now */
    struct address_counts *addresses;
    size_t refused; /* connections, since the log was told */
};

/** How the listener's connections are made. */
struct listener_options {
    struct loop *loop;
    struct sends *sends; /* NULL: each connection sends by itself */
    const struct handler *handlers;
    struct memory_budget *budget;
    struct listener_limits *limits;
    struct gate *gate;
    struct tls *tls; /* of "https://"; NULL: none is listened on */
};

struct listener;

/** @param options  Copied; what it points to outlives the listener. @return NULL: no memory. */
struct listener *listener_open(const struct listener_options *options);

/** Listens on one more address, LISTENER_URLS_MAX at most.
 * @param ret_url  Set on success: with the port that it has; URL_BYTES.
 * @return False with errno as of address_listen. */
bool listener_add(struct listener *listener, const char *url, char *ret_url);

/** Listens no longer, and lets the connections end when their requests are answered. */
void listener_drain(struct listener *listener);

/** Answers with SHUTTING_DOWN what is still open. */
void listener_refuse_all(struct listener *listener);

/** Looks what has taken too long: to be called once a second. */
void listener_tick(struct listener *listener, int64_t now_ms);

/** Connections that are open. */
size_t listener_connections(const struct listener *listener);

/** Closes everything; the loop's deferred tasks are run. NULL is fine. */
void listener_close(struct listener *listener);

#endif
