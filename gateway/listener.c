#include "gateway/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/require.h"
#include "gateway/tls.h"
#include "service/log.h"

enum { ACCEPTS_PER_ROUND = 64 };

struct listening {
    struct loop_watch watch; /* the first member */
    struct listener *listener;
    int fd;
    bool is_encrypted;
    bool is_resting; /* out of descriptors: until the next tick */
};

struct listener {
    struct listener_options options;
    struct connection_settings settings;
    struct listening places[LISTENER_URLS_MAX];
    size_t places_count;
    struct connection *connections;
    size_t connections_count;
    bool is_draining;
};

/* --- Connections -------------------------------------------------------------------------------
 */

static void connection_gone(struct connection *connection, void *context)
{
    struct listener *listener = context;
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        listener->connections = connection->next;
    if (connection->next != NULL) connection->next->previous = connection->previous;
    listener->connections_count--;
    listener->options.limits->connections--;
    address_counts_remove(listener->options.limits->addresses, connection->peer.address);
}

static bool is_welcome(struct listener_limits *limits, const char *address)
{
    if (limits->connections < limits->connections_max &&
        address_counts_add(limits->addresses, address, limits->connections_per_address_max))
        return true;
    limits->refused++;
    return false;
}

static void take_connection(struct listening *place, int fd, const struct sockaddr_storage *from)
{
    struct listener *listener = place->listener;
    const int on = 1;
    struct listener_limits *limits = listener->options.limits;
    struct peer peer = {.role = ROLE_PUBLIC, .is_encrypted = place->is_encrypted};
    address_write(from, peer.address);
    if (!is_welcome(limits, peer.address)) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct byte_stream *stream =
        place->is_encrypted ? tls_stream_open(listener->options.tls, fd) : plain_stream_open(fd);
    struct connection *connection =
        stream == NULL ? NULL : connection_open(&listener->settings, stream, &peer);
    if (connection == NULL) {
        address_counts_remove(limits->addresses, peer.address);
        return;
    }
    limits->connections++;
    listener->connections_count++;
    connection->next = listener->connections;
    if (connection->next != NULL) connection->next->previous = connection;
    listener->connections = connection;
}

/* --- Listening ---------------------------------------------------------------------------------
 */

/* Without descriptors, those who wait would be told of again and again. */
static void rest(struct listening *place)
{
    log_warning("connections wait: %s", strerror(errno));
    place->is_resting = true;
    loop_watch_remove(place->listener->options.loop, place->fd);
}

static void accept_some(struct loop_watch *watch, uint32_t events)
{
    struct listening *place = (struct listening *)watch;
    (void)events;
    for (int i = 0; i < ACCEPTS_PER_ROUND && !place->is_resting; i++) {
        struct sockaddr_storage from = {0};
        socklen_t size = sizeof from;
        int fd = accept4(place->fd, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            take_connection(place, fd, &from);
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            rest(place);
        } else if (errno == EAGAIN) {
            return;
        }
    }
}

struct listener *listener_open(const struct listener_options *options)
{
    struct listener *listener = calloc(1, sizeof *listener);
    if (listener == NULL) return NULL;
    listener->options = *options;
    listener->settings = (struct connection_settings){
        .loop = options->loop,
        .sends = options->sends,
        .handlers = options->handlers,
        .budget = options->budget,
        .gate = options->gate,
        .closed = connection_gone,
        .context = listener,
    };
    return listener;
}

bool listener_add(struct listener *listener, const char *url, char *ret_url)
{
    struct listening *place = &listener->places[listener->places_count];
    REQUIRE(listener->places_count < LISTENER_URLS_MAX);
    int fd = address_listen(url, ret_url);
    if (fd < 0) return false;
    *place = (struct listening){.watch = {accept_some},
                                .listener = listener,
                                .fd = fd,
                                .is_encrypted = address_is_encrypted(url)};
    if (!loop_watch_add(listener->options.loop, fd, EPOLLIN, &place->watch)) {
        close(fd);
        return false;
    }
    listener->places_count++;
    return true;
}

static void listen_no_longer(struct listener *listener)
{
    for (size_t i = 0; i < listener->places_count; i++) {
        struct listening *place = &listener->places[i];
        if (!place->is_resting) loop_watch_remove(listener->options.loop, place->fd);
        close(place->fd);
    }
    listener->places_count = 0;
}

void listener_drain(struct listener *listener)
{
    listen_no_longer(listener);
    listener->is_draining = true;
    for (struct connection *each = listener->connections; each != NULL; each = each->next)
        connection_drain(each);
}

void listener_refuse_all(struct listener *listener)
{
    for (struct connection *each = listener->connections; each != NULL; each = each->next)
        connection_refuse_all(each);
}

void listener_tick(struct listener *listener, int64_t now_ms)
{
    for (struct connection *each = listener->connections; each != NULL; each = each->next)
        connection_tick(each, now_ms);
    for (size_t i = 0; i < listener->places_count; i++) {
        struct listening *place = &listener->places[i];
        if (place->is_resting &&
            loop_watch_add(listener->options.loop, place->fd, EPOLLIN, &place->watch))
            place->is_resting = false;
    }
}

size_t listener_connections(const struct listener *listener)
{
    return listener->connections_count;
}

void listener_close(struct listener *listener)
{
    if (listener == NULL) return;
    listen_no_longer(listener);
    for (struct connection *each = listener->connections; each != NULL; each = each->next)
        connection_close(each);
    loop_finish(listener->options.loop);
    REQUIRE(listener->connections_count == 0);
    free(listener);
}
