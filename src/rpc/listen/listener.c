#include "rpc/listener.h"

#include <errno.h>
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <nng/supplemental/util/platform.h>
#include <nng/transport/ipc/ipc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "rpc/listen/connections.h"
#include "rpc/listen/exchanges.h"
#include "rpc/listen/peer.h"
#include "rpc/listen/reaper_probe.h"

enum {
    PROBLEM_BYTES = 256,
    REQUEST_ID_BYTES = 4, /* the SP protocol puts it before a frame */
    CLOSED_AT_ONCE = 64,
    LINGER_MS = 50,      /* for replies that nng has and the peers have not */
    LINGER_MS_MAX = 200, /* for replies that nng has not taken */
    LINGER_LOOK_MS = 5,
};

struct listener {
    nng_socket socket;
    struct connections connections;
    struct exchanges exchanges;
    struct reaper_probe probe;
    uid_t *uids_allowed;
    size_t uids_allowed_count;
    void (*refused)(const char *peer, const char *why);
};

static enum status copy_uids(struct listener *listener, const struct listener_options *options)
{
    if (options->uids_allowed_count == 0) return STATUS_OK;
    size_t size = options->uids_allowed_count * sizeof *options->uids_allowed;
    listener->uids_allowed = malloc(size);
    if (listener->uids_allowed == NULL) return STATUS_OUT_OF_MEMORY;
    memcpy(listener->uids_allowed, options->uids_allowed, size);
    listener->uids_allowed_count = options->uids_allowed_count;
    return STATUS_OK;
}

static enum status init_connections(struct listener *listener,
                                    const struct listener_options *options)
{
    struct connections_limits limits = {
        .connections_max = options->connections_max,
        .per_peer_max = options->connections_per_peer_max,
        .reserved = options->connections_reserved,
        .frames_in_flight_max = options->frames_in_flight_per_connection_max,
        .frames_max = options->frames_in_flight_max,
        .first_frame_ms_max = options->first_frame_ms_max,
        .idle_ms_max = options->idle_ms_max,
    };
    return connections_init(&listener->connections, &limits, options->memory);
}

static void tell_refused(const struct listener *listener, const struct peer *peer, const char *why)
{
    if (listener->refused != NULL) listener->refused(peer->name, why);
}

/* On a thread of nng, before the connection is used. */
static void on_pipe_new(nng_pipe pipe, nng_pipe_ev event, void *argument)
{
    (void)event;
    struct listener *listener = argument;
    struct peer peer;
    nng_pipe idle;
    if (!peer_admit(pipe, listener->uids_allowed, listener->uids_allowed_count, &peer)) {
        connections_refuse(&listener->connections);
        tell_refused(listener, &peer, "its user is not allowed");
        nng_pipe_close(pipe);
        return;
    }
    if (!connections_add(&listener->connections, pipe, &peer, listener->exchanges.now_ms, &idle)) {
        tell_refused(listener, &peer, "there are as many connections as may be");
        nng_pipe_close(pipe);
    }
    if (nng_pipe_id(idle) > 0) exchanges_close_pipe(&listener->exchanges, idle);
}

static void tell_gone(void *dispatcher, struct rpc_peer *peer)
{
    rpc_dispatcher_peer_gone(dispatcher, peer);
}

/* Comes for the connections that were refused, too. */
static void on_pipe_gone(nng_pipe pipe, nng_pipe_ev event, void *argument)
{
    (void)event;
    struct listener *listener = argument;
    connections_remove(&listener->connections, pipe, tell_gone, listener->exchanges.dispatcher);
}

static enum status open_socket(struct listener *listener, const struct listener_options *options)
{
    nng_socket socket;
    if (nng_rep0_open(&socket) != 0) return STATUS_OUT_OF_MEMORY;
    listener->socket = socket;
    size_t size_max = options->frame_bytes_max + REQUEST_ID_BYTES;
    if (nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ, size_max) != 0 ||
        nng_pipe_notify(socket, NNG_PIPE_EV_ADD_PRE, on_pipe_new, listener) != 0 ||
        nng_pipe_notify(socket, NNG_PIPE_EV_REM_POST, on_pipe_gone, listener) != 0)
        return STATUS_INTERNAL;
    return exchanges_open(&listener->exchanges, socket, options->frames_in_flight_max);
}

/* @return The path of an ipc socket; NULL if it is another. */
static const char *path_of(const char *url)
{
    static const char scheme[] = "ipc://";
    return strncmp(url, scheme, strlen(scheme)) == 0 ? url + strlen(scheme) : NULL;
}

/* nng removes any file at the path of an ipc socket that nobody serves. */
static bool is_in_the_way(const char *path)
{
    struct stat file;
    return path != NULL && stat(path, &file) == 0 && !S_ISSOCK(file.st_mode);
}

/* nng sets the mode before anybody can connect. */
static int start_listener(struct listener *listener, const char *url, mode_t ipc_mode)
{
    nng_listener door;
    int rc = nng_listener_create(&door, listener->socket, url);
    if (rc != 0) return rc;
    if (path_of(url) != NULL && ipc_mode != 0)
        rc = nng_listener_set_int(door, NNG_OPT_IPC_PERMISSIONS, (int)ipc_mode);
    if (rc == 0) rc = nng_listener_start(door, 0);
    if (rc != 0) nng_listener_close(door);
    return rc;
}

static bool give_to_group(const char *path, const struct listener_options *options)
{
    return path == NULL || options->ipc_mode == 0 ||
           chown(path, (uid_t)-1, options->ipc_group) == 0;
}

static enum status listen_on(struct listener *listener, const struct listener_options *options,
                             const char *url, char ret_problem[PROBLEM_BYTES])
{
    if (is_in_the_way(path_of(url))) {
        snprintf(ret_problem, PROBLEM_BYTES, "%s: there is a file that is not a socket", url);
        return STATUS_LISTEN_FAILED;
    }
    int rc = start_listener(listener, url, options->ipc_mode);
    if (rc == 0 && give_to_group(path_of(url), options)) return STATUS_OK;
    snprintf(ret_problem, PROBLEM_BYTES, "%s: %s", url,
             rc == 0 ? strerror(errno) : nng_strerror(rc));
    return rc == NNG_ENOMEM ? STATUS_OUT_OF_MEMORY : STATUS_LISTEN_FAILED;
}

static enum status fill(struct listener *listener, const struct listener_options *options,
                        char ret_problem[PROBLEM_BYTES])
{
    snprintf(ret_problem, PROBLEM_BYTES, "out of memory");
    enum status err = init_connections(listener, options);
    if (err == STATUS_OK) err = copy_uids(listener, options);
    if (err == STATUS_OK) err = open_socket(listener, options);
    if (err == STATUS_OK) err = reaper_probe_open(&listener->probe);
    for (size_t i = 0; err == STATUS_OK && i < options->urls_count; i++)
        err = listen_on(listener, options, options->urls[i], ret_problem);
    return err;
}

enum status listener_open(const struct listener_options *options, struct rpc_dispatcher *dispatcher,
                          unix_ms now_ms, char ret_problem[256], struct listener **ret_listener)
{
    REQUIRE(options->urls_count > 0);
    REQUIRE(options->frames_in_flight_max > 0);
    struct listener *listener = calloc(1, sizeof *listener);
    if (listener == NULL) {
        snprintf(ret_problem, PROBLEM_BYTES, "out of memory");
        return STATUS_OUT_OF_MEMORY;
    }
    listener->refused = options->refused;
    exchanges_init(&listener->exchanges, options->socket, dispatcher, &listener->connections,
                   now_ms);
    enum status err = fill(listener, options, ret_problem);
    if (err != STATUS_OK) {
        listener_close(listener);
        return err;
    }
    exchanges_start(&listener->exchanges);
    *ret_listener = listener;
    return STATUS_OK;
}

void listener_set_limits(struct listener *listener, struct listener_limits limits)
{
    REQUIRE(limits.connections_max > 0);
    connections_set_limits(&listener->connections, limits);
}

enum rpc_socket listener_socket(const struct listener *listener)
{
    return listener->exchanges.kind;
}

/* nng throws away what it has not sent when a connection is closed. So peers that read get a
 * moment; those that do not must not hold up the end. */
static void linger(struct listener *listener)
{
    if (connections_count(&listener->connections).open == 0) return;
    nng_msleep(LINGER_MS);
    for (int waited_ms = LINGER_MS;
         waited_ms < LINGER_MS_MAX && !exchanges_are_calm(&listener->exchanges);
         waited_ms += LINGER_LOOK_MS)
        nng_msleep(LINGER_LOOK_MS);
}

/* Ends the sends that are under way, too: without a connection nng is done with a reply. */
static void close_connections(struct listener *listener)
{
    nng_pipe pipes[CLOSED_AT_ONCE];
    size_t count;
    do {
        count = connections_all(&listener->connections, pipes, CLOSED_AT_ONCE);
        for (size_t i = 0; i < count; i++)
            exchanges_close_pipe(&listener->exchanges, pipes[i]);
    } while (count == CLOSED_AT_ONCE);
}

void listener_close(struct listener *listener)
{
    if (listener == NULL) return;
    exchanges_refuse(&listener->exchanges);
    linger(listener);
    close_connections(listener);
    exchanges_stop(&listener->exchanges);
    if (nng_socket_id(listener->socket) > 0) nng_close(listener->socket);
    reaper_probe_close(&listener->probe);
    exchanges_deinit(&listener->exchanges);
    connections_deinit(&listener->connections);
    free(listener->uids_allowed);
    free(listener);
}

/* nng's statistics are the only way to know that the last reply has been written as a whole. */
static void note_written(struct listener *listener, nng_stat *pipe)
{
    uint32_t id = 0;
    uint64_t replies = 0;
    for (nng_stat *stat = nng_stat_child(pipe); stat != NULL; stat = nng_stat_next(stat)) {
        if (strcmp(nng_stat_name(stat), "id") == 0) id = (uint32_t)nng_stat_value(stat);
        if (strcmp(nng_stat_name(stat), "tx_msgs") == 0) replies = nng_stat_value(stat);
    }
    connections_written(&listener->connections, id, replies);
}

static void look_at_statistics(struct listener *listener)
{
    nng_stat *all;
    if (nng_stats_get(&all) != 0) return;
    for (nng_stat *stat = nng_stat_child(all); stat != NULL; stat = nng_stat_next(stat))
        if (strcmp(nng_stat_name(stat), "pipe") == 0) note_written(listener, stat);
    nng_stats_free(all);
}

void listener_look(struct listener *listener, unix_ms now_ms)
{
    nng_pipe overdue[CLOSED_AT_ONCE];
    size_t count;
    listener->exchanges.now_ms = now_ms;
    if (connections_want_statistics(&listener->connections)) look_at_statistics(listener);
    do {
        count = connections_overdue(&listener->connections, now_ms, overdue, CLOSED_AT_ONCE);
        for (size_t i = 0; i < count; i++)
            exchanges_close_pipe(&listener->exchanges, overdue[i]);
    } while (count == CLOSED_AT_ONCE);
}

void listener_library_end(void)
{
    nng_fini();
}

void listener_reap(struct listener *listener, unix_ms now_ms)
{
    listener_look(listener, now_ms);
    reaper_probe_ask(&listener->probe);
}

struct listener_connections listener_connections(struct listener *listener)
{
    struct listener_connections counts = connections_count(&listener->connections);
    reaper_probe_count(&listener->probe, &counts);
    return counts;
}
