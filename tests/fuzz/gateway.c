/* gateway.c -- What a client of the gateway sends, HTTP/1.1 or HTTP/2: the first byte says in what
 * pieces it comes, the rest is sent. Requests are answered at once, later, or not at all. */
#include <string.h>

#include "base/require.h"
#include "gateway/grpc_frame.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/memory_stream.h"

#include <stdlib.h>

enum { LATER_MAX = 8, MESSAGE_BYTES_MAX = 64 * 1024, BODY_BYTES_MAX = 1024 };

/* Those that are to be answered later. */
static struct exchange *later[LATER_MAX];

static void take_frame(const struct request *request)
{
    const uint8_t *message;
    uint8_t *unpacked;
    size_t size, taken;
    if (grpc_frame_take(request->body, request->body_size, request_header(request, "grpc-encoding"),
                        MESSAGE_BYTES_MAX, &message, &size, &unpacked, &taken) != GRPC_FRAME_OK)
        return;
    REQUIRE(size <= MESSAGE_BYTES_MAX);
    REQUIRE(taken <= request->body_size);
    free(unpacked);
}

static void require_texts(const struct request *request)
{
    REQUIRE(request->headers_count <= 100);
    for (size_t i = 0; i < request->headers_count; i++) {
        REQUIRE(strlen(request->headers[i].name) < 64 * 1024);
        REQUIRE(strpbrk(request->headers[i].value, "\r\n") == NULL);
    }
    REQUIRE(strpbrk(request->path, " \r\n") == NULL);
}

static void echo(const struct handler *handler, struct exchange *exchange)
{
    const struct request *request = &exchange->request;
    (void)handler;
    require_texts(request);
    take_frame(request);
    exchange_answer(exchange, 200, NULL, 0, request->body, request->body_size);
}

static void refuse(const struct handler *handler, struct exchange *exchange, enum status why)
{
    (void)handler, (void)why;
    exchange_answer(exchange, 503, NULL, 0, NULL, 0);
}

static void forget(struct exchange *exchange)
{
    for (size_t i = 0; i < LATER_MAX; i++)
        if (later[i] == exchange) later[i] = NULL;
}

static void keep(const struct handler *handler, struct exchange *exchange)
{
    (void)handler;
    for (size_t i = 0; i < LATER_MAX; i++)
        if (later[i] == NULL) {
            later[i] = exchange;
            exchange->gone = forget;
            return;
        }
    exchange_abort(exchange);
}

static void start(const struct handler *handler, struct exchange *exchange)
{
    (void)handler, (void)exchange;
}

static void receive(const struct handler *handler, struct exchange *exchange, const uint8_t *bytes,
                    size_t size, bool is_last)
{
    (void)handler;
    if (!exchange->has_begun) exchange_begin(exchange, 200, NULL, 0);
    exchange_write(exchange, bytes, size);
    const struct header trailer = {"grpc-status", "0"};
    if (is_last) exchange_end(exchange, &trailer, 1);
}

static const struct handler handlers[] = {
    {.path_prefix = "/l", .body_bytes_max = BODY_BYTES_MAX, .start = keep, .refuse = refuse},
    {.path_prefix = "/r",
     .needs_http2 = true,
     .start = start,
     .receive = receive,
     .refuse = refuse},
    {.path_prefix = "/", .body_bytes_max = BODY_BYTES_MAX, .start = echo, .refuse = refuse},
    {0},
};

static void answer_later(void)
{
    for (size_t i = 0; i < LATER_MAX; i++) {
        struct exchange *exchange = later[i];
        if (exchange == NULL) continue;
        later[i] = NULL;
        exchange_begin(exchange, 200, NULL, 0);
        exchange_write(exchange, "later", 5);
        exchange_end(exchange, NULL, 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct memory_peer peer;
    memset(later, 0, sizeof later);
    memory_peer_init(&peer, handlers);
    if (size > 0) {
        peer.reads_max = bytes[0];
        memory_peer_send(&peer, bytes + 1, size - 1);
    }
    answer_later();
    memory_peer_work(&peer);
    memory_peer_wait(&peer, 60 * 1000);
    if (peer.connection != NULL) connection_drain(peer.connection);
    memory_peer_hang_up(&peer);
    memory_peer_deinit(&peer);
    return 0;
}
