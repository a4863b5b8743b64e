/* HTTP/1.1 over a connection of memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/http_limits.h"
#include "tests/lib/memory_stream.h"

enum { ECHO_BYTES_MAX = 100 };

static struct exchange *waiting; /* one that is to be answered later */
static int gone_count;

static void echo(const struct handler *handler, struct exchange *exchange)
{
    (void)handler;
    const struct header header = {"x-path", exchange->request.path};
    exchange_answer(exchange, 200, &header, 1, exchange->request.body, exchange->request.body_size);
}

static void refuse(const struct handler *handler, struct exchange *exchange, enum status why)
{
    (void)handler;
    exchange_answer(exchange, why == STATUS_PAYLOAD_TOO_LARGE ? 413 : 503, NULL, 0, NULL, 0);
}

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

static const struct handler handlers[] = {
    {.path_prefix = "/wait", .start = wait, .refuse = refuse},
    {.path_prefix = "/", .body_bytes_max = ECHO_BYTES_MAX, .start = echo, .refuse = refuse},
    {0},
};

static int open_peer(void **state)
{
    static struct memory_peer peer;
    waiting = NULL;
    gone_count = 0;
    memory_peer_init(&peer, handlers);
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
    memory_peer_say(*state, "POST /a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    assert_string_equal(memory_peer_heard(*state),
                        "HTTP/1.1 200 OK\r\nx-path: /a\r\ncontent-length: 3\r\n\r\nabc");
}

static void requests_are_read_however_they_are_cut(void **state)
{
    struct memory_peer *peer = *state;
    peer->reads_max = 1;
    for (int i = 0; i < 3; i++) {
        memory_peer_say(peer, "PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
        assert_non_null(strstr(memory_peer_heard(peer), "\r\n\r\nabc"));
    }
}

static void requests_that_come_together_are_answered_in_order(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer,
                    "GET /wait HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_string_equal(memory_peer_heard(peer), "");
    exchange_answer(waiting, 204, NULL, 0, NULL, 0);
    memory_peer_work(peer);
    assert_string_equal(memory_peer_heard(peer), "HTTP/1.1 204 No Content\r\n\r\n"
                                                 "HTTP/1.1 200 OK\r\nx-path: /b\r\n"
                                                 "content-length: 0\r\n\r\n");
    waiting = NULL;
}

static void a_stream_is_sent_in_chunks(void **state)
{
    memory_peer_say(*state, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    exchange_begin(waiting, 200, NULL, 0);
    exchange_write(waiting, "hello", 5);
    memory_peer_work(*state);
    assert_string_equal(memory_peer_heard(*state),
                        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
    exchange_end(waiting, NULL, 0);
    memory_peer_say(*state, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_non_null(strstr(memory_peer_heard(*state), "0\r\n\r\nHTTP/1.1 200 OK\r\n"));
}

static void a_client_of_http_1_0_gets_a_stream_until_the_end(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer, "GET /wait HTTP/1.0\r\n\r\n");
    exchange_begin(waiting, 200, NULL, 0);
    exchange_write(waiting, "hello", 5);
    exchange_end(waiting, NULL, 0);
    memory_peer_work(peer);
    assert_string_equal(memory_peer_heard(peer),
                        "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello");
    assert_true(peer->connection->is_ending);
}

static void head_is_answered_without_the_body(void **state)
{
    memory_peer_say(*state, "HEAD /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na");
    assert_string_equal(memory_peer_heard(*state),
                        "HTTP/1.1 200 OK\r\nx-path: /a\r\ncontent-length: 1\r\n\r\n");
}

static void a_body_that_is_too_large_is_refused_unread(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 101\r\n\r\n");
    assert_non_null(strstr(memory_peer_heard(peer), "HTTP/1.1 413 "));
    assert_true(peer->connection->is_ending);
    memory_peer_say(peer, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_string_equal(memory_peer_heard(peer), "");
}

static void who_waits_for_it_is_told_to_go_on(void **state)
{
    memory_peer_say(*state, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
                            "Expect: 100-continue\r\n\r\n");
    assert_string_equal(memory_peer_heard(*state), "HTTP/1.1 100 Continue\r\n\r\n");
    memory_peer_say(*state, "a");
    assert_non_null(strstr(memory_peer_heard(*state), "\r\n\r\na"));
}

static void what_is_no_request_ends_the_connection(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer, "nonsense\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_string_equal(memory_peer_heard(peer), "HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n"
                                                 "connection: close\r\n\r\n");
    memory_peer_wait(peer, HTTP_LINGER_MS_MAX + 1);
    assert_null(peer->connection);
}

static void a_head_without_end_is_refused(void **state)
{
    static char much[HTTP_HEAD_BYTES_MAX + 1];
    memset(much, 'a', sizeof much);
    memory_peer_send(*state, much, sizeof much);
    assert_non_null(strstr(memory_peer_heard(*state), "HTTP/1.1 431 "));
}

static void a_head_that_does_not_come_is_waited_for_so_long(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer, "GET / HTTP/1.1\r\n");
    memory_peer_wait(peer, HTTP_HEAD_MS_MAX);
    assert_string_equal(memory_peer_heard(peer), "");
    memory_peer_wait(peer, HTTP_HEAD_MS_MAX + 1);
    assert_non_null(strstr(memory_peer_heard(peer), "HTTP/1.1 408 "));
}

static void a_body_that_does_not_come_is_waited_for_so_long(void **state)
{
    memory_peer_say(*state, "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\na");
    memory_peer_wait(*state, HTTP_BODY_MS_MAX);
    assert_string_equal(memory_peer_heard(*state), "");
    memory_peer_wait(*state, HTTP_BODY_MS_MAX + 1);
    assert_non_null(strstr(memory_peer_heard(*state), "HTTP/1.1 503 "));
}

static void a_connection_that_says_nothing_is_closed(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_wait(peer, HTTP_HEAD_MS_MAX + 1);
    assert_null(peer->connection);
}

static void an_idle_connection_is_closed_later(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    memory_peer_wait(peer, HTTP_IDLE_MS_MAX);
    assert_false(peer->connection->is_ending);
    memory_peer_wait(peer, HTTP_IDLE_MS_MAX + 1);
    assert_true(peer->connection->is_ending);
}

static void who_waits_for_an_answer_is_not_idle(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    memory_peer_wait(peer, 10 * HTTP_IDLE_MS_MAX);
    assert_non_null(waiting);
    assert_false(peer->connection->is_ending);
}

static void who_hangs_up_is_gone(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_int_equal(gone_count, 0);
    memory_peer_hang_up(peer);
    assert_null(peer->connection);
    assert_int_equal(gone_count, 1);
}

static void who_does_not_read_a_stream_is_cut_off(void **state)
{
    static const char much[64 * 1024];
    struct memory_peer *peer = *state;
    peer->is_deaf = true;
    memory_peer_say(peer, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    exchange_begin(waiting, 200, NULL, 0);
    for (int i = 0; i < 20 && peer->connection != NULL; i++) {
        exchange_write(waiting, much, sizeof much);
        memory_peer_work(peer);
    }
    assert_null(peer->connection);
    assert_int_equal(gone_count, 1);
}

static void who_does_not_read_an_answer_is_cut_off_in_time(void **state)
{
    struct memory_peer *peer = *state;
    peer->is_deaf = true;
    memory_peer_say(peer, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    memory_peer_wait(peer, ANSWER_UNREAD_MS_MAX);
    assert_non_null(peer->connection);
    memory_peer_wait(peer, ANSWER_UNREAD_MS_MAX + 1);
    assert_null(peer->connection);
}

static void a_gateway_that_stops_answers_and_closes(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    connection_drain(peer->connection);
    memory_peer_work(peer);
    exchange_answer(waiting, 200, NULL, 0, "a", 1);
    memory_peer_work(peer);
    assert_string_equal(memory_peer_heard(peer),
                        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\nconnection: close\r\n\r\na");
    assert_true(peer->connection->is_ending);
}

static void a_gateway_that_has_to_stop_refuses_what_is_open(void **state)
{
    struct memory_peer *peer = *state;
    memory_peer_say(peer, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
    connection_refuse_all(peer->connection);
    memory_peer_work(peer);
    assert_int_equal(gone_count, 1);
    assert_non_null(strstr(memory_peer_heard(peer), "HTTP/1.1 503 "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_peer, close_peer)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_request_is_answered),
        TEST(requests_are_read_however_they_are_cut),
        TEST(requests_that_come_together_are_answered_in_order),
        TEST(a_stream_is_sent_in_chunks),
        TEST(a_client_of_http_1_0_gets_a_stream_until_the_end),
        TEST(head_is_answered_without_the_body),
        TEST(a_body_that_is_too_large_is_refused_unread),
        TEST(who_waits_for_it_is_told_to_go_on),
        TEST(what_is_no_request_ends_the_connection),
        TEST(a_head_without_end_is_refused),
        TEST(a_head_that_does_not_come_is_waited_for_so_long),
        TEST(a_body_that_does_not_come_is_waited_for_so_long),
        TEST(a_connection_that_says_nothing_is_closed),
        TEST(an_idle_connection_is_closed_later),
        TEST(who_waits_for_an_answer_is_not_idle),
        TEST(who_hangs_up_is_gone),
        TEST(who_does_not_read_a_stream_is_cut_off),
        TEST(who_does_not_read_an_answer_is_cut_off_in_time),
        TEST(a_gateway_that_stops_answers_and_closes),
        TEST(a_gateway_that_has_to_stop_refuses_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
