#include "gateway/sse.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "gateway/grpc_reply.h"
#include "gateway/http_limits.h"
#include "gateway/json_error.h"
#include "gateway/json_reply.h"
#include "gateway/loop.h"
#include "gateway/passed_on.h"
#include "gateway/sse_request.h"
#include "gateway/upstream.h"
#include "json/write.h"

enum {
    TICK_MS = 1000,
    TEXT_BYTES_MAX = 4 * 1024 * 1024,
    TEXT_BYTES_KEPT = 64 * 1024,
    NO_CONTENT = 204,
};

struct sse_stream {
    struct subscription subscription; /* the first member */
    struct sse_door *door;
    struct exchange *exchange;
    struct sse_stream *previous, *next;
    int64_t written_ms;
    size_t largest;    /* event that was written, in bytes */
    char *traceparent; /* NULL: it has none */
    bool is_korean;
    char last_id[SSE_ID_BYTES]; /* what the reader had last, before this stream */
};

struct sse_door {
    struct loop *loop;
    struct subscriptions *subscriptions;
    const struct origins *origins;
    struct loop_ticker ticker;
    struct json_buffer text; /* of the news that is told */
    struct sse_stream *streams;
    int64_t silent_ms; /* none is silent for too long before */
    bool is_draining;  /* no more may come */
};

static const char *const event_names[] = {
    [NEWS_QUEUE_ENTRY] = "queue", [NEWS_SEATS] = "seats", [NEWS_SALE] = "sale"};

/* --- Streams -----------------------------------------------------------------------------------
 */

static void stream_free(struct sse_stream *stream)
{
    if (stream->previous != NULL)
        stream->previous->next = stream->next;
    else
        stream->door->streams = stream->next;
    if (stream->next != NULL) stream->next->previous = stream->previous;
    unsubscribe(&stream->subscription);
    free(stream->traceparent);
    free(stream);
}

static void reader_gone(struct exchange *exchange)
{
    stream_free(exchange->context);
}

/* One who does not read is cut off: it comes again, and is told how it is then. */
static void cut_off(struct sse_stream *stream)
{
    exchange_abort(stream->exchange);
    stream_free(stream);
}

/* The whole map of a large hall may take its time. */
static bool is_slow(const struct sse_stream *stream)
{
    return exchange_unsent(stream->exchange) > EVENT_STREAM_UNSENT_BYTES_MAX + stream->largest;
}

static void stream_write(struct sse_stream *stream, const void *bytes, size_t size)
{
    stream->written_ms = loop_now_ms(stream->door->loop);
    if (size > stream->largest) stream->largest = size;
    exchange_write(stream->exchange, bytes, size);
}

/* --- What is written ---------------------------------------------------------------------------
 */

static void add_head(struct json_buffer *text, enum news_kind kind, uint64_t version)
{
    char id[SSE_ID_BYTES];
    sse_id_write(kind, version, id);
    json_buffer_add_string(text, "id: ");
    json_buffer_add_string(text, id);
    json_buffer_add_string(text, "\nevent: ");
    json_buffer_add_string(text, event_names[kind]);
    json_buffer_add_string(text, "\ndata: ");
}

static const ProtobufCMessageDescriptor *const descriptors[] = {
    [NEWS_QUEUE_ENTRY] = &onsale__v1__get_queue_entry_response__descriptor,
    [NEWS_SEATS] = &onsale__v1__get_seat_map_response__descriptor,
    [NEWS_SALE] = &onsale__v1__queue_stats__descriptor,
};

static void add_message(struct json_buffer *text, enum news_kind kind,
                        const ProtobufCMessage *message)
{
    if (kind == NEWS_QUEUE_ENTRY)
        message = &((const Onsale__V1__GetQueueEntryResponse *)message)->entry->base;
    json_buffer_add_message(text, message, JSON_FIELDS_ALL);
}

static void add_news(struct json_buffer *text, const struct news *news)
{
    ProtobufCMessage *unpacked = NULL;
    const ProtobufCMessage *message = news->unpacked;
    if (message == NULL)
        message = unpacked = protobuf_c_message_unpack(descriptors[news->kind], NULL,
                                                       news->message_size, news->message);
    if (message == NULL)
        text->is_cut = true;
    else
        add_message(text, news->kind, message);
    if (unpacked != NULL) protobuf_c_message_free_unpacked(unpacked, NULL);
}

/* For the first of those who are told. It is left out without memory. */
static void make_event(struct sse_door *door, struct news *news)
{
    struct json_buffer *text = &door->text;
    if (text->capacity > TEXT_BYTES_KEPT) json_buffer_deinit(text);
    text->size = 0;
    text->is_cut = false;
    add_head(text, news->kind, news->version);
    add_news(text, news);
    json_buffer_add_string(text, "\n\n");
    news->event = text->is_cut ? NULL : text->bytes;
    news->event_size = text->size;
}

static void begin(struct sse_stream *stream)
{
    struct json_headers headers = {0};
    json_headers_add(&headers, "content-type", "text/event-stream");
    json_headers_add(&headers, "cache-control", "no-store");
    json_headers_add(&headers, "x-accel-buffering", "no");
    json_headers_add(&headers, "referrer-policy", "no-referrer");
    json_headers_add_cors(&headers, &stream->exchange->request, stream->door->origins);
    exchange_begin(stream->exchange, 200, headers.list, headers.count);
    exchange_settle(stream->exchange);
}

/* A reader that has seen how the entry ended is not to come again. */
static bool has_seen_the_end(const struct sse_stream *stream, const struct news *news)
{
    char id[SSE_ID_BYTES];
    if (!news->is_last || stream->exchange->has_begun) return false;
    sse_id_write(news->kind, news->version, id);
    return strcmp(id, stream->last_id) == 0;
}

static void told(struct subscription *subscription, struct news *news)
{
    struct sse_stream *stream = (struct sse_stream *)subscription;
    if (news->event == NULL) make_event(stream->door, news);
    if (has_seen_the_end(stream, news)) {
        exchange_answer(stream->exchange, NO_CONTENT, NULL, 0, NULL, 0);
        stream_free(stream);
        return;
    }
    if (!stream->exchange->has_begun) begin(stream);
    if (news->event == NULL || is_slow(stream)) {
        cut_off(stream);
        return;
    }
    stream_write(stream, news->event, news->event_size);
    if (!news->is_last) return;
    exchange_end(stream->exchange, NULL, 0);
    stream_free(stream);
}

static void ended(struct subscription *subscription, const struct onsale_error *error)
{
    struct sse_stream *stream = (struct sse_stream *)subscription;
    struct json_buffer text;
    if (!stream->exchange->has_begun) {
        json_reply_error(stream->exchange, stream->door->origins, error);
        stream_free(stream);
        return;
    }
    json_buffer_init(&text, TEXT_BYTES_MAX);
    json_buffer_add_string(&text, "event: error\ndata: ");
    json_error_write(&text, json_http_status((enum status)error->status, (int)error->code), error,
                     stream->is_korean);
    json_buffer_add_string(&text, "\n\n");
    if (!text.is_cut) stream_write(stream, text.bytes, text.size);
    json_buffer_deinit(&text);
    exchange_end(stream->exchange, NULL, 0);
    stream_free(stream);
}

/* --- Requests ----------------------------------------------------------------------------------
 */

static bool subscribe(struct sse_stream *stream, const struct sse_request *request)
{
    struct subscriptions *table = stream->door->subscriptions;
    struct subscription *subscription = &stream->subscription;
    if (request->kind == NEWS_QUEUE_ENTRY)
        return subscribe_queue_entry(table, subscription, request->token, request->token_size);
    if (request->kind == NEWS_SEATS)
        return subscribe_seats(table, subscription, request->id,
                               sse_id_read(NEWS_SEATS, request->last_id), request->token,
                               request->token_size);
    return subscribe_sale(table, subscription, request->id);
}

/* The arena of an exchange does not outlive its beginning. */
static bool keep_origin(struct sse_stream *stream)
{
    struct upstream_origin origin = passed_on_origin(stream->exchange);
    if (origin.traceparent != NULL) {
        stream->traceparent = strdup(origin.traceparent);
        if (stream->traceparent == NULL) return false;
    }
    origin.traceparent = stream->traceparent;
    stream->subscription.origin = origin;
    return true;
}

static void stream_open(struct sse_door *door, struct exchange *exchange,
                        const struct sse_request *request)
{
    struct sse_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        json_reply_status(exchange, door->origins, STATUS_OUT_OF_MEMORY);
        return;
    }
    stream->subscription.told = told;
    stream->subscription.ended = ended;
    stream->door = door;
    stream->exchange = exchange;
    stream->written_ms = loop_now_ms(door->loop);
    stream->is_korean = request_prefers_korean(&exchange->request);
    strcpy(stream->last_id, request->last_id);
    stream->next = door->streams;
    if (stream->next != NULL) stream->next->previous = stream;
    door->streams = stream;
    exchange->context = stream;
    exchange->gone = reader_gone;
    if (keep_origin(stream) && subscribe(stream, request)) return;
    json_reply_status(exchange, door->origins, STATUS_OUT_OF_MEMORY);
    stream_free(stream);
}

static void refuse_http(const struct sse_door *door, struct exchange *exchange,
                        enum json_http_refusal why)
{
    const struct json_refusal refusal = {.http = why};
    json_reply_refusal(exchange, door->origins, &refusal,
                       why == JSON_VERB_NOT_ALLOWED ? "GET, OPTIONS" : NULL);
}

static bool needs_token(const struct sse_request *request, const struct peer *peer)
{
    if (request->kind == NEWS_SEATS) return peer->role == ROLE_PUBLIC;
    return request->kind == NEWS_QUEUE_ENTRY;
}

void sse_start(const struct handler *handler, struct exchange *exchange)
{
    struct sse_door *door = handler->context;
    struct sse_request request;
    enum status status = sse_request_read(&exchange->request, &request);
    if (status == STATUS_METHOD_UNKNOWN)
        refuse_http(door, exchange, JSON_PATH_UNKNOWN);
    else if (strcmp(exchange->request.method, "OPTIONS") == 0)
        json_reply_options(exchange, door->origins, "GET, OPTIONS");
    else if (strcmp(exchange->request.method, "GET") != 0)
        refuse_http(door, exchange, JSON_VERB_NOT_ALLOWED);
    else if (status != STATUS_OK)
        json_reply_status(exchange, door->origins, status);
    else if (needs_token(&request, exchange->peer) && request.token_size == 0)
        json_reply_status(exchange, door->origins, STATUS_TOKEN_MISSING);
    else if (door->is_draining)
        json_reply_status(exchange, door->origins, STATUS_SHUTTING_DOWN);
    else
        stream_open(door, exchange, &request);
}

void sse_refuse(const struct handler *handler, struct exchange *exchange, enum status why)
{
    const struct sse_door *door = handler->context;
    json_reply_status(exchange, door->origins, why);
}

/* --- The door ----------------------------------------------------------------------------------
 */

/* A comment: what stands between tells by it that the stream lives, and we that the reader is gone.
 */
static void break_silence(struct sse_stream *stream)
{
    static const char comment[] = ":\n\n";
    if (stream->exchange->has_begun) stream_write(stream, comment, sizeof comment - 1);
}

/* Thousands of streams that are told of something now and then need not be looked at meanwhile. */
static void tick(struct loop_ticker *ticker, int64_t now_ms)
{
    struct sse_door *door = (struct sse_door *)((char *)ticker - offsetof(struct sse_door, ticker));
    struct sse_stream *next;
    if (now_ms < door->silent_ms) return;
    door->silent_ms = now_ms + EVENT_STREAM_SILENCE_MS;
    for (struct sse_stream *stream = door->streams; stream != NULL; stream = next) {
        next = stream->next;
        int64_t silent_ms = stream->written_ms + EVENT_STREAM_SILENCE_MS;
        if (silent_ms <= now_ms)
            break_silence(stream);
        else if (silent_ms < door->silent_ms)
            door->silent_ms = silent_ms;
    }
}

struct sse_door *sse_door_open(struct loop *loop, struct subscriptions *subscriptions,
                               const struct origins *origins)
{
    struct sse_door *door = calloc(1, sizeof *door);
    if (door == NULL) return NULL;
    door->loop = loop;
    door->subscriptions = subscriptions;
    door->origins = origins;
    json_buffer_init(&door->text, TEXT_BYTES_MAX);
    door->ticker = (struct loop_ticker){.tick = tick, .interval_ms = TICK_MS};
    loop_tick(loop, &door->ticker);
    return door;
}

void sse_door_drain(struct sse_door *door)
{
    door->is_draining = true;
    while (door->streams != NULL) {
        struct sse_stream *stream = door->streams;
        if (stream->exchange->has_begun)
            exchange_end(stream->exchange, NULL, 0);
        else
            json_reply_status(stream->exchange, door->origins, STATUS_SHUTTING_DOWN);
        stream_free(stream);
    }
}

void sse_door_close(struct sse_door *door)
{
    if (door == NULL) return;
    REQUIRE(door->streams == NULL);
    json_buffer_deinit(&door->text);
    free(door);
}
