#include "rpc/channel/connection.h"

#include <nng/protocol/reqrep0/req.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"

enum { RECONNECT_MS_MIN = 10, RECONNECT_MS_MAX = 500 };

/* nng counts the id of the request, which comes before the reply. */
enum { MESSAGE_BYTES_MAX = REPLY_FRAME_BYTES_MAX + 4 };

static void pipe_changed(nng_pipe pipe, nng_pipe_ev event, void *context)
{
    struct channel_connection *connection = context;
    connection->changed(connection, nng_pipe_id(pipe), event == NNG_PIPE_EV_ADD_POST);
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

static int dialer_make(struct channel_connection *connection)
{
    int rc = nng_pipe_notify(connection->socket, NNG_PIPE_EV_ADD_POST, pipe_changed, connection);
    if (rc == 0)
        rc = nng_pipe_notify(connection->socket, NNG_PIPE_EV_REM_POST, pipe_changed, connection);
    if (rc == 0)
        rc = nng_dialer_create(&connection->dialer, connection->socket, connection->endpoint->url);
    return rc;
}

static enum status status_of(int rc)
{
    if (rc == 0) return STATUS_OK;
    return rc == NNG_ENOMEM ? STATUS_OUT_OF_MEMORY : STATUS_ARGUMENT_INVALID;
}

enum status channel_connection_open(struct channel_endpoint *endpoint,
                                    channel_connection_changed *changed,
                                    struct channel_connection **ret_connection)
{
    struct channel_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) return STATUS_OUT_OF_MEMORY;
    connection->endpoint = endpoint;
    connection->changed = changed;
    if (nng_req0_open(&connection->socket) != 0) {
        free(connection);
        return STATUS_OUT_OF_MEMORY;
    }
    int rc = socket_configure(connection->socket);
    if (rc == 0) rc = dialer_make(connection);
    if (rc != 0) {
        channel_connection_close(connection);
        return status_of(rc);
    }
    *ret_connection = connection;
    return STATUS_OK;
}

void channel_connection_start(struct channel_connection *connection)
{
    if (connection->started) return;
    connection->started = true;
    connection->connects_since_ms = connection->down_since_ms = channel_now_ms();
    int rc = nng_dialer_start(connection->dialer, NNG_FLAG_NONBLOCK);
    REQUIRE(rc == 0);
}

/* The new one is made first: without memory the old one goes on. */
void channel_connection_redial(struct channel_connection *connection)
{
    nng_dialer dialer;
    if (nng_dialer_create(&dialer, connection->socket, connection->endpoint->url) != 0) return;
    nng_dialer_close(connection->dialer);
    connection->dialer = dialer;
    int rc = nng_dialer_start(dialer, NNG_FLAG_NONBLOCK);
    REQUIRE(rc == 0);
}

void channel_connection_hang_up(int pipe_id)
{
    nng_pipe_close((nng_pipe){.id = (uint32_t)pipe_id});
}

void channel_connection_close(struct channel_connection *connection)
{
    if (connection == NULL) return;
    nng_close(connection->socket);
    free(connection);
}
