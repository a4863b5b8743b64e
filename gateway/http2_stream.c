/* http2_stream.c -- A request that comes over HTTP/2: put together, and handed to its handler. */
#include <stdlib.h>
#include <string.h>

#include "gateway/exchange_begin.h"
#include "gateway/gate.h"
#include "gateway/http2.h"

enum {
    ARENA_BYTES_MAX = 128 * 1024, /* headers of request and answer, and what a handler needs */
    ARENA_FIRST_BYTES = 3 * 1024,
    SPARE_MAX = 256,
    BODY_BYTES_KEPT = 4 * 1024,
    ANSWER_BYTES_KEPT = 4 * 1024,
    HEAD_TOO_LONG = 431,
    ANSWER_BYTES_MAX = 24 * 1024 * 1024, /* the server's largest reply is 16 MiB */
};

static struct http2_stream *take_spare(struct http2_session *session)
{
    struct http2_stream *stream = session->spare;
    if (stream != NULL) {
        session->spare = stream->next;
        session->spare_count--;
        return stream;
    }
    stream = calloc(1, sizeof *stream);
    if (stream == NULL) return NULL;
    arena_init(&stream->arena, ARENA_BYTES_MAX);
    arena_make_room(&stream->arena, ARENA_FIRST_BYTES); /* most need no more */
    buffer_init(&stream->body, SIZE_MAX);
    buffer_init(&stream->answer, ANSWER_BYTES_MAX);
    return stream;
}

struct http2_stream *http2_stream_open(struct http2_session *session, int32_t id)
{
    struct http2_stream *stream = take_spare(session);
    if (stream == NULL) return NULL;
    stream->session = session;
    stream->id = id;
    stream->exchange = (struct exchange){
        .request = {.method = "", .path = "", .query = "", .authority = ""},
        .peer = &session->connection->peer,
        .account = session->connection->account,
        .arrived_ms = loop_now_ms(session->connection->settings->loop),
        .arena = &stream->arena,
        .protocol = &http2_exchange,
    };
    stream->exchange.request.headers = stream->headers;
    stream->progress_ms = stream->exchange.arrived_ms;
    stream->previous = NULL;
    stream->next = session->streams;
    if (stream->next != NULL) stream->next->previous = stream;
    session->streams = stream;
    session->streams_count++;
    return stream;
}

static void stream_free(struct http2_stream *stream)
{
    arena_deinit(&stream->arena);
    buffer_deinit(&stream->body);
    buffer_deinit(&stream->answer);
    free(stream);
}

static void unlink_stream(struct http2_stream *stream)
{
    struct http2_session *session = stream->session;
    if (stream->previous != NULL)
        stream->previous->next = stream->next;
    else
        session->streams = stream->next;
    if (stream->next != NULL) stream->next->previous = stream->previous;
    session->streams_count--;
}

static void reset(struct http2_stream *stream)
{
    arena_reset(&stream->arena);
    buffer_reset(&stream->body, BODY_BYTES_KEPT);
    buffer_reset(&stream->answer, ANSWER_BYTES_KEPT);
    stream->head_bytes = stream->body_paid = stream->answer_owed = stream->trailers_count = 0;
    stream->is_too_long = stream->is_refused = stream->is_whole = stream->is_deferred = false;
    stream->lingering_ms = 0;
}

void http2_stream_close(struct http2_stream *stream)
{
    struct http2_session *session = stream->session;
    memory_share_give(&session->connection->memory, stream->body_paid + stream->answer_owed);
    unlink_stream(stream);
    if (session->spare_count == SPARE_MAX) {
        stream_free(stream);
        return;
    }
    reset(stream);
    stream->next = session->spare;
    session->spare = stream;
    session->spare_count++;
}

void http2_streams_free(struct http2_session *session)
{
    while (session->spare != NULL) {
        struct http2_stream *next = session->spare->next;
        stream_free(session->spare);
        session->spare = next;
    }
    session->spare_count = 0;
}

/* --- The head ----------------------------------------------------------------------------------
 */

static char *copy_text(struct http2_stream *stream, const uint8_t *bytes, size_t size)
{
    char *text = arena_alloc(&stream->arena, size + 1);
    if (text == NULL) return NULL;
    memcpy(text, bytes, size);
    text[size] = '\0';
    return text;
}

static bool is_named(const uint8_t *name, size_t name_size, const char *wanted)
{
    return name_size == strlen(wanted) && memcmp(name, wanted, name_size) == 0;
}

/* The query is cut off in place. */
static bool take_target(struct request *request, char *target)
{
    char *query = target == NULL ? NULL : strchr(target, '?');
    if (target == NULL) return false;
    if (query != NULL) {
        *query = '\0';
        request->query = query + 1;
    }
    request->path = target;
    return true;
}

static bool take_pseudo(struct http2_stream *stream, const uint8_t *name, size_t name_size,
                        const uint8_t *value, size_t value_size)
{
    struct request *request = &stream->exchange.request;
    const char **place = NULL;
    if (is_named(name, name_size, ":path"))
        return take_target(request, copy_text(stream, value, value_size));
    if (is_named(name, name_size, ":method")) place = &request->method;
    if (is_named(name, name_size, ":authority")) place = &request->authority;
    if (place == NULL) return true;
    char *text = copy_text(stream, value, value_size);
    if (text == NULL) return false;
    *place = text;
    return true;
}

bool http2_stream_add_header(struct http2_stream *stream, const uint8_t *name, size_t name_size,
                             const uint8_t *value, size_t value_size)
{
    struct request *request = &stream->exchange.request;
    stream->head_bytes += name_size + value_size;
    stream->is_too_long |= stream->head_bytes > HTTP_HEAD_BYTES_MAX;
    if (stream->is_too_long) return true;
    if (name_size > 0 && name[0] == ':')
        return take_pseudo(stream, name, name_size, value, value_size);
    stream->is_too_long |= request->headers_count == HTTP_HEADERS_MAX;
    if (stream->is_too_long) return true;
    struct header header = {copy_text(stream, name, name_size),
                            copy_text(stream, value, value_size)};
    if (header.name == NULL || header.value == NULL) return false;
    stream->headers[request->headers_count++] = header;
    return true;
}

/* --- The body ----------------------------------------------------------------------------------
 */

static void refuse(struct http2_stream *stream, enum status why)
{
    if (stream->exchange.has_begun) return;
    stream->is_refused = true;
    exchange_refuse(&stream->exchange, why);
}

void http2_stream_route(struct http2_stream *stream)
{
    struct exchange *exchange = &stream->exchange;
    exchange->arrived_ms = loop_now_ms(stream->session->connection->settings->loop);
    exchange->handler =
        handler_find(stream->session->connection->settings->handlers, &exchange->request, true);
    if (stream->is_too_long) {
        stream->is_refused = true;
        exchange_answer(exchange, HEAD_TOO_LONG, NULL, 0, NULL, 0);
        return;
    }
    enum status why = gate_admit(exchange);
    if (why != STATUS_OK) {
        refuse(stream, why);
    } else if (exchange->handler->receive != NULL) {
        exchange_start(exchange);
    }
}

static void hand_on(struct http2_stream *stream, const uint8_t *bytes, size_t size, bool is_last)
{
    struct exchange *exchange = &stream->exchange;
    if (!exchange->has_ended)
        exchange->handler->receive(exchange->handler, exchange, bytes, size, is_last);
}

void http2_stream_add_body(struct http2_stream *stream, const uint8_t *bytes, size_t size)
{
    struct memory_share *memory = &stream->session->connection->memory;
    if (stream->is_refused) return;
    if (stream->exchange.handler->receive != NULL) {
        hand_on(stream, bytes, size, false);
        return;
    }
    if (size > stream->exchange.handler->body_bytes_max - buffer_size(&stream->body)) {
        refuse(stream, STATUS_PAYLOAD_TOO_LARGE);
    } else if (!memory_share_take(memory, size)) {
        refuse(stream, STATUS_MEMORY_BUSY);
    } else {
        stream->body_paid += size;
        if (!buffer_add(&stream->body, bytes, size)) refuse(stream, STATUS_OUT_OF_MEMORY);
    }
}

void http2_stream_start(struct http2_stream *stream)
{
    struct request *request = &stream->exchange.request;
    stream->is_whole = true;
    if (stream->is_refused) return;
    if (stream->exchange.handler->receive != NULL) {
        hand_on(stream, NULL, 0, true);
        return;
    }
    request->body_size = buffer_size(&stream->body);
    request->body = request->body_size == 0 ? NULL : buffer_at(&stream->body);
    exchange_start(&stream->exchange);
}
