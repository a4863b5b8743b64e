#include "rpc/channel/reach.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    LOOK_AFTER_MS = 20,   /* so long a connection may take before anybody asks why */
    LOOK_AGAIN_MS = 500,  /* what was found out holds so long */
    HANGUPS_SUSPECT = 2,  /* in a row, before a hang-up is taken for more than a restart */
    HANG_UP_MS_MAX = 200, /* so long a peer that refuses us takes to hang up */
};

/* --- what the endpoint knows -------------------------------------------------------------------
 */

static bool is_suspect(const struct channel_endpoint *endpoint)
{
    return endpoint->reach.hangups >= HANGUPS_SUSPECT;
}

static bool has_calls(const struct channel_endpoint *endpoint)
{
    return endpoint->waiting.first != NULL || endpoint->backing_off.first != NULL;
}

int64_t channel_reach_due(const struct channel_endpoint *endpoint)
{
    const struct channel_reach *reach = &endpoint->reach;
    if (!has_calls(endpoint) || reach->looking || endpoint->connections_count == 0 ||
        !endpoint->connections[0]->started)
        return CHANNEL_NEVER;
    if (is_suspect(endpoint)) return reach->look_at_ms;
    if (channel_endpoint_is_connected(endpoint)) return CHANNEL_NEVER;
    int64_t first_ms = endpoint->connections[0]->connects_since_ms + LOOK_AFTER_MS;
    return first_ms > reach->look_at_ms ? first_ms : reach->look_at_ms;
}

enum status channel_reach_hopeless(const struct channel_endpoint *endpoint, int64_t now_ms)
{
    const struct channel_reach *reach = &endpoint->reach;
    if (now_ms >= reach->look_at_ms ||
        (!is_suspect(endpoint) && channel_endpoint_is_connected(endpoint)))
        return STATUS_OK;
    bool heals = reach->why != STATUS_SOCKET_FORBIDDEN && reach->why != STATUS_PEER_REFUSED;
    return heals && !endpoint->channel->fail_fast ? STATUS_OK : reach->why;
}

void channel_reach_note_up(struct channel_endpoint *endpoint)
{
    if (!is_suspect(endpoint)) endpoint->reach.why = STATUS_OK;
}

void channel_reach_note_down(struct channel_endpoint *endpoint, int64_t now_ms)
{
    endpoint->reach.hangups++;
    if (endpoint->reach.hangups == HANGUPS_SUSPECT) endpoint->reach.look_at_ms = now_ms;
}

void channel_reach_note_reply(struct channel_endpoint *endpoint)
{
    endpoint->reach.hangups = 0;
    endpoint->reach.why = STATUS_OK;
}

/* Under the mutex. */
static void set_why(struct channel_endpoint *endpoint, enum status why)
{
    endpoint->reach.why = why;
    endpoint->reach.look_at_ms = channel_now_ms() + LOOK_AGAIN_MS;
    endpoint->reach.looking = false;
}

static void note_why(struct channel_endpoint *endpoint, enum status why)
{
    struct onsale_channel *channel = endpoint->channel;
    pthread_mutex_lock(&channel->mutex);
    set_why(endpoint, why);
    pthread_mutex_unlock(&channel->mutex);
}

/* --- over ipc ----------------------------------------------------------------------------------
 */

static enum status status_of_errno(int error)
{
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return STATUS_SOCKET_NOT_FOUND;
    case EACCES:
    case EPERM:
        return STATUS_SOCKET_FORBIDDEN;
    case ECONNREFUSED:
        return STATUS_NOTHING_LISTENS;
    default:
        return STATUS_OK; /* nothing to tell */
    }
}

/* A server knows its own user and root: they are never refused for who they are. */
static bool may_be_refused(int fd)
{
    struct ucred server;
    socklen_t size = sizeof server;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &server, &size) != 0) return false;
    return geteuid() != 0 && geteuid() != server.uid;
}

/* Greets as a REQ socket does. @return Whether the peer answers that by hanging up. */
static bool is_hung_up_on(int fd)
{
    static const uint8_t greeting[] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
    uint8_t bytes[sizeof greeting];
    if (send(fd, greeting, sizeof greeting, MSG_NOSIGNAL) < 0) return true;
    int64_t until_ms = channel_now_ms() + HANG_UP_MS_MAX;
    for (int64_t left_ms = HANG_UP_MS_MAX; left_ms > 0; left_ms = until_ms - channel_now_ms()) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        if (poll(&wait, 1, (int)left_ms) <= 0) continue;
        ssize_t got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return true;
    }
    return false;
}

static enum status look_at_path(const char *path, bool suspect)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) return STATUS_OK;
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return STATUS_OK;
    enum status why = STATUS_OK;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        why = status_of_errno(errno);
    else if (suspect && may_be_refused(fd) && is_hung_up_on(fd))
        why = STATUS_PEER_REFUSED;
    close(fd);
    return why;
}

/* --- over tcp ----------------------------------------------------------------------------------
 */

static enum status status_of_nng(int rc)
{
    if (rc == NNG_ECONNREFUSED) return STATUS_NOTHING_LISTENS;
    bool is_nameless = rc == NNG_EADDRINVAL || rc == NNG_EAGAIN; /* nobody knows an address */
    return is_nameless ? STATUS_SOCKET_NOT_FOUND : STATUS_OK;
}

/* A channel that is being closed may have no timer any more. */
static void dialed(void *context)
{
    struct channel_endpoint *endpoint = context;
    struct onsale_channel *channel = endpoint->channel;
    int rc = nng_aio_result(endpoint->reach.aio);
    if (rc == 0) nng_stream_free(nng_aio_get_output(endpoint->reach.aio, 0));
    pthread_mutex_lock(&channel->mutex);
    set_why(endpoint, status_of_nng(rc));
    if (!channel->closing) channel_timer_wake_by(&channel->timer, 0);
    pthread_mutex_unlock(&channel->mutex);
}

/* Over all that is not ipc. Without memory nothing is found out. */
static void look_by_dialing(struct channel_endpoint *endpoint)
{
    struct channel_reach *reach = &endpoint->reach;
    if (reach->aio == NULL && nng_aio_alloc(&reach->aio, dialed, endpoint) != 0) reach->aio = NULL;
    if (reach->dialer == NULL && nng_stream_dialer_alloc(&reach->dialer, endpoint->url) != 0)
        reach->dialer = NULL;
    if (reach->aio == NULL || reach->dialer == NULL)
        note_why(endpoint, STATUS_OK);
    else
        nng_stream_dialer_dial(reach->dialer, reach->aio);
}

/* -----------------------------------------------------------------------------------------------
 */

void channel_reach_look(struct channel_endpoint *endpoint, int64_t now_ms)
{
    static const char ipc[] = "ipc://";
    struct onsale_channel *channel = endpoint->channel;
    pthread_mutex_lock(&channel->mutex);
    bool is_due = !channel->closing && channel_reach_due(endpoint) <= now_ms;
    bool suspect = is_suspect(endpoint);
    if (is_due) endpoint->reach.looking = true;
    pthread_mutex_unlock(&channel->mutex);
    if (!is_due) return;
    if (strncmp(endpoint->url, ipc, strlen(ipc)) == 0)
        note_why(endpoint, look_at_path(endpoint->url + strlen(ipc), suspect));
    else
        look_by_dialing(endpoint);
}

void channel_reach_close(struct channel_endpoint *endpoint)
{
    struct channel_reach *reach = &endpoint->reach;
    if (reach->dialer != NULL) nng_stream_dialer_close(reach->dialer);
    if (reach->aio != NULL) nng_aio_stop(reach->aio);
    nng_aio_free(reach->aio);
    if (reach->dialer != NULL) nng_stream_dialer_free(reach->dialer);
}
