/* HTTP/2 over a connection of memory: frames are written by hand, and looked for in what comes
 * back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/http_limits.h"
#include "tests/lib/memory_stream.h"

enum {
    DATA = 0,
    HEADERS = 1,
    RST_STREAM = 3,
    SETTINGS = 4,
    PING = 6,
    GOAWAY = 7,
    END_STREAM = 1,
    END_HEADERS = 4,
    HEAD_BYTES = 9,
    FRAME_BYTES_MAX = 1024,
    BODY_BYTES_MAX = 100,
    ENHANCE_YOUR_CALM = 11,
    CODE_AT = 3, /* of RST_STREAM: its last byte */
};

static struct exchange *waiting; /* one that is to be answered later */
static int gone_count;

static void is_gone(struct exchange *exchange)
{
    assert_ptr_equal(exchange, waiting);
    waiting = NULL;
    gone_count++;
}

static void wait(const struct handler *handler, struct exchange *exchange)
{
    (void)handler;
    assert_null(waiting);
    waiting = exchange;
    exchange->gone = is_gone;
}

static void refuse(const struct handler *handler, struct exchange *exchange, enum status why)
{
    (void)handler;
    exchange_answer(exchange, why == STATUS_PAYLOAD_TOO_LARGE ? 413 : 503, NULL, 0, NULL, 0);
}

static const struct handler handlers[] = {
    {.path_prefix = "/", .body_bytes_max = BODY_BYTES_MAX, .start = wait, .refuse = refuse},
    {0},
};

static void send_frame(struct memory_peer *peer, uint8_t type, uint8_t flags, uint8_t stream,
                       const void *payload, size_t size)
{
    uint8_t frame[FRAME_BYTES_MAX] = {
        0, (uint8_t)(size >> 8), (uint8_t)size, type, flags, 0, 0, 0, stream};
    assert_true(size <= sizeof frame - HEAD_BYTES);
    if (size > 0) memcpy(frame + HEAD_BYTES, payload, size);
    memory_peer_send(peer, frame, HEAD_BYTES + size);
}

/* HPACK: POST, http and / of the static table, and an authority. */
static void send_request(struct memory_peer *peer, uint8_t flags, uint8_t stream)
{
    static const uint8_t head[] = {0x83, 0x86, 0x84, 0x41, 1, 'x'};
    send_frame(peer, HEADERS, END_HEADERS | flags, stream, head, sizeof head);
}

/* A frame that the connection has sent. @return Its payload; NULL if there is none. */
static const uint8_t *find_frame(const struct memory_peer *peer, uint8_t type, uint8_t stream)
{
    const uint8_t *at = buffer_at(&peer->taken);
    const uint8_t *end = at + buffer_size(&peer->taken);
    while (end - at >= HEAD_BYTES) {
        if (at[3] == type && at[8] == stream) return at + HEAD_BYTES;
        at += HEAD_BYTES + ((size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2]);
    }
    return NULL;
}

static int open_peer(void **state)
{
    static struct memory_peer peer;
    waiting = NULL;
    gone_count = 0;
    memory_peer_init(&peer, handlers);
    memory_peer_say(&peer, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    send_frame(&peer, SETTINGS, 0, 0, NULL, 0);
    *state = &peer;
    return 0;
}

static int close_peer(void **state)
{
    memory_peer_deinit(*state);
    return 0;
}

static void a_request_is_answered(void **state)
{
    struct memory_peer *peer = *state;
    send_request(peer, 0, 1);
    assert_null(waiting);
    send_frame(peer, DATA, END_STREAM, 1, "abc", 3);
    assert_int_equal(waiting->request.body_size, 3);
    assert_memory_equal(waiting->request.body, "abc", 3);
    assert_string_equal(waiting->request.method, "POST");
    assert_string_equal(waiting->request.authority, "x");
    exchange_answer(waiting, 200, NULL, 0, "answer", 6);
    memory_peer_work(peer);
    assert_non_null(find_frame(peer, HEADERS, 1));
    assert_memory_equal(find_frame(peer, DATA, 1), "answer", 6);
}

static void a_reset_is_told_to_the_handler(void **state)
{
    struct memory_peer *peer = *state;
    static const uint8_t code[4] = {0, 0, 0, 8};
    send_request(peer, END_STREAM, 1);
    send_frame(peer, RST_STREAM, 0, 1, code, sizeof code);
    assert_int_equal(gone_count, 1);
    assert_non_null(peer->connection);
}

static void a_client_that_vanishes_is_told_to_the_handler(void **state)
{
    struct memory_peer *peer = *state;
    send_request(peer, END_STREAM, 1);
    memory_peer_hang_up(peer);
    assert_int_equal(gone_count, 1);
    assert_null(peer->connection);
}

static void a_body_that_is_too_large_is_refused_and_not_taken(void **state)
{
    struct memory_peer *peer = *state;
    static const char much[BODY_BYTES_MAX + 1];
    send_request(peer, 0, 1);
    send_frame(peer, DATA, 0, 1, much, sizeof much);
    assert_null(waiting);
    assert_non_null(find_frame(peer, HEADERS, 1));
    send_request(peer, END_STREAM, 3);
    assert_non_null(waiting);
}

/* A client that is still sending reads the answer before it hears of a reset. */
static void who_goes_on_sending_what_was_refused_is_reset_in_time(void **state)
{
    struct memory_peer *peer = *state;
    static const char much[BODY_BYTES_MAX + 1];
    send_request(peer, 0, 1);
    send_frame(peer, DATA, 0, 1, much, sizeof much);
    send_frame(peer, DATA, 0, 1, much, sizeof much);
    memory_peer_wait(peer, HTTP_LINGER_MS_MAX);
    assert_null(find_frame(peer, RST_STREAM, 1));
    memory_peer_wait(peer, HTTP_LINGER_MS_MAX + 1);
    assert_int_equal(find_frame(peer, RST_STREAM, 1)[CODE_AT], 0);
}

static void a_body_that_does_not_come_is_waited_for_so_long(void **state)
{
    struct memory_peer *peer = *state;
    send_request(peer, 0, 1);
    memory_peer_wait(peer, HTTP_BODY_MS_MAX);
    assert_null(find_frame(peer, HEADERS, 1));
    memory_peer_wait(peer, HTTP_BODY_MS_MAX + 1);
    assert_non_null(find_frame(peer, HEADERS, 1));
    assert_null(waiting);
}

/* Whose window is used up, but not its socket. */
static void who_does_not_read_a_stream_loses_it(void **state)
{
    static const char much[64 * 1024];
    struct memory_peer *peer = *state;
    send_request(peer, END_STREAM, 1);
    exchange_begin(waiting, 200, NULL, 0);
    for (int i = 0; i < 20 && waiting != NULL; i++) {
        exchange_write(waiting, much, sizeof much);
        memory_peer_work(peer);
    }
    assert_int_equal(gone_count, 1);
    assert_int_equal(find_frame(peer, RST_STREAM, 1)[CODE_AT], ENHANCE_YOUR_CALM);
    assert_non_null(peer->connection);
}

static void who_does_not_read_an_answer_loses_it_in_time(void **state)
{
    static const char much[100 * 1024];
    struct memory_peer *peer = *state;
    send_request(peer, END_STREAM, 1);
    exchange_answer(waiting, 200, NULL, 0, much, sizeof much);
    memory_peer_work(peer);
    memory_peer_wait(peer, ANSWER_UNREAD_MS_MAX);
    assert_null(find_frame(peer, RST_STREAM, 1));
    memory_peer_wait(peer, ANSWER_UNREAD_MS_MAX + 1);
    assert_int_equal(find_frame(peer, RST_STREAM, 1)[CODE_AT], ENHANCE_YOUR_CALM);
}

static void a_silent_peer_with_open_requests_is_pinged_and_then_hung_up_on(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_wait(peer, HTTP2_PING_MS);
    assert_null(find_frame(peer, PING, 0)); /* nothing is open */
    send_request(peer, END_STREAM, 1);
    memory_peer_wait(peer, HTTP2_PING_MS - 1);
    assert_null(find_frame(peer, PING, 0));
    memory_peer_wait(peer, HTTP2_PING_MS);
    assert_non_null(find_frame(peer, PING, 0));
    memory_peer_wait(peer, HTTP2_PING_MS + HTTP2_PONG_MS_MAX);
    assert_false(peer->connection->is_ending);
    memory_peer_wait(peer, HTTP2_PING_MS + HTTP2_PONG_MS_MAX + 1);
    assert_true(peer->connection->is_ending);
}

static void a_peer_that_answers_its_ping_is_kept(void **state)
{
    struct memory_peer *peer = *state;
    send_request(peer, END_STREAM, 1);
    memory_peer_wait(peer, HTTP2_PING_MS);
    send_frame(peer, PING, 1, 0, "\0\0\0\0\0\0\0", 8);
    memory_peer_wait(peer, HTTP2_PING_MS + HTTP2_PONG_MS_MAX + 1);
    assert_false(peer->connection->is_ending);
    assert_non_null(waiting);
}

static void an_idle_connection_is_said_good_bye_to(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_wait(peer, HTTP2_IDLE_MS_MAX);
    assert_null(find_frame(peer, GOAWAY, 0));
    memory_peer_wait(peer, HTTP2_IDLE_MS_MAX + 1);
    assert_non_null(find_frame(peer, GOAWAY, 0));
}

static void a_gateway_that_stops_answers_what_was_opened_before(void **state)
{
    struct memory_peer *peer = *state;
    send_request(peer, END_STREAM, 1);
    connection_drain(peer->connection);
    memory_peer_work(peer);
    assert_non_null(find_frame(peer, GOAWAY, 0));
    memory_peer_wait(peer, HTTP_DRAIN_MS_MAX);
    assert_false(peer->connection->is_ending);
    exchange_answer(waiting, 200, NULL, 0, "answer", 6);
    memory_peer_work(peer);
    assert_memory_equal(find_frame(peer, DATA, 1), "answer", 6);
    assert_true(peer->connection->is_ending);
}

static void a_gateway_that_has_to_stop_refuses_what_is_open(void **state)
{
    struct memory_peer *peer = *state;
    send_request(peer, END_STREAM, 1);
    connection_refuse_all(peer->connection);
    memory_peer_work(peer);
    assert_int_equal(gone_count, 1);
    assert_non_null(find_frame(peer, HEADERS, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_peer, close_peer)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_is_answered),
        TEST(a_reset_is_told_to_the_handler),
        TEST(a_client_that_vanishes_is_told_to_the_handler),
        TEST(a_body_that_is_too_large_is_refused_and_not_taken),
        TEST(who_goes_on_sending_what_was_refused_is_reset_in_time),
        TEST(a_body_that_does_not_come_is_waited_for_so_long),
        TEST(who_does_not_read_a_stream_loses_it),
        TEST(who_does_not_read_an_answer_loses_it_in_time),
        TEST(a_silent_peer_with_open_requests_is_pinged_and_then_hung_up_on),
        TEST(a_peer_that_answers_its_ping_is_kept),
        TEST(an_idle_connection_is_said_good_bye_to),
        TEST(a_gateway_that_stops_answers_what_was_opened_before),
        TEST(a_gateway_that_has_to_stop_refuses_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
