#include "server/sockets.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "server/descriptors.h"
#include "server/socket_folders.h"
#include "service/log.h"

enum { PRIVATE_MODE = 0600, GROUP_MODE = 0660, OPEN_MODE = 0666 };

/* The mode of a socket: that of --socket-mode; without it the group may connect if there is one,
 * else everybody if --allow-uid is given, for the uid is then checked, else root and the server's
 * own user only. Administration is for these two in any case. */
static struct socket_access access_of(const struct options *options, enum rpc_socket socket)
{
    struct socket_access access = {PRIVATE_MODE, (gid_t)-1};
    if (socket == RPC_SOCKET_ADMIN) return access;
    if (options->has_socket_group) access.group = options->socket_group;
    if (options->socket_mode != 0)
        access.mode = options->socket_mode;
    else if (options->has_socket_group)
        access.mode = GROUP_MODE;
    else if (options->uids_count > 0)
        access.mode = OPEN_MODE;
    return access;
}

static bool prepare_url(const char *url, const struct socket_access *access)
{
    if (strncmp(url, "ipc://", 6) == 0) return socket_folders_make(url + 6, access);
    log_warning("%s is neither encrypted nor checked: keep it on a private network", url);
    return true;
}

static bool prepare_list(const struct options *options, const struct url_list *list,
                         enum rpc_socket socket)
{
    struct socket_access access = access_of(options, socket);
    bool ok = true;
    for (size_t i = 0; ok && i < list->count; i++)
        ok = prepare_url(list->urls[i], &access);
    return ok;
}

/* The folder for calls comes first: that for administration may be inside it. */
static bool prepare_folders(const struct options *options)
{
    return prepare_list(options, &options->listen, RPC_SOCKET_MAIN) &&
           prepare_list(options, &options->watch, RPC_SOCKET_WATCH) &&
           prepare_list(options, &options->admin, RPC_SOCKET_ADMIN);
}

static const size_t frames_in_flight_max[SOCKETS_MAX] = {
    [RPC_SOCKET_MAIN] = FRAMES_IN_FLIGHT_PER_SOCKET_MAX,
    [RPC_SOCKET_WATCH] = WATCH_FRAMES_IN_FLIGHT_MAX,
    [RPC_SOCKET_ADMIN] = ADMIN_FRAMES_IN_FLIGHT_MAX,
};

static const size_t frame_bytes_max[SOCKETS_MAX] = {
    [RPC_SOCKET_MAIN] = REQUEST_FRAME_BYTES_MAX,
    [RPC_SOCKET_WATCH] = WATCH_FRAME_BYTES_MAX,
    [RPC_SOCKET_ADMIN] = ADMIN_FRAME_BYTES_MAX,
};

/* What nng has of a request that is not whole yet nobody pays for: the largest frames together have
 * a limit by the number of connections. */
static size_t connections_max(const struct options *options, enum rpc_socket socket)
{
    bool is_few = socket == RPC_SOCKET_ADMIN && options->connections_max > ADMIN_CONNECTIONS_MAX;
    return is_few ? ADMIN_CONNECTIONS_MAX : options->connections_max;
}

static void log_refused(const char *peer, const char *why)
{
    const struct log_field fields[] = {{"peer", peer}, {"why", why}};
    log_event(LOG_WARNING, true, "hung up on a peer", fields, sizeof fields / sizeof fields[0]);
}

static struct listener_options listener_options_of(const struct options *options,
                                                   enum rpc_socket socket,
                                                   struct memory_budget *memory)
{
    struct socket_access access = access_of(options, socket);
    return (struct listener_options){
        .socket = socket,
        .memory = memory,
        .frames_in_flight_max = frames_in_flight_max[socket],
        .frame_bytes_max = frame_bytes_max[socket],
        .connections_max = connections_max(options, socket),
        .connections_per_peer_max = options->connections_per_peer_max,
        .frames_in_flight_per_connection_max = FRAMES_IN_FLIGHT_PER_CONNECTION_MAX,
        .first_frame_ms_max = CONNECTION_FIRST_FRAME_MS_MAX,
        .idle_ms_max = (int64_t)options->idle_seconds * MS_PER_SECOND,
        .connections_reserved = CONNECTIONS_RESERVED,
        .ipc_mode = access.mode,
        .ipc_group = access.group,
        .uids_allowed = options->uids,
        .uids_allowed_count = options->uids_count,
        .refused = log_refused,
    };
}

/* Who is served before the listener is counted waits for the lock, and then is counted with it. */
static enum status add_listener(const struct listener_options *options,
                                struct rpc_dispatcher *dispatcher, unix_ms now_ms,
                                char ret_problem[256], struct sockets *sockets)
{
    pthread_mutex_lock(&sockets->lock);
    struct listener **place = &sockets->listeners[sockets->count];
    enum status err = listener_open(options, dispatcher, now_ms, ret_problem, place);
    if (err == STATUS_OK) sockets->count++;
    pthread_mutex_unlock(&sockets->lock);
    return err;
}

static enum status open_one(const struct options *options, const struct url_list *list,
                            enum rpc_socket socket, const char *purpose,
                            struct rpc_dispatcher *dispatcher, struct memory_budget *memory,
                            unix_ms now_ms, struct sockets *sockets)
{
    const char *urls[OPTION_LIST_MAX];
    char problem[256];
    if (list->count == 0) {
        log_line("no socket for %s", purpose);
        return STATUS_OK;
    }
    for (size_t i = 0; i < list->count; i++)
        urls[i] = list->urls[i];
    struct listener_options listener = listener_options_of(options, socket, memory);
    listener.urls = urls;
    listener.urls_count = list->count;
    enum status err = add_listener(&listener, dispatcher, now_ms, problem, sockets);
    if (err != STATUS_OK) {
        log_error("can't listen: %s", problem);
        return err;
    }
    for (size_t i = 0; i < list->count; i++)
        log_line("listening on %s for %s", urls[i], purpose);
    return STATUS_OK;
}

/* nng has two threads for each core, and 16 at most. */
size_t sockets_large_reads_max(void)
{
    enum { MOST = 8 };
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (cores <= 2) return 1;
    return cores - 1 < MOST ? (size_t)(cores - 1) : MOST;
}

void sockets_init(struct sockets *sockets)
{
    *sockets = (struct sockets){.lock = PTHREAD_MUTEX_INITIALIZER};
}

enum status sockets_open(const struct options *options, struct rpc_dispatcher *dispatcher,
                         struct memory_budget *memory, unix_ms now_ms, struct sockets *sockets)
{
    descriptors_provide(SOCKETS_MAX * (options->connections_max + CONNECTIONS_RESERVED));
    if (!prepare_folders(options)) return STATUS_LISTEN_FAILED;
    enum status err = open_one(options, &options->admin, RPC_SOCKET_ADMIN, "administration",
                               dispatcher, memory, now_ms, sockets);
    if (err == STATUS_OK)
        err = open_one(options, &options->watch, RPC_SOCKET_WATCH, "long polls", dispatcher, memory,
                       now_ms, sockets);
    if (err == STATUS_OK)
        err = open_one(options, &options->listen, RPC_SOCKET_MAIN, "calls", dispatcher, memory,
                       now_ms, sockets);
    if (err != STATUS_OK) sockets_close(sockets);
    return err;
}

static struct listener *take_last(struct sockets *sockets)
{
    pthread_mutex_lock(&sockets->lock);
    struct listener *last = sockets->count == 0 ? NULL : sockets->listeners[--sockets->count];
    pthread_mutex_unlock(&sockets->lock);
    return last;
}

/* A listener waits for those it serves, who may be waiting for the lock. */
void sockets_close(struct sockets *sockets)
{
    struct listener *listener;
    while ((listener = take_last(sockets)) != NULL)
        listener_close(listener);
}

void sockets_deinit(struct sockets *sockets)
{
    pthread_mutex_destroy(&sockets->lock);
}

void sockets_set_limits(struct sockets *sockets, const struct options *options)
{
    descriptors_provide(SOCKETS_MAX * (options->connections_max + CONNECTIONS_RESERVED));
    for (size_t i = 0; i < sockets->count; i++) {
        enum rpc_socket socket = listener_socket(sockets->listeners[i]);
        listener_set_limits(sockets->listeners[i],
                            (struct listener_limits){
                                .connections_max = connections_max(options, socket),
                                .connections_per_peer_max = options->connections_per_peer_max,
                                .idle_ms_max = (int64_t)options->idle_seconds * MS_PER_SECOND,
                            });
    }
}

void sockets_look(struct sockets *sockets, unix_ms now_ms)
{
    for (size_t i = 0; i < sockets->count; i++)
        listener_look(sockets->listeners[i], now_ms);
}

void sockets_reap(struct sockets *sockets, unix_ms now_ms)
{
    for (size_t i = 0; i < sockets->count; i++)
        listener_reap(sockets->listeners[i], now_ms);
}

struct listener_connections sockets_connections(struct sockets *sockets)
{
    struct listener_connections sum = {0};
    pthread_mutex_lock(&sockets->lock);
    for (size_t i = 0; i < sockets->count; i++) {
        struct listener_connections one = listener_connections(sockets->listeners[i]);
        sum.open += one.open;
        sum.closing += one.closing;
        sum.probing += one.probing;
        sum.freed += one.freed;
        sum.closed_unread += one.closed_unread;
    }
    pthread_mutex_unlock(&sockets->lock);
    return sum;
}
