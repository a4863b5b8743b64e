#include "gateway/connection.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/require.h"
#include "gateway/gate.h"
#include "gateway/http_limits.h"
#include "gateway/upstream.h"

enum {
    READ_BYTES = 64 * 1024,
    READS_PER_ROUND = 4,
    OUT_BYTES_MAX = 256 * 1024,
    OUT_BYTES_KEPT = 32 * 1024, /* of an idle connection */
};

static const char preface_begin[] = "PRI"; /* no method begins like this */

#define CONNECTION_OF(member_pointer, member)                                                      \
    ((struct connection *)((char *)(member_pointer)-offsetof(struct connection, member)))

static void connection_free(struct connection *connection)
{
    connection->settings->closed(connection, connection->settings->context);
    upstream_account_release(connection->account);
    buffer_deinit(&connection->out);
    buffer_deinit(&connection->preface);
    free(connection);
}

void connection_wake(struct connection *connection)
{
    loop_defer(connection->settings->loop, &connection->flush);
}

void connection_close(struct connection *connection)
{
    if (connection->is_closed) return;
    connection->is_closed = true;
    sends_forget(&connection->sending);
    if (connection->protocol != NULL) connection->protocol->close(connection->state);
    if (connection->stream->fd >= 0)
        loop_watch_remove(connection->settings->loop, connection->stream->fd);
    connection->stream->type->close(connection->stream);
    connection_wake(connection); /* frees it */
}

/* --- Reading -----------------------------------------------------------------------------------
 */

static void choose(struct connection *connection, const struct connection_protocol *protocol)
{
    struct gate *gate = connection->settings->gate;
    if (gate != NULL) gate_identify(gate, connection->stream, &connection->peer);
    connection->state = protocol->open(connection);
    if (connection->state == NULL) {
        connection_close(connection);
        return;
    }
    connection->protocol = protocol;
    if (connection->is_draining) protocol->drain(connection->state);
}

/* By what TLS has agreed on, or the first bytes. @return Whether it is known now. */
static bool recognise(struct connection *connection)
{
    const char *agreed = connection->stream->type->protocol(connection->stream);
    size_t size = buffer_size(&connection->preface);
    size_t compared = size < strlen(preface_begin) ? size : strlen(preface_begin);
    bool may_be_http2 = memcmp(buffer_at(&connection->preface), preface_begin, compared) == 0;
    if (agreed == NULL && may_be_http2 && size < strlen(preface_begin)) return false;
    bool is_http2 = agreed == NULL ? may_be_http2 : strcmp(agreed, "h2") == 0;
    choose(connection, is_http2 ? &http2_protocol : &http1_protocol);
    return !connection->is_closed;
}

static void hand_over(struct connection *connection, const uint8_t *bytes, size_t size)
{
    if (!connection->protocol->receive(connection->state, bytes, size))
        connection->is_ending = true;
    connection_wake(connection);
}

static void take_bytes(struct connection *connection, const uint8_t *bytes, size_t size)
{
    if (connection->protocol != NULL) {
        hand_over(connection, bytes, size);
        return;
    }
    if (!buffer_add(&connection->preface, bytes, size)) {
        connection_close(connection);
        return;
    }
    if (!recognise(connection)) return;
    hand_over(connection, buffer_at(&connection->preface), buffer_size(&connection->preface));
    buffer_deinit(&connection->preface);
}

/* Nobody is to be kept waiting by a peer that sends and sends. */
static void read_some(struct connection *connection)
{
    uint8_t bytes[READ_BYTES];
    const struct byte_stream_type *type = connection->stream->type;
    ptrdiff_t count = (ptrdiff_t)sizeof bytes;
    for (int i = 0; i < READS_PER_ROUND; i++) {
        bool has_more = count == (ptrdiff_t)sizeof bytes || type->holds_more(connection->stream);
        if (!has_more || connection->is_paused || connection->is_ending) return;
        count = type->read(connection->stream, bytes, sizeof bytes);
        if (count == STREAM_WAITS) return;
        if (count == STREAM_ENDED || count == STREAM_FAILED) {
            connection_close(connection);
            return;
        }
        take_bytes(connection, bytes, (size_t)count);
        if (connection->is_closed) return;
    }
    connection_wake(connection);
}

/* What is still on its way: were it left unread, the system would throw away what was sent. */
static void read_rest(struct connection *connection)
{
    uint8_t bytes[READ_BYTES];
    ptrdiff_t count = connection->stream->type->read(connection->stream, bytes, sizeof bytes);
    if (count == STREAM_ENDED || count == STREAM_FAILED) connection_close(connection);
}

static void stream_ready(struct loop_watch *watch, uint32_t events)
{
    struct connection *connection = CONNECTION_OF(watch, watch);
    bool is_broken = (events & (EPOLLHUP | EPOLLERR)) != 0;
    if (connection->is_closed) return;
    if (connection->lingering_ms != 0)
        read_rest(connection);
    else if (is_broken && (connection->is_ending || connection->is_paused))
        connection_close(connection);
    else
        read_some(connection);
    if (!connection->is_closed) connection_wake(connection);
}

/* --- Writing -----------------------------------------------------------------------------------
 */

/* @return Whether all was taken. */
static bool take_sent(struct connection *connection, ptrdiff_t count)
{
    struct buffer *out = &connection->out;
    if (count > 0) {
        buffer_take(out, (size_t)count);
        connection->progress_ms = loop_now_ms(connection->settings->loop);
    }
    if (buffer_size(out) > 0) return false;
    buffer_reset(out, OUT_BYTES_KEPT);
    return true;
}

/* @return False if the stream takes no more for now, or the connection was closed. */
static bool write_out(struct connection *connection)
{
    struct buffer *out = &connection->out;
    ptrdiff_t count;
    do {
        count =
            connection->stream->type->write(connection->stream, buffer_at(out), buffer_size(out));
        if (count == STREAM_FAILED) connection_close(connection);
        if (count < 0) return false;
    } while (!take_sent(connection, count));
    return true;
}

static void wait_for(struct connection *connection)
{
    uint32_t events = connection->stream->type->wants(connection->stream);
    bool reads = connection->is_ending ? connection->lingering_ms != 0 : !connection->is_paused;
    if (reads) events |= EPOLLIN;
    if (buffer_size(&connection->out) > 0) events |= EPOLLOUT;
    if (events == connection->events || connection->stream->fd < 0) return;
    connection->events = events;
    loop_watch_change(connection->settings->loop, connection->stream->fd, events,
                      &connection->watch);
}

/* All was said. */
static void linger(struct connection *connection)
{
    if (connection->lingering_ms != 0) return;
    connection->lingering_ms = loop_now_ms(connection->settings->loop);
    connection->stream->type->finish(connection->stream);
}

/* Nothing is left to say, or the stream takes no more for now. */
static void rest(struct connection *connection)
{
    if (connection->is_closed) return;
    if (connection->is_ending && buffer_size(&connection->out) == 0) linger(connection);
    wait_for(connection);
}

static bool sends_with_others(const struct connection *connection)
{
    return connection->settings->sends != NULL && connection->stream->type->is_socket;
}

/* What the protocol has to say, until the stream takes no more or there is nothing left. */
static void send_all(struct connection *connection)
{
    bool had_some = buffer_size(&connection->out) > 0;
    do {
        if (connection->protocol != NULL && !connection->protocol->produce(connection->state))
            connection->is_ending = true;
        if (connection->is_closed || buffer_size(&connection->out) == 0) break;
        if (!had_some) connection->progress_ms = loop_now_ms(connection->settings->loop);
        had_some = false;
        if (sends_with_others(connection)) {
            sends_add(connection->settings->sends, &connection->sending);
            return;
        }
    } while (write_out(connection) && connection->has_more);
    rest(connection);
}

/* With others. What did not fit waits until the socket takes more. */
static void sent(struct sending *sending, ptrdiff_t count)
{
    struct connection *connection = CONNECTION_OF(sending, sending);
    if (count == STREAM_FAILED)
        connection_close(connection);
    else if (take_sent(connection, count) && connection->has_more)
        send_all(connection);
    else
        rest(connection);
}

static void flush_run(struct loop_task *task)
{
    struct connection *connection = CONNECTION_OF(task, flush);
    if (connection->is_closed) {
        connection_free(connection);
        return;
    }
    if (connection->stream->type->holds_more(connection->stream)) read_some(connection);
    if (!connection->is_closed) send_all(connection);
}

/* --- Life --------------------------------------------------------------------------------------
 */

struct connection *connection_open(const struct connection_settings *settings,
                                   struct byte_stream *stream, const struct peer *peer)
{
    struct connection *connection = calloc(1, sizeof *connection);
    struct upstream_account *account =
        upstream_account_open(CALLS_PER_CONNECTION_MAX, peer->address);
    REQUIRE(settings->closed != NULL);
    if (connection == NULL || account == NULL ||
        (stream->fd >= 0 &&
         !loop_watch_add(settings->loop, stream->fd, EPOLLIN, &connection->watch))) {
        stream->type->close(stream);
        upstream_account_release(account);
        free(connection);
        return NULL;
    }
    *connection = (struct connection){
        .stream = stream,
        .settings = settings,
        .peer = *peer,
        .account = account,
        .progress_ms = loop_now_ms(settings->loop),
        .watch = {stream_ready},
        .flush = {.run = flush_run},
        .sending = {.sent = sent, .fd = stream->fd, .bytes = &connection->out},
        .events = EPOLLIN,
        .opened_ms = loop_now_ms(settings->loop),
    };
    memory_share_init(&connection->memory, settings->budget);
    buffer_init(&connection->out, OUT_BYTES_MAX);
    buffer_init(&connection->preface, READ_BYTES);
    return connection;
}

void connection_tick(struct connection *connection, int64_t now_ms)
{
    if (connection->is_closed) return;
    bool is_late =
        connection->protocol == NULL && now_ms - connection->opened_ms > HTTP_HEAD_MS_MAX;
    bool is_unread = buffer_size(&connection->out) > 0 &&
                     now_ms - connection->progress_ms > ANSWER_UNREAD_MS_MAX;
    bool is_left =
        connection->lingering_ms != 0 && now_ms - connection->lingering_ms > HTTP_LINGER_MS_MAX;
    if (is_late || is_unread || is_left) {
        connection_close(connection);
        return;
    }
    if (connection->protocol == NULL || connection->is_ending ||
        connection->protocol->tick(connection->state, now_ms))
        return;
    connection->is_ending = true;
    connection_wake(connection);
}

void connection_drain(struct connection *connection)
{
    connection->is_draining = true;
    if (connection->is_closed) return;
    if (connection->protocol == NULL)
        connection_close(connection);
    else
        connection->protocol->drain(connection->state);
    if (!connection->is_closed) connection_wake(connection);
}

void connection_refuse_all(struct connection *connection)
{
    if (connection->is_closed || connection->protocol == NULL) return;
    connection->protocol->refuse_all(connection->state);
    connection_wake(connection);
}
