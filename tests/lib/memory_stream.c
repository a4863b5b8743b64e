#include "tests/lib/memory_stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "base/require.h"

enum { BUDGET_BYTES = 8 * 1024 * 1024, BUFFER_BYTES = 64 * 1024 * 1024 };

struct memory_stream {
    struct byte_stream base;
    struct memory_peer *peer;
};

static ptrdiff_t memory_read(struct byte_stream *stream, void *bytes, size_t size)
{
    struct memory_peer *peer = ((struct memory_stream *)stream)->peer;
    size_t there = buffer_size(&peer->given);
    if (there == 0) return peer->has_hung_up ? STREAM_ENDED : STREAM_WAITS;
    size_t taken = there < size ? there : size;
    if (peer->reads_max > 0 && taken > peer->reads_max) taken = peer->reads_max;
    memcpy(bytes, buffer_at(&peer->given), taken);
    buffer_take(&peer->given, taken);
    return (ptrdiff_t)taken;
}

static bool memory_holds_more(const struct byte_stream *stream)
{
    (void)stream;
    return false;
}

static ptrdiff_t memory_write(struct byte_stream *stream, const void *bytes, size_t size)
{
    struct memory_peer *peer = ((struct memory_stream *)stream)->peer;
    if (peer->is_deaf) return STREAM_WAITS;
    REQUIRE(buffer_add(&peer->taken, bytes, size));
    return (ptrdiff_t)size;
}

static void memory_finish(struct byte_stream *stream)
{
    (void)stream;
}

static uint32_t memory_wants(const struct byte_stream *stream)
{
    (void)stream;
    return 0;
}

static const char *memory_protocol(const struct byte_stream *stream)
{
    (void)stream;
    return NULL;
}

static void memory_close(struct byte_stream *stream)
{
    free(stream);
}

static const struct byte_stream_type memory_type = {
    .read = memory_read,
    .holds_more = memory_holds_more,
    .write = memory_write,
    .finish = memory_finish,
    .wants = memory_wants,
    .protocol = memory_protocol,
    .close = memory_close,
};

static void connection_gone(struct connection *connection, void *context)
{
    struct memory_peer *peer = context;
    REQUIRE(peer->connection == connection);
    peer->connection = NULL;
}

void memory_peer_init(struct memory_peer *peer, const struct handler *handlers)
{
    const struct peer someone = {.address = "memory"};
    *peer = (struct memory_peer){.loop = loop_open()};
    struct memory_stream *stream = calloc(1, sizeof *stream);
    REQUIRE(peer->loop != NULL);
    REQUIRE(stream != NULL);
    *stream = (struct memory_stream){{&memory_type, -1}, peer};
    memory_budget_init(&peer->budget, BUDGET_BYTES);
    buffer_init(&peer->given, BUFFER_BYTES);
    buffer_init(&peer->taken, BUFFER_BYTES);
    peer->stream = stream;
    peer->settings = (struct connection_settings){
        .loop = peer->loop,
        .handlers = handlers,
        .budget = &peer->budget,
        .closed = connection_gone,
        .context = peer,
    };
    peer->connection = connection_open(&peer->settings, &stream->base, &someone);
    REQUIRE(peer->connection != NULL);
}

void memory_peer_deinit(struct memory_peer *peer)
{
    if (peer->connection != NULL) connection_close(peer->connection);
    loop_finish(peer->loop);
    REQUIRE(peer->connection == NULL);
    REQUIRE(memory_budget_used(&peer->budget) == 0);
    buffer_deinit(&peer->given);
    buffer_deinit(&peer->taken);
    loop_close(peer->loop);
}

void memory_peer_work(struct memory_peer *peer)
{
    do {
        if (peer->connection != NULL)
            peer->connection->watch.ready(&peer->connection->watch, EPOLLIN);
        loop_finish(peer->loop);
    } while (peer->connection != NULL && buffer_size(&peer->given) > 0 &&
             !peer->connection->is_paused && !peer->connection->is_ending);
}

void memory_peer_send(struct memory_peer *peer, const void *bytes, size_t size)
{
    REQUIRE(buffer_add(&peer->given, bytes, size));
    memory_peer_work(peer);
}

void memory_peer_say(struct memory_peer *peer, const char *text)
{
    memory_peer_send(peer, text, strlen(text));
}

void memory_peer_hang_up(struct memory_peer *peer)
{
    peer->has_hung_up = true;
    memory_peer_work(peer);
}

void memory_peer_wait(struct memory_peer *peer, int64_t ms)
{
    if (peer->connection != NULL) connection_tick(peer->connection, loop_now_ms(peer->loop) + ms);
    loop_finish(peer->loop);
}

const char *memory_peer_heard(struct memory_peer *peer)
{
    static char text[16 * 1024];
    size_t size = buffer_size(&peer->taken);
    if (size > sizeof text - 1) size = sizeof text - 1;
    if (size > 0) memcpy(text, buffer_at(&peer->taken), size);
    text[size] = '\0';
    buffer_reset(&peer->taken, SIZE_MAX);
    return text;
}
