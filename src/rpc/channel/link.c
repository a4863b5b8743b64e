#include "rpc/channel/link.h"

#include <nng/protocol/reqrep0/req.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"

enum { RECONNECT_MS_MIN = 10, RECONNECT_MS_MAX = 500 };

/* nng counts the id of the request, which comes before the reply. */
enum { MESSAGE_BYTES_MAX = REPLY_FRAME_BYTES_MAX + 4 };

static void pipe_changed(nng_pipe pipe, nng_pipe_ev event, void *context)
{
    struct channel_link *link = context;
    link->changed(link, nng_pipe_id(pipe), event == NNG_PIPE_EV_ADD_POST);
}

/* nng's own resending would execute a call twice: it is off, the channel repeats calls itself. */
static int socket_configure(nng_socket socket)
{
    int rc = nng_socket_set_ms(socket, NNG_OPT_REQ_RESENDTIME, NNG_DURATION_INFINITE);
    if (rc == 0) rc = nng_socket_set_size(socket, NNG_OPT_RECVMAXSZ, MESSAGE_BYTES_MAX);
    if (rc == 0) rc = nng_socket_set_ms(socket, NNG_OPT_RECONNMINT, RECONNECT_MS_MIN);
    if (rc == 0) rc = nng_socket_set_ms(socket, NNG_OPT_RECONNMAXT, RECONNECT_MS_MAX);
    return rc;
}

static int dialer_make(struct channel_link *link)
{
    int rc = nng_pipe_notify(link->socket, NNG_PIPE_EV_ADD_POST, pipe_changed, link);
    if (rc == 0) rc = nng_pipe_notify(link->socket, NNG_PIPE_EV_REM_POST, pipe_changed, link);
    if (rc == 0) rc = nng_dialer_create(&link->dialer, link->socket, link->route->url);
    return rc;
}

static enum status status_of(int rc)
{
    if (rc == 0) return STATUS_OK;
    return rc == NNG_ENOMEM ? STATUS_OUT_OF_MEMORY : STATUS_ARGUMENT_INVALID;
}

enum status channel_link_open(struct channel_route *route, channel_link_changed *changed,
                              struct channel_link **ret_link)
{
    struct channel_link *link = calloc(1, sizeof *link);
    if (link == NULL) return STATUS_OUT_OF_MEMORY;
    link->route = route;
    link->changed = changed;
    if (nng_req0_open(&link->socket) != 0) {
        free(link);
        return STATUS_OUT_OF_MEMORY;
    }
    int rc = socket_configure(link->socket);
    if (rc == 0) rc = dialer_make(link);
    if (rc != 0) {
        channel_link_close(link);
        return status_of(rc);
    }
    *ret_link = link;
    return STATUS_OK;
}

void channel_link_start(struct channel_link *link)
{
    if (link->started) return;
    link->started = true;
    link->connects_since_ms = channel_now_ms();
    int rc = nng_dialer_start(link->dialer, NNG_FLAG_NONBLOCK);
    REQUIRE(rc == 0);
}

/* The new one is made first: without memory the old one goes on. */
void channel_link_redial(struct channel_link *link)
{
    nng_dialer dialer;
    if (nng_dialer_create(&dialer, link->socket, link->route->url) != 0) return;
    nng_dialer_close(link->dialer);
    link->dialer = dialer;
    int rc = nng_dialer_start(dialer, NNG_FLAG_NONBLOCK);
    REQUIRE(rc == 0);
}

void channel_link_hang_up(int pipe_id)
{
    nng_pipe_close((nng_pipe){.id = (uint32_t)pipe_id});
}

void channel_link_close(struct channel_link *link)
{
    if (link == NULL) return;
    nng_close(link->socket);
    free(link);
}
