/* http1_answer.c -- Answers over HTTP/1.1: with their length, or in chunks; to a client of
 * HTTP/1.0, until the connection ends. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "gateway/http1.h"
#include "gateway/http_limits.h"
#include "gateway/loop.h"

enum { LINE_BYTES = 128, CHUNK_HEAD_BYTES = 24, SETTLED_SEND_BYTES = 32 * 1024 };

#define HTTP1_OF(exchange_pointer) ((struct http1 *)(void *)(exchange_pointer))

struct status_phrase {
    unsigned status;
    const char *phrase;
};

static const struct status_phrase phrases[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {411, "Length Required"},
    {413, "Content Too Large"},
    {415, "Unsupported Media Type"},
    {417, "Expectation Failed"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

enum { PHRASES = sizeof phrases / sizeof phrases[0] };

static const char *phrase_of(unsigned status)
{
    for (size_t i = 0; i < PHRASES; i++)
        if (phrases[i].status == status) return phrases[i].phrase;
    return "";
}

static void add_bytes(struct http1 *http1, const void *bytes, size_t size)
{
    if (!buffer_add(&http1->answer, bytes, size)) http1->is_cut = true;
}

/* What was added is charged at once, and is to be sent. */
static void send_added(struct http1 *http1)
{
    size_t added = buffer_size(&http1->answer) - http1->answer_owed;
    memory_share_owe(&http1->connection->memory, added);
    http1->answer_owed += added;
    connection_wake(http1->connection);
}

static void add_text(struct http1 *http1, const char *text)
{
    add_bytes(http1, text, strlen(text));
}

static void add_headers(struct http1 *http1, const struct header *headers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_text(http1, headers[i].name);
        add_text(http1, ": ");
        add_text(http1, headers[i].value);
        add_text(http1, "\r\n");
    }
}

static void add_status_line(struct http1 *http1, unsigned status)
{
    char line[LINE_BYTES];
    snprintf(line, sizeof line, "HTTP/1.1 %u %s\r\n", status, phrase_of(status));
    add_text(http1, line);
}

static void add_length(struct http1 *http1, size_t size)
{
    char line[LINE_BYTES];
    snprintf(line, sizeof line, "content-length: %zu\r\n", size);
    add_text(http1, line);
}

static bool has_no_body(unsigned status)
{
    return status == 204 || status == 304;
}

/* The next request may be looked at, at the end of the round. */
static void finish(struct http1 *http1)
{
    http1->phase = http1->head.keeps_alive ? HTTP1_ANSWERED : HTTP1_OVER;
    http1->phase_ms = loop_now_ms(http1->connection->settings->loop);
}

static void begin(struct exchange *exchange, unsigned status, const struct header *headers,
                  size_t headers_count, const void *body, size_t body_size, bool is_whole)
{
    struct http1 *http1 = HTTP1_OF(exchange);
    bool is_read = http1->phase == HTTP1_ANSWER; /* else its body is still to come */
    http1->is_chunked = !is_whole && http1->head.is_1_1;
    if (!is_read || http1->is_draining || (!is_whole && !http1->is_chunked))
        http1->head.keeps_alive = false;
    add_status_line(http1, status);
    add_headers(http1, headers, headers_count);
    if (is_whole && !has_no_body(status)) add_length(http1, body_size);
    if (http1->is_chunked) add_text(http1, "transfer-encoding: chunked\r\n");
    if (!http1->head.keeps_alive)
        add_text(http1, "connection: close\r\n");
    else if (!http1->head.is_1_1)
        add_text(http1, "connection: keep-alive\r\n");
    add_text(http1, "\r\n");
    bool is_head = strcmp(exchange->request.method, "HEAD") == 0;
    if (body_size > 0 && !is_head && !has_no_body(status)) add_bytes(http1, body, body_size);
    if (is_whole) finish(http1);
    send_added(http1);
}

/* "1a4" and the end of a line. Streams have many chunks, and printf takes its time. */
static void add_chunk_head(struct http1 *http1, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char head[CHUNK_HEAD_BYTES], *end = head + sizeof head, *at = end;
    *--at = '\n';
    *--at = '\r';
    do {
        *--at = digits[size % 16];
        size /= 16;
    } while (size > 0);
    add_bytes(http1, at, (size_t)(end - at));
}

static void write_bytes(struct exchange *exchange, const void *bytes, size_t size)
{
    struct http1 *http1 = HTTP1_OF(exchange);
    connection_wake(http1->connection);
    if (buffer_size(&http1->answer) > ANSWER_UNSENT_BYTES_MAX) {
        http1->is_cut = true;
        return;
    }
    if (strcmp(exchange->request.method, "HEAD") == 0) return;
    if (http1->is_chunked) add_chunk_head(http1, size);
    add_bytes(http1, bytes, size);
    if (http1->is_chunked) add_text(http1, "\r\n");
    send_added(http1);
}

static void end(struct exchange *exchange, const struct header *trailers, size_t trailers_count)
{
    struct http1 *http1 = HTTP1_OF(exchange);
    (void)trailers, (void)trailers_count;
    if (http1->is_chunked && strcmp(exchange->request.method, "HEAD") != 0)
        add_text(http1, "0\r\n\r\n");
    finish(http1);
    send_added(http1);
}

static void abort_answer(struct exchange *exchange)
{
    struct http1 *http1 = HTTP1_OF(exchange);
    http1->is_cut = true;
    connection_wake(http1->connection);
}

static size_t unsent(const struct exchange *exchange)
{
    const struct http1 *http1 = (const struct http1 *)(const void *)exchange;
    return buffer_size(&http1->answer) + buffer_size(&http1->connection->out);
}

/* Whether the method was HEAD is all that is asked of the request from here on. */
static void settle(struct exchange *exchange)
{
    struct http1 *http1 = HTTP1_OF(exchange);
    bool is_head = strcmp(exchange->request.method, "HEAD") == 0;
    int bytes = SETTLED_SEND_BYTES;
    exchange->request = (struct request){
        .method = is_head ? "HEAD" : "GET", .path = "", .query = "", .authority = ""};
    exchange->peer = &http1->connection->peer;
    arena_deinit(&http1->arena);
    setsockopt(http1->connection->stream->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
}

const struct exchange_protocol http1_exchange = {
    .name = "HTTP/1.1",
    .begin = begin,
    .write = write_bytes,
    .end = end,
    .abort = abort_answer,
    .unsent = unsent,
    .settle = settle,
};

void http1_refuse(struct http1 *http1, unsigned status)
{
    http1->head.keeps_alive = false;
    add_status_line(http1, status);
    add_text(http1, "content-length: 0\r\nconnection: close\r\n\r\n");
    http1->phase = HTTP1_OVER;
    send_added(http1);
}
