/* http2_answer.c -- Answers over HTTP/2. nghttp2 is told of headers at once and asks for the rest
 * as the peer takes it; trailers are submitted when it asks for what is behind the last byte. */
#include <stdio.h>
#include <string.h>

#include "base/require.h"
#include "gateway/http2.h"

enum { ANSWER_HEADERS_MAX = 32, STATUS_BYTES = 4, LENGTH_BYTES = 24 };

#define STREAM_OF(exchange_pointer) ((struct http2_stream *)(void *)(exchange_pointer))

static nghttp2_nv name_value(const char *name, const char *value)
{
    return (nghttp2_nv){(uint8_t *)name, (uint8_t *)value, strlen(name), strlen(value),
                        NGHTTP2_NV_FLAG_NONE};
}

static void wake(struct http2_stream *stream)
{
    if (stream->is_deferred) nghttp2_session_resume_data(stream->session->session, stream->id);
    stream->is_deferred = false;
    connection_wake(stream->session->connection);
}

static void cut(struct http2_stream *stream, uint32_t code)
{
    nghttp2_submit_rst_stream(stream->session->session, NGHTTP2_FLAG_NONE, stream->id, code);
    connection_wake(stream->session->connection);
}

static void pay_back(struct http2_stream *stream, size_t size)
{
    stream->answer_owed -= size;
    memory_share_give(&stream->session->connection->memory, size);
}

static void submit_trailers(struct http2_stream *stream)
{
    nghttp2_nv pairs[ANSWER_HEADERS_MAX];
    for (size_t i = 0; i < stream->trailers_count; i++)
        pairs[i] = name_value(stream->trailers[i].name, stream->trailers[i].value);
    nghttp2_submit_trailer(stream->session->session, stream->id, pairs, stream->trailers_count);
}

/* nghttp2 asks for more of the answer. */
static ssize_t read_answer(nghttp2_session *session, int32_t id, uint8_t *bytes, size_t size,
                           uint32_t *flags, nghttp2_data_source *source, void *user_data)
{
    struct http2_stream *stream = source->ptr;
    (void)session, (void)id, (void)user_data;
    size_t waiting = buffer_size(&stream->answer);
    if (waiting == 0 && !stream->exchange.has_ended) {
        stream->is_deferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    size_t taken = waiting < size ? waiting : size;
    if (taken > 0) memcpy(bytes, buffer_at(&stream->answer), taken);
    buffer_take(&stream->answer, taken);
    pay_back(stream, taken);
    stream->progress_ms = loop_now_ms(stream->session->connection->settings->loop);
    if (taken < waiting || !stream->exchange.has_ended) return (ssize_t)taken;
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    if (stream->trailers_count > 0) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        submit_trailers(stream);
    }
    return (ssize_t)taken;
}

static void add_bytes(struct http2_stream *stream, const void *bytes, size_t size)
{
    if (!buffer_add(&stream->answer, bytes, size)) {
        cut(stream, NGHTTP2_INTERNAL_ERROR);
        return;
    }
    memory_share_owe(&stream->session->connection->memory, size);
    stream->answer_owed += size;
}

static void begin(struct exchange *exchange, unsigned status, const struct header *headers,
                  size_t headers_count, const void *body, size_t body_size, bool is_whole)
{
    struct http2_stream *stream = STREAM_OF(exchange);
    char code[STATUS_BYTES], length[LENGTH_BYTES];
    nghttp2_nv pairs[ANSWER_HEADERS_MAX];
    size_t count = 0;
    REQUIRE(headers_count + 2 <= ANSWER_HEADERS_MAX);
    snprintf(code, sizeof code, "%u", status % 1000);
    pairs[count++] = name_value(":status", code);
    for (size_t i = 0; i < headers_count; i++)
        pairs[count++] = name_value(headers[i].name, headers[i].value);
    if (body_size > 0) {
        snprintf(length, sizeof length, "%zu", body_size);
        pairs[count++] = name_value("content-length", length);
    }
    bool has_body = !is_whole || (body_size > 0 && strcmp(exchange->request.method, "HEAD") != 0);
    nghttp2_data_provider provider = {.source.ptr = stream, .read_callback = read_answer};
    if (has_body && is_whole) add_bytes(stream, body, body_size);
    stream->progress_ms = loop_now_ms(stream->session->connection->settings->loop);
    nghttp2_submit_response(stream->session->session, stream->id, pairs, count,
                            has_body ? &provider : NULL);
    connection_wake(stream->session->connection);
}

static void write_bytes(struct exchange *exchange, const void *bytes, size_t size)
{
    struct http2_stream *stream = STREAM_OF(exchange);
    if (buffer_size(&stream->answer) > ANSWER_UNSENT_BYTES_MAX)
        cut(stream, NGHTTP2_ENHANCE_YOUR_CALM); /* on_stream_close tells the handler */
    else
        add_bytes(stream, bytes, size);
    wake(stream);
}

static void end(struct exchange *exchange, const struct header *trailers, size_t trailers_count)
{
    struct http2_stream *stream = STREAM_OF(exchange);
    REQUIRE(trailers_count <= ANSWER_HEADERS_MAX);
    struct header *copies = arena_calloc(exchange->arena, trailers_count, sizeof *copies);
    for (size_t i = 0; copies != NULL && i < trailers_count; i++) {
        copies[i].name =
            arena_copy(exchange->arena, trailers[i].name, strlen(trailers[i].name) + 1);
        copies[i].value =
            arena_copy(exchange->arena, trailers[i].value, strlen(trailers[i].value) + 1);
        if (copies[i].name == NULL || copies[i].value == NULL) copies = NULL;
    }
    if (copies == NULL && trailers_count > 0) {
        cut(stream, NGHTTP2_INTERNAL_ERROR);
        return;
    }
    stream->trailers = copies;
    stream->trailers_count = trailers_count;
    wake(stream);
}

static void abort_stream(struct exchange *exchange)
{
    cut(STREAM_OF(exchange), NGHTTP2_INTERNAL_ERROR);
}

static size_t unsent(const struct exchange *exchange)
{
    const struct http2_stream *stream = (const struct http2_stream *)(const void *)exchange;
    return buffer_size(&stream->answer);
}

/* The connection is others', too: its buffers stay, and windows bound what waits in them. */
static void settle(struct exchange *exchange)
{
    struct http2_stream *stream = STREAM_OF(exchange);
    bool is_head = strcmp(exchange->request.method, "HEAD") == 0;
    exchange->request = (struct request){
        .method = is_head ? "HEAD" : "GET", .path = "", .query = "", .authority = ""};
    exchange->peer = &stream->session->connection->peer;
    arena_reset(&stream->arena);
}

const struct exchange_protocol http2_exchange = {
    .name = "HTTP/2",
    .begin = begin,
    .write = write_bytes,
    .end = end,
    .abort = abort_stream,
    .unsent = unsent,
    .settle = settle,
};
