/* http2_session.c -- HTTP/2 for connection.c: what nghttp2 calls, and what has taken too long. */
#include <stdlib.h>

#include "base/time.h"
#include "gateway/exchange_begin.h"
#include "gateway/http2.h"

enum {
    STREAM_WINDOW_BYTES = 256 * 1024,
    CONNECTION_WINDOW_BYTES = 4 * 1024 * 1024,
    LAST_STREAM_MS =
        1000, /* for requests that are on their way when it is said that no more may come */
};

static struct http2_stream *stream_of(nghttp2_session *session, int32_t id)
{
    return nghttp2_session_get_stream_user_data(session, id);
}

/* --- What nghttp2 calls ------------------------------------------------------------------------
 */

static int on_begin_headers(nghttp2_session *nghttp2, const nghttp2_frame *frame, void *user_data)
{
    struct http2_session *session = user_data;
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    struct http2_stream *stream = http2_stream_open(session, frame->hd.stream_id);
    if (stream == NULL) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; /* resets it */
    nghttp2_session_set_stream_user_data(nghttp2, frame->hd.stream_id, stream);
    return 0;
}

static int on_header(nghttp2_session *nghttp2, const nghttp2_frame *frame, const uint8_t *name,
                     size_t name_size, const uint8_t *value, size_t value_size, uint8_t flags,
                     void *user_data)
{
    (void)flags, (void)user_data;
    struct http2_stream *stream = stream_of(nghttp2, frame->hd.stream_id);
    if (stream == NULL || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0; /* trailers */
    return http2_stream_add_header(stream, name, name_size, value, value_size)
               ? 0
               : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static int on_data(nghttp2_session *nghttp2, uint8_t flags, int32_t id, const uint8_t *bytes,
                   size_t size, void *user_data)
{
    (void)flags, (void)user_data;
    struct http2_stream *stream = stream_of(nghttp2, id);
    if (stream != NULL) http2_stream_add_body(stream, bytes, size);
    return 0;
}

static int on_frame(nghttp2_session *nghttp2, const nghttp2_frame *frame, void *user_data)
{
    struct http2_session *session = user_data;
    struct http2_stream *stream = stream_of(nghttp2, frame->hd.stream_id);
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0)
        session->pinged_ms = 0;
    if (stream == NULL) return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        http2_stream_route(stream);
    bool may_end = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (may_end && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) http2_stream_start(stream);
    return 0;
}

/* A request that is refused before it is whole is not reset at once: a client that is still sending
 * may see the reset before the answer, and takes it for a broken stream (curl 7.88 now and then).
 */
static int on_frame_sent(nghttp2_session *nghttp2, const nghttp2_frame *frame, void *user_data)
{
    struct http2_session *session = user_data;
    bool may_end = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!may_end || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    struct http2_stream *stream = stream_of(nghttp2, frame->hd.stream_id);
    if (stream != NULL && !stream->is_whole)
        stream->lingering_ms = loop_now_ms(session->connection->settings->loop);
    return 0;
}

static int on_stream_closed(nghttp2_session *nghttp2, int32_t id, uint32_t code, void *user_data)
{
    (void)code, (void)user_data;
    struct http2_stream *stream = stream_of(nghttp2, id);
    if (stream == NULL) return 0;
    nghttp2_session_set_stream_user_data(nghttp2, id, NULL);
    exchange_let_go(&stream->exchange);
    http2_stream_close(stream);
    return 0;
}

static void set_callbacks(nghttp2_session_callbacks *callbacks)
{
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_sent);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_closed);
}

/* --- Life --------------------------------------------------------------------------------------
 */

/* nghttp2 takes 1,000 resets, and 33 a second after that, for an attack; calls whose deadlines
 * expire under load make more. What they cost is bounded by the connection's account. */
static bool make_session(struct http2_session *session)
{
    nghttp2_session_callbacks *callbacks = NULL;
    nghttp2_option *option = NULL;
    bool is_made =
        nghttp2_session_callbacks_new(&callbacks) == 0 && nghttp2_option_new(&option) == 0;
    if (is_made) {
        set_callbacks(callbacks);
        nghttp2_option_set_stream_reset_rate_limit(option, HTTP2_RESETS_MAX,
                                                   HTTP2_RESETS_PER_SECOND_MAX);
        nghttp2_option_set_no_closed_streams(option, 1); /* nobody asks for them */
        is_made = nghttp2_session_server_new2(&session->session, callbacks, session, option) == 0;
    }
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    return is_made;
}

static void *http2_open(struct connection *connection)
{
    static const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, HTTP2_STREAMS_MAX},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, STREAM_WINDOW_BYTES},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HTTP_HEAD_BYTES_MAX},
        {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1}, /* a tree of streams costs much a call */
    };
    struct http2_session *session = calloc(1, sizeof *session);
    if (session == NULL || !make_session(session)) {
        free(session);
        return NULL;
    }
    session->connection = connection;
    session->heard_ms = session->used_ms = loop_now_ms(connection->settings->loop);
    nghttp2_submit_settings(session->session, NGHTTP2_FLAG_NONE, settings,
                            sizeof settings / sizeof settings[0]);
    nghttp2_session_set_local_window_size(session->session, NGHTTP2_FLAG_NONE, 0,
                                          CONNECTION_WINDOW_BYTES);
    return session;
}

static void http2_close(void *state)
{
    struct http2_session *session = state;
    while (session->streams != NULL) {
        exchange_let_go(&session->streams->exchange);
        http2_stream_close(session->streams);
    }
    nghttp2_session_del(session->session);
    http2_streams_free(session);
    free(session);
}

static bool has_more_to_do(const struct http2_session *session)
{
    return nghttp2_session_want_read(session->session) != 0 ||
           nghttp2_session_want_write(session->session) != 0;
}

static bool pass_on(void *context, const uint8_t *bytes, size_t size)
{
    struct http2_session *session = context;
    return nghttp2_session_mem_recv(session->session, bytes, size) >= 0;
}

/* Frames by which a peer makes work and asks for nothing. */
static void count_controls(struct http2_session *session, size_t count)
{
    int64_t now_ms = loop_now_ms(session->connection->settings->loop);
    if (now_ms - session->controls_ms >= MS_PER_SECOND) {
        session->controls_ms = now_ms;
        session->controls = 0;
    }
    session->controls += count;
    if (session->controls >= HTTP2_CONTROLS_PER_SECOND_MAX)
        nghttp2_session_terminate_session(session->session, NGHTTP2_ENHANCE_YOUR_CALM);
}

static bool http2_receive(void *state, const uint8_t *bytes, size_t size)
{
    struct http2_session *session = state;
    size_t controls = session->filter.controls;
    session->heard_ms = loop_now_ms(session->connection->settings->loop);
    bool goes_on = http2_filter_take(&session->filter, bytes, size, pass_on, session);
    count_controls(session, session->filter.controls - controls);
    return goes_on;
}

/* nghttp2 gives a frame at a time. One that does not fit is never the first: out has its maximum
 * above that of a frame. */
static bool http2_produce(void *state)
{
    struct http2_session *session = state;
    struct buffer *out = &session->connection->out;
    const uint8_t *bytes;
    while (buffer_size(out) < out->bytes_max / 2) {
        ssize_t size = nghttp2_session_mem_send(session->session, &bytes);
        if (size < 0) return false;
        if (size == 0) break;
        if (!buffer_add(out, bytes, (size_t)size)) return false;
    }
    session->connection->has_more = nghttp2_session_want_write(session->session) != 0;
    return has_more_to_do(session);
}

/* --- Time --------------------------------------------------------------------------------------
 */

static bool is_slow(const struct http2_stream *stream, int64_t now_ms)
{
    const struct handler *handler = stream->exchange.handler;
    bool may_stay_open = handler != NULL && handler->receive != NULL;
    return !stream->is_whole && !may_stay_open &&
           now_ms - stream->exchange.arrived_ms > HTTP_BODY_MS_MAX;
}

static bool has_lingered(const struct http2_stream *stream, int64_t now_ms)
{
    return stream->lingering_ms != 0 && now_ms - stream->lingering_ms > HTTP_LINGER_MS_MAX;
}

static bool is_unread(const struct http2_stream *stream, int64_t now_ms)
{
    return buffer_size(&stream->answer) > 0 && now_ms - stream->progress_ms > ANSWER_UNREAD_MS_MAX;
}

static void look_at_streams(struct http2_session *session, int64_t now_ms)
{
    for (struct http2_stream *stream = session->streams; stream != NULL; stream = stream->next) {
        if (has_lingered(stream, now_ms))
            nghttp2_submit_rst_stream(session->session, NGHTTP2_FLAG_NONE, stream->id,
                                      NGHTTP2_NO_ERROR);
        else if (is_unread(stream, now_ms))
            nghttp2_submit_rst_stream(session->session, NGHTTP2_FLAG_NONE, stream->id,
                                      NGHTTP2_ENHANCE_YOUR_CALM);
        else if (is_slow(stream, now_ms) && stream->exchange.handler == NULL)
            nghttp2_submit_rst_stream(session->session, NGHTTP2_FLAG_NONE, stream->id,
                                      NGHTTP2_CANCEL);
        else if (is_slow(stream, now_ms) && !stream->exchange.has_begun) {
            stream->is_refused = true;
            exchange_refuse(&stream->exchange, STATUS_DEADLINE_EXCEEDED);
        }
    }
}

/* Open requests may wait for long, so a peer that is silent meanwhile is asked. */
static bool is_alive(struct http2_session *session, int64_t now_ms)
{
    if (session->pinged_ms != 0) return now_ms - session->pinged_ms <= HTTP2_PONG_MS_MAX;
    if (session->streams_count == 0 || now_ms - session->heard_ms < HTTP2_PING_MS) return true;
    session->pinged_ms = now_ms;
    nghttp2_submit_ping(session->session, NGHTTP2_FLAG_NONE, NULL);
    return true;
}

/* Streams that the peer had opened before it heard that no more may come are served. */
static void say_last(struct http2_session *session)
{
    session->has_said_last = true;
    nghttp2_submit_goaway(session->session, NGHTTP2_FLAG_NONE,
                          nghttp2_session_get_last_proc_stream_id(session->session),
                          NGHTTP2_NO_ERROR, NULL, 0);
}

static bool look(struct http2_session *session, int64_t now_ms)
{
    look_at_streams(session, now_ms);
    if (session->streams_count > 0) session->used_ms = now_ms;
    if (session->is_draining && !session->has_said_last &&
        now_ms - session->drained_ms >= LAST_STREAM_MS)
        say_last(session);
    if (session->has_said_last && session->streams_count == 0) return false;
    if (now_ms - session->used_ms > HTTP2_IDLE_MS_MAX) http2_protocol.drain(session);
    return is_alive(session, now_ms);
}

static bool http2_tick(void *state, int64_t now_ms)
{
    struct http2_session *session = state;
    bool goes_on = look(session, now_ms);
    if (nghttp2_session_want_write(session->session) != 0) connection_wake(session->connection);
    return goes_on;
}

static void http2_drain(void *state)
{
    struct http2_session *session = state;
    if (session->is_draining) return;
    session->is_draining = true;
    session->drained_ms = loop_now_ms(session->connection->settings->loop);
    nghttp2_submit_shutdown_notice(session->session);
}

static void http2_refuse_all(void *state)
{
    struct http2_session *session = state;
    for (struct http2_stream *stream = session->streams; stream != NULL; stream = stream->next)
        if (stream->exchange.handler != NULL && !stream->exchange.has_ended)
            exchange_refuse(&stream->exchange, STATUS_SHUTTING_DOWN);
}

const struct connection_protocol http2_protocol = {
    .open = http2_open,
    .receive = http2_receive,
    .produce = http2_produce,
    .tick = http2_tick,
    .drain = http2_drain,
    .refuse_all = http2_refuse_all,
    .close = http2_close,
};
