/* http1.c -- HTTP/1.1 for connection.c: requests one after the other, the next one looked at when
 * the one before was answered. */
#include "gateway/http1.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/exchange_begin.h"
#include "gateway/gate.h"
#include "gateway/http_limits.h"

enum {
    READ_BYTES_MAX = 128 * 1024, /* what a round may bring beside a head */
    ARENA_BYTES_MAX = 128 * 1024,
    ARENA_FIRST_BYTES = 4 * 1024,
    ANSWER_BYTES_MAX = 64 * 1024 * 1024,
    KEPT_BYTES = 4 * 1024,
    BAD_REQUEST = 400,
    REQUEST_TIMEOUT = 408,
    HEAD_TOO_LONG = 431,
};

static int64_t now_of(const struct http1 *http1)
{
    return loop_now_ms(http1->connection->settings->loop);
}

static void enter(struct http1 *http1, enum http1_phase phase)
{
    http1->phase = phase;
    http1->phase_ms = now_of(http1);
}

/* --- A request ---------------------------------------------------------------------------------
 */

static void give_back(struct http1 *http1, size_t *paid)
{
    memory_share_give(&http1->connection->memory, *paid);
    *paid = 0;
}

/* Makes ready for the next request. What waits to be sent of the answer stays. */
static void reset(struct http1 *http1)
{
    arena_deinit(&http1->arena);
    arena_init(&http1->arena, ARENA_BYTES_MAX);
    buffer_reset(&http1->body, 0);
    give_back(http1, &http1->body_paid);
    http1->looked_at = 0;
    enter(http1, HTTP1_HEAD);
}

static void fill_exchange(struct http1 *http1)
{
    struct http1_head *head = &http1->head;
    char *query = strchr(head->target, '?');
    if (query != NULL) *query++ = '\0';
    http1->exchange = (struct exchange){
        .request =
            {
                .method = head->method,
                .path = head->target,
                .query = query == NULL ? "" : query,
                .authority = head->host,
                .headers = head->headers,
                .headers_count = head->headers_count,
            },
        .peer = &http1->connection->peer,
        .account = http1->connection->account,
        .arrived_ms = now_of(http1),
        .arena = &http1->arena,
        .protocol = &http1_exchange,
    };
    http1->exchange.handler =
        handler_find(http1->connection->settings->handlers, &http1->exchange.request, false);
}

/* Whether the request is let in. Else it was refused, and its body, if it has one, will not be
 * read.
 */
static bool admit(struct http1 *http1)
{
    enum status why = gate_admit(&http1->exchange);
    if (why == STATUS_OK) return true;
    if (http1->head.content_length == 0) enter(http1, HTTP1_ANSWER);
    exchange_refuse(&http1->exchange, why);
    return false;
}

/* Whether the body may come. Else it was refused, and will not be read. */
static bool admit_body(struct http1 *http1)
{
    size_t size = http1->head.content_length;
    if (size > http1->exchange.handler->body_bytes_max) {
        exchange_refuse(&http1->exchange, STATUS_PAYLOAD_TOO_LARGE);
        return false;
    }
    if (!memory_share_take(&http1->connection->memory, size)) {
        exchange_refuse(&http1->exchange, STATUS_MEMORY_BUSY);
        return false;
    }
    http1->body_paid = size;
    return true;
}

static void take_body(struct http1 *http1)
{
    size_t wanted = http1->head.content_length - buffer_size(&http1->body);
    size_t there = buffer_size(&http1->in);
    size_t taken = there < wanted ? there : wanted;
    if (!buffer_add(&http1->body, buffer_at(&http1->in), taken)) {
        exchange_refuse(&http1->exchange, STATUS_OUT_OF_MEMORY);
        return;
    }
    buffer_take(&http1->in, taken);
    if (taken < wanted) return;
    struct request *request = &http1->exchange.request;
    request->body_size = buffer_size(&http1->body);
    request->body = request->body_size == 0 ? NULL : buffer_at(&http1->body);
    enter(http1, HTTP1_ANSWER);
    exchange_start(&http1->exchange);
}

/* The head moves to the arena, so that what follows it does not matter any more. */
static void take_head(struct http1 *http1, size_t size)
{
    struct header *headers = NULL;
    char *bytes = NULL;
    if (arena_make_room(&http1->arena, ARENA_FIRST_BYTES + size)) {
        headers = arena_calloc(&http1->arena, HTTP_HEADERS_MAX, sizeof *headers);
        bytes = arena_copy(&http1->arena, buffer_at(&http1->in), size);
    }
    buffer_take(&http1->in, size);
    http1->looked_at = 0;
    if (headers == NULL || bytes == NULL) {
        http1_refuse(http1, 503);
        return;
    }
    unsigned problem = http1_head_parse(bytes, size, headers, HTTP_HEADERS_MAX, &http1->head);
    if (problem != 0) {
        http1_refuse(http1, problem);
        return;
    }
    fill_exchange(http1);
    enter(http1, HTTP1_BODY);
    if (!admit(http1) || !admit_body(http1)) return;
    if (http1->head.expects_continue && buffer_size(&http1->in) < http1->head.content_length) {
        static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
        buffer_add(&http1->connection->out, go_on, sizeof go_on - 1);
    }
}

static void look_for_head(struct http1 *http1)
{
    size_t there = buffer_size(&http1->in);
    size_t size = http1_head_find_end(buffer_at(&http1->in), there, http1->looked_at);
    http1->looked_at = there;
    if (!http1_head_may_begin(*buffer_at(&http1->in)))
        http1_refuse(http1, BAD_REQUEST);
    else if (size > HTTP_HEAD_BYTES_MAX || (size == 0 && there > HTTP_HEAD_BYTES_MAX))
        http1_refuse(http1, HEAD_TOO_LONG);
    else if (size > 0)
        take_head(http1, size);
}

/* As far as it goes with what is there. */
static void go_on(struct http1 *http1)
{
    enum http1_phase before;
    size_t there;
    do {
        before = http1->phase;
        there = buffer_size(&http1->in);
        if (http1->phase == HTTP1_ANSWERED) reset(http1);
        if (http1->phase == HTTP1_HEAD && there > 0) look_for_head(http1);
        if (http1->phase == HTTP1_BODY) take_body(http1);
    } while (http1->phase != before || buffer_size(&http1->in) != there);
    http1->connection->is_paused = buffer_size(&http1->in) > HTTP_HEAD_BYTES_MAX;
}

/* --- For connection.c --------------------------------------------------------------------------
 */

static void *http1_open(struct connection *connection)
{
    struct http1 *http1 = calloc(1, sizeof *http1);
    if (http1 == NULL) return NULL;
    http1->connection = connection;
    arena_init(&http1->arena, ARENA_BYTES_MAX);
    buffer_init(&http1->in, HTTP_HEAD_BYTES_MAX + READ_BYTES_MAX);
    buffer_init(&http1->body, SIZE_MAX);
    buffer_init(&http1->answer, ANSWER_BYTES_MAX);
    enter(http1, HTTP1_HEAD);
    return http1;
}

static void http1_close(void *state)
{
    struct http1 *http1 = state;
    if (http1->phase == HTTP1_BODY || http1->phase == HTTP1_ANSWER)
        exchange_let_go(&http1->exchange);
    give_back(http1, &http1->body_paid);
    give_back(http1, &http1->answer_owed);
    arena_deinit(&http1->arena);
    buffer_deinit(&http1->in);
    buffer_deinit(&http1->body);
    buffer_deinit(&http1->answer);
    free(http1);
}

static bool http1_receive(void *state, const uint8_t *bytes, size_t size)
{
    struct http1 *http1 = state;
    if (http1->phase == HTTP1_HEAD && buffer_size(&http1->in) == 0) enter(http1, HTTP1_HEAD);
    if (!buffer_add(&http1->in, bytes, size)) return false;
    go_on(http1);
    return true;
}

/* Gives back the room of what was sent and read: streams may stay open for hours. */
static void trim(struct http1 *http1)
{
    if (buffer_size(&http1->in) == 0) buffer_reset(&http1->in, 0);
    if (buffer_size(&http1->answer) == 0) buffer_reset(&http1->answer, KEPT_BYTES);
}

static bool http1_produce(void *state)
{
    struct http1 *http1 = state;
    struct connection *connection = http1->connection;
    struct buffer *out = &connection->out;
    if (http1->is_cut) {
        connection_close(connection);
        return false;
    }
    if (http1->phase == HTTP1_ANSWERED) go_on(http1);
    size_t waiting = buffer_size(&http1->answer), room = out->bytes_max - buffer_size(out);
    size_t taken = waiting < room ? waiting : room;
    if (taken > 0 && !buffer_move(&http1->answer, out, taken)) return false;
    memory_share_give(&connection->memory, taken);
    http1->answer_owed -= taken;
    trim(http1);
    connection->has_more = buffer_size(&http1->answer) > 0 || http1->phase == HTTP1_ANSWERED;
    return http1->phase != HTTP1_OVER || buffer_size(&http1->answer) > 0;
}

static bool http1_tick(void *state, int64_t now_ms)
{
    struct http1 *http1 = state;
    int64_t since_ms = now_ms - http1->phase_ms;
    bool is_idle = http1->phase == HTTP1_HEAD && buffer_size(&http1->in) == 0;
    if (is_idle) return since_ms <= HTTP_IDLE_MS_MAX && !http1->is_draining;
    if (http1->phase == HTTP1_HEAD && since_ms > HTTP_HEAD_MS_MAX)
        http1_refuse(http1, REQUEST_TIMEOUT);
    if (http1->phase == HTTP1_BODY && since_ms > HTTP_BODY_MS_MAX)
        exchange_refuse(&http1->exchange, STATUS_DEADLINE_EXCEEDED);
    return true;
}

static void http1_drain(void *state)
{
    struct http1 *http1 = state;
    http1->is_draining = true;
    http1->head.keeps_alive = false;
    if (http1->phase == HTTP1_HEAD && buffer_size(&http1->in) == 0) http1->phase = HTTP1_OVER;
}

static void http1_refuse_all(void *state)
{
    struct http1 *http1 = state;
    if (http1->phase == HTTP1_BODY || http1->phase == HTTP1_ANSWER)
        exchange_refuse(&http1->exchange, STATUS_SHUTTING_DOWN);
}

const struct connection_protocol http1_protocol = {
    .open = http1_open,
    .receive = http1_receive,
    .produce = http1_produce,
    .tick = http1_tick,
    .drain = http1_drain,
    .refuse_all = http1_refuse_all,
    .close = http1_close,
};
