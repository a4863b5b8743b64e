/* Peers that no well-behaved client is, over ipc and tcp. */
#include <stdio.h>

#include "base/limits.h"
#include "tests/e2e/calls.h"
#include "tests/e2e/raw_call.h"
#include "tests/e2e/shop.h"
#include "tests/e2e/wait_until.h"

enum { BARE_PEERS = 200, URL_BYTES = 64, URLS = 2 };

/* The shop, on a tcp port as well. */
struct two_doors {
    struct shop *shop;
    char tcp_url[URL_BYTES];
    const char *urls[URLS];
};

static void open_two_doors(struct shop *shop, struct two_doors *doors)
{
    snprintf(doors->tcp_url, URL_BYTES, "tcp://127.0.0.1:%u", raw_peer_free_port());
    doors->shop = shop;
    doors->urls[0] = shop->server.url;
    doors->urls[1] = doors->tcp_url;
    shop_open(shop, (const char *[]){"--listen", doors->tcp_url, NULL});
}

static void calls_succeed_at_once_after_200_peers_that_connect_and_close(void **state)
{
    struct two_doors doors;
    struct raw_peer peer;
    open_two_doors(*state, &doors);
    for (size_t door = 0; door < URLS; door++) {
        for (int i = 0; i < BARE_PEERS; i++) {
            assert_true(raw_peer_connect(&peer, doors.urls[door]));
            if (i % 2 == 0)
                raw_peer_close(&peer);
            else
                raw_peer_reset(&peer);
        }
        assert_true(raw_check_at(doors.urls[door]));
    }
}

static void garbage_instead_of_a_greeting_is_hung_up_on(void **state)
{
    static const uint8_t pair_greeting[] = {0, 'S', 'P', 0, 0, 0x10, 0, 0};
    static const char http[] = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct two_doors doors;
    struct raw_peer peer;
    open_two_doors(*state, &doors);
    for (size_t door = 0; door < URLS; door++) {
        assert_true(raw_peer_connect(&peer, doors.urls[door]));
        raw_peer_write(&peer, http, sizeof http - 1);
        assert_true(raw_peer_is_hung_up(&peer));
        raw_peer_close(&peer);
        assert_true(raw_peer_connect(&peer, doors.urls[door]));
        raw_peer_write(&peer, pair_greeting, sizeof pair_greeting);
        assert_true(raw_peer_is_hung_up(&peer));
        raw_peer_close(&peer);
        assert_true(raw_check_at(doors.urls[door]));
    }
}

static void a_frame_of_garbage_is_refused_and_the_connection_goes_on(void **state)
{
    static const uint8_t garbage[] = {0xff, 0xff, 0xff, 0x07, 0x01, 0x80};
    char reason[RAW_REASON_BYTES];
    struct two_doors doors;
    struct raw_peer peer;
    open_two_doors(*state, &doors);
    for (size_t door = 0; door < URLS; door++) {
        assert_true(raw_peer_open(&peer, doors.urls[door]));
        assert_true(raw_call_bytes(&peer, garbage, sizeof garbage, reason));
        assert_string_equal(reason, "FRAME_MALFORMED");
        assert_true(raw_check(&peer));
        raw_peer_close(&peer);
    }
}

static void a_peer_that_stops_in_the_middle_of_a_frame_disturbs_nobody(void **state)
{
    struct two_doors doors;
    struct raw_peer peer;
    open_two_doors(*state, &doors);
    for (size_t door = 0; door < URLS; door++) {
        assert_true(raw_peer_open(&peer, doors.urls[door]));
        raw_peer_announce(&peer, 100);
        raw_peer_write(&peer, "half", 4);
        assert_true(raw_check_at(doors.urls[door]));
        raw_peer_close(&peer);
        assert_true(raw_check_at(doors.urls[door]));
    }
}

static void a_message_that_is_too_large_closes_its_connection(void **state)
{
    struct two_doors doors;
    struct raw_peer peer;
    open_two_doors(*state, &doors);
    for (size_t door = 0; door < URLS; door++) {
        assert_true(raw_peer_open(&peer, doors.urls[door]));
        raw_peer_announce(&peer, REQUEST_FRAME_BYTES_MAX + 5);
        assert_true(raw_peer_is_hung_up(&peer));
        raw_peer_close(&peer);
        assert_true(raw_check_at(doors.urls[door]));
    }
}

static void a_method_on_the_wrong_socket_or_of_no_service_is_refused(void **state)
{
    char reason[RAW_REASON_BYTES];
    struct shop *shop = *state;
    struct raw_peer peer;
    Onsale__V1__ListEventsRequest long_poll = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    long_poll.after = UINT32_MAX;
    long_poll.wait_ms = 1000;
    shop_open(shop, NULL);
    assert_true(raw_peer_open(&peer, shop->server.url));
    assert_true(raw_call(&peer, "onsale.v1.AdminService/GetStats", NULL, reason));
    assert_string_equal(reason, "ADMIN_SOCKET_NEEDED");
    assert_true(raw_call(&peer, "onsale.v1.EventService/ListEvents", &long_poll.base, reason));
    assert_string_equal(reason, "WATCH_SOCKET_NEEDED");
    assert_true(raw_call(&peer, "onsale.v1.AdminService/Explode", NULL, reason));
    assert_string_equal(reason, "METHOD_UNKNOWN");
    assert_true(raw_check(&peer));
    raw_peer_close(&peer);
}

static void connections_over_the_limit_are_hung_up_on(void **state)
{
    enum { CONNECTIONS = 8, PEERS = 12 };
    struct shop *shop = *state;
    struct raw_peer peers[PEERS];
    char tcp_url[URL_BYTES];
    size_t served = 0;
    snprintf(tcp_url, URL_BYTES, "tcp://127.0.0.1:%u", raw_peer_free_port());
    shop_open(shop, (const char *[]){"--connections", "8", "--listen", tcp_url, NULL});
    for (size_t i = 0; i < PEERS; i++)
        if (raw_peer_open(&peers[i], tcp_url) && raw_check(&peers[i])) served++;
    assert_in_range(served, 1, CONNECTIONS);
    for (size_t i = 0; i < PEERS; i++)
        if (peers[i].fd >= 0) raw_peer_close(&peers[i]);
    assert_true(raw_check_at_in_time(tcp_url));
}

static void await_hang_up_of_an_idle_peer(const char *url)
{
    struct raw_peer idle;
    assert_true(raw_peer_open(&idle, url));
    assert_true(raw_check(&idle));
    assert_true(raw_peer_is_hung_up(&idle));
    raw_peer_close(&idle);
}

/* When the second peer is closed, the channel has long noticed that it was closed with the first:
 * nng 1.5 leaks the message that is sent at the very moment of a hang-up. */
static void idle_connections_are_closed_and_a_channel_comes_back(void **state)
{
    struct shop *shop = *state;
    shop_open(shop, (const char *[]){"--idle-seconds", "1", NULL});
    await_hang_up_of_an_idle_peer(shop->server.url);
    await_hang_up_of_an_idle_peer(shop->server.url);
    assert_int_equal(call_balance(shop->channel, 1, NULL), ONSALE_USER_NOT_FOUND);
}

static void a_connection_with_half_a_frame_is_idle(void **state)
{
    struct shop *shop = *state;
    struct raw_peer peer;
    shop_open(shop, (const char *[]){"--idle-seconds", "1", NULL});
    assert_true(raw_peer_open(&peer, shop->server.url));
    assert_true(raw_check(&peer));
    raw_peer_announce(&peer, 100);
    assert_true(raw_peer_is_hung_up(&peer));
    raw_peer_close(&peer);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(calls_succeed_at_once_after_200_peers_that_connect_and_close, argv[1]),
        CLOSED_SHOP_TEST(garbage_instead_of_a_greeting_is_hung_up_on, argv[1]),
        CLOSED_SHOP_TEST(a_frame_of_garbage_is_refused_and_the_connection_goes_on, argv[1]),
        CLOSED_SHOP_TEST(a_peer_that_stops_in_the_middle_of_a_frame_disturbs_nobody, argv[1]),
        CLOSED_SHOP_TEST(a_message_that_is_too_large_closes_its_connection, argv[1]),
        CLOSED_SHOP_TEST(a_method_on_the_wrong_socket_or_of_no_service_is_refused, argv[1]),
        CLOSED_SHOP_TEST(connections_over_the_limit_are_hung_up_on, argv[1]),
        CLOSED_SHOP_TEST(idle_connections_are_closed_and_a_channel_comes_back, argv[1]),
        CLOSED_SHOP_TEST(a_connection_with_half_a_frame_is_idle, argv[1]),
    };
    return cmocka_run_group_tests_name("peer trouble", tests, NULL, NULL);
}
