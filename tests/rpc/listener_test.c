#include <fcntl.h>
#include <nng/nng.h>
#include <nng/protocol/reqrep0/req.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib/call_frame.h"
#include "tests/rpc/listener_fixture.h"

enum { REPLY_MS_MAX = 10000 };

static uint8_t *pack_check(size_t *ret_size)
{
    struct call_frame frame;
    call_frame_init(&frame);
    call_frame_add(&frame, CHECK, NULL);
    uint8_t *bytes = call_frame_pack(&frame, ret_size);
    call_frame_deinit(&frame);
    return bytes;
}

static void exchange_with_nng(const char *url)
{
    nng_socket socket;
    size_t size;
    void *reply;
    uint8_t *request = pack_check(&size);
    assert_int_equal(nng_req0_open(&socket), 0);
    assert_int_equal(nng_socket_set_ms(socket, NNG_OPT_RECVTIMEO, REPLY_MS_MAX), 0);
    assert_int_equal(nng_dial(socket, url, NULL, 0), 0);
    assert_int_equal(nng_send(socket, request, size, 0), 0);
    assert_int_equal(nng_recv(socket, &reply, &size, NNG_FLAG_ALLOC), 0);
    Onsale__Rpc__V1__ReplyFrame *frame = onsale__rpc__v1__reply_frame__unpack(NULL, size, reply);
    assert_non_null(frame);
    assert_int_equal(frame->n_results, 1);
    assert_int_equal(frame->results[0]->code, ONSALE__RPC__V1__CODE__CODE_UNSPECIFIED);
    onsale__rpc__v1__reply_frame__free_unpacked(frame, NULL);
    nng_free(reply, size);
    nng_close(socket);
    free(request);
}

static void a_req_socket_of_nng_is_answered_over_ipc_and_tcp(void **state)
{
    struct listener_fixture *fixture = *state;
    listener_fixture_listen(fixture);
    exchange_with_nng(fixture->ipc_url);
    exchange_with_nng(fixture->tcp_url);
}

static void many_frames_on_one_connection_are_each_answered(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&peer, fixture->ipc_url));
    for (uint32_t id = 0; id < 100; id++) {
        send_check(&peer, id);
        assert_true(reply_is(&peer, id, STATUS_OK));
    }
    raw_peer_close(&peer);
}

static void after_200_bare_connects_over_ipc_a_call_succeeds(void **state)
{
    struct listener_fixture *fixture = *state;
    listener_fixture_listen(fixture);
    for (int i = 0; i < 200; i++) {
        struct raw_peer peer;
        assert_true(raw_peer_connect(&peer, fixture->ipc_url));
        raw_peer_close(&peer);
    }
    assert_true(check_succeeds(fixture->ipc_url));
}

static void after_200_connects_over_tcp_that_end_in_a_reset_a_call_succeeds(void **state)
{
    struct listener_fixture *fixture = *state;
    listener_fixture_listen(fixture);
    for (int i = 0; i < 200; i++) {
        struct raw_peer peer;
        assert_true(raw_peer_connect(&peer, fixture->tcp_url));
        if (i % 2 == 0) assert_int_equal(shutdown(peer.fd, SHUT_WR), 0); /* FIN, then RST */
        raw_peer_reset(&peer);
    }
    assert_true(check_succeeds(fixture->tcp_url));
}

static void a_wrong_greeting_ends_its_connection_only(void **state)
{
    struct listener_fixture *fixture = *state;
    static const uint8_t greetings[][8] = {
        {'G', 'E', 'T', ' ', '/', ' ', 'H', 'T'},
        {0, 'S', 'P', 1, 0, 0x30, 0, 0}, /* version */
        {0, 'S', 'P', 0, 0, 0x31, 0, 0}, /* rep, not req */
    };
    listener_fixture_listen(fixture);
    for (size_t i = 0; i < sizeof greetings / sizeof greetings[0]; i++) {
        struct raw_peer peer;
        assert_true(raw_peer_connect(&peer, fixture->urls[i % 2]));
        raw_peer_write(&peer, greetings[i], sizeof greetings[i]);
        assert_true(raw_peer_is_hung_up(&peer));
        raw_peer_close(&peer);
    }
    assert_true(check_succeeds(fixture->ipc_url));
}

static void a_frame_cut_off_by_its_peer_hurts_nobody_else(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&peer, fixture->ipc_url));
    raw_peer_announce(&peer, 100);
    raw_peer_write(&peer, "\x80\0\0\1abc", 7);
    raw_peer_close(&peer);
    assert_true(check_succeeds(fixture->ipc_url));
}

static void a_message_too_short_for_a_request_ends_its_connection(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&peer, fixture->ipc_url));
    raw_peer_announce(&peer, 2);
    raw_peer_write(&peer, "ab", 2);
    assert_true(raw_peer_is_hung_up(&peer));
    raw_peer_close(&peer);
    assert_true(check_succeeds(fixture->ipc_url));
}

static void a_frame_of_garbage_is_refused_and_the_connection_lives(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&peer, fixture->ipc_url));
    raw_peer_send(&peer, 1, (const uint8_t *)"garbage", 7);
    assert_true(reply_is(&peer, 1, STATUS_FRAME_MALFORMED));
    send_check(&peer, 2);
    assert_true(reply_is(&peer, 2, STATUS_OK));
    raw_peer_close(&peer);
}

static void a_frame_of_the_largest_size_is_read_and_one_byte_more_hangs_up(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    size_t size = fixture->options.frame_bytes_max;
    uint8_t *bytes = calloc(1, size + 1);
    for (size_t i = 0; i < 2; i++) {
        assert_true(raw_peer_open(&peer, fixture->urls[i]));
        raw_peer_send(&peer, 1, bytes, size);
        assert_true(reply_is(&peer, 1, STATUS_FRAME_MALFORMED));
        raw_peer_send(&peer, 2, bytes, size + 1);
        assert_true(raw_peer_is_hung_up(&peer));
        raw_peer_close(&peer);
        assert_true(check_succeeds(fixture->urls[i]));
    }
    free(bytes);
}

static void a_second_listener_on_the_same_path_fails_and_the_first_serves_on(void **state)
{
    struct listener_fixture *fixture = *state;
    struct listener *second = NULL;
    listener_fixture_listen(fixture);
    for (size_t i = 0; i < 20; i++) {
        fixture->options.urls = &fixture->urls[i % 2];
        fixture->options.urls_count = 1;
        assert_int_equal(listener_fixture_open(fixture, &second), STATUS_LISTEN_FAILED);
        assert_null(second);
        assert_non_null(strstr(fixture->problem, fixture->urls[i % 2]));
    }
    assert_true(check_succeeds(fixture->ipc_url));
    assert_true(check_succeeds(fixture->tcp_url));
}

static void a_stale_socket_file_is_replaced(void **state)
{
    struct listener_fixture *fixture = *state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, fixture->ipc_url + strlen("ipc://"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
    listener_fixture_listen(fixture);
    assert_true(check_succeeds(fixture->ipc_url));
}

static void a_file_that_is_not_a_socket_is_kept(void **state)
{
    struct listener_fixture *fixture = *state;
    struct listener *listener = NULL;
    const char *path = fixture->ipc_url + strlen("ipc://");
    int fd = open(path, O_CREAT | O_WRONLY, 0600);
    close(fd);
    assert_int_equal(listener_fixture_open(fixture, &listener), STATUS_LISTEN_FAILED);
    assert_int_equal(access(path, F_OK), 0);
}

static void an_address_that_is_none_is_refused_naming_it(void **state)
{
    struct listener_fixture *fixture = *state;
    struct listener *listener = NULL;
    fixture->urls[1] = "nonsense://1";
    assert_int_equal(listener_fixture_open(fixture, &listener), STATUS_LISTEN_FAILED);
    assert_null(listener);
    assert_non_null(strstr(fixture->problem, "nonsense://1"));
}

static void a_context_lives_on_after_a_reply_there_was_no_memory_for(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    fixture->options.frames_in_flight_max = 1;
    atomic_store(&replies_without_memory, 1);
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&peer, fixture->ipc_url));
    send_check(&peer, 1);
    send_check(&peer, 2);
    assert_true(reply_is(&peer, 2, STATUS_OK));
    assert_int_equal(atomic_load(&fixture->fake.seen), 2);
    raw_peer_close(&peer);
}

static bool two_calls_are_held(struct listener_fixture *fixture)
{
    return fake_application_held(&fixture->fake) == 2;
}

static bool a_frame_is_in_flight(struct listener_fixture *fixture)
{
    return rpc_dispatcher_frames_in_flight(fixture->dispatcher) > 0;
}

static void *close_listener(void *listener)
{
    listener_close(listener);
    return NULL;
}

static void a_call_in_flight_is_answered_while_the_listener_closes(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    pthread_t thread;
    atomic_store(&fixture->fake.holds, true);
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&peer, fixture->ipc_url));
    send_check(&peer, 1);
    send_check(&peer, 2);
    assert_true(comes_true(two_calls_are_held, fixture));
    assert_true(a_frame_is_in_flight(fixture));
    rpc_dispatcher_drain(fixture->dispatcher);
    assert_int_equal(pthread_create(&thread, NULL, close_listener, fixture->listener), 0);
    fixture->listener = NULL;
    fake_application_release(&fixture->fake);
    pthread_join(thread, NULL);
    assert_true(both_replies_are_ok(&peer));
    assert_true(raw_peer_is_hung_up(&peer));
    raw_peer_close(&peer);
}

static void *call_until_hung_up(void *url)
{
    struct raw_peer peer;
    if (!raw_peer_open(&peer, url)) return NULL;
    for (uint32_t id = 1;; id++) {
        send_check(&peer, id);
        if (!reply_is(&peer, id, STATUS_OK)) break;
    }
    raw_peer_close(&peer);
    return NULL;
}

static bool calls_were_seen(struct listener_fixture *fixture)
{
    return atomic_load(&fixture->fake.seen) > 50;
}

static void closing_under_load_calls_nothing_back_afterwards(void **state)
{
    struct listener_fixture *fixture = *state;
    pthread_t threads[4];
    listener_fixture_listen(fixture);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            pthread_create(&threads[i], NULL, call_until_hung_up, (void *)fixture->urls[i % 2]), 0);
    assert_true(comes_true(calls_were_seen, fixture));
    listener_close(fixture->listener);
    fixture->listener = NULL;
    assert_int_equal(rpc_dispatcher_frames_in_flight(fixture->dispatcher), 0);
    size_t seen = atomic_load(&fixture->fake.seen);
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&fixture->fake.seen), seen);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, listener_fixture_set_up, listener_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_req_socket_of_nng_is_answered_over_ipc_and_tcp),
        TEST(many_frames_on_one_connection_are_each_answered),
        TEST(after_200_bare_connects_over_ipc_a_call_succeeds),
        TEST(after_200_connects_over_tcp_that_end_in_a_reset_a_call_succeeds),
        TEST(a_wrong_greeting_ends_its_connection_only),
        TEST(a_frame_cut_off_by_its_peer_hurts_nobody_else),
        TEST(a_message_too_short_for_a_request_ends_its_connection),
        TEST(a_frame_of_garbage_is_refused_and_the_connection_lives),
        TEST(a_frame_of_the_largest_size_is_read_and_one_byte_more_hangs_up),
        TEST(a_second_listener_on_the_same_path_fails_and_the_first_serves_on),
        TEST(a_stale_socket_file_is_replaced),
        TEST(a_file_that_is_not_a_socket_is_kept),
        TEST(an_address_that_is_none_is_refused_naming_it),
        TEST(a_context_lives_on_after_a_reply_there_was_no_memory_for),
        TEST(a_call_in_flight_is_answered_while_the_listener_closes),
        TEST(closing_under_load_calls_nothing_back_afterwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
