/* A listener of nng rests 100 ms after a handshake that failed, but for one that the peer reset.
 * nng's own counters tell which it was. */
#include <nng/nng.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "tests/rpc/listener_fixture.h"

enum { GREETING_BYTES = 8, DOORS = 2 };

static const uint8_t greeting[GREETING_BYTES] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};

struct counts {
    uint64_t resets;
    uint64_t rests;
};

static void count(nng_stat *stat, struct counts *counts)
{
    static const char *const rests[] = {"proto", "other", "auth", "oom"};
    if (strcmp(nng_stat_name(stat), "disconnect") == 0) counts->resets += nng_stat_value(stat);
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++)
        if (strcmp(nng_stat_name(stat), rests[i]) == 0) counts->rests += nng_stat_value(stat);
}

/* @param is_listener  Whether the tree above is one's. */
static void count_all(nng_stat *stat, bool is_listener, struct counts *counts)
{
    for (; stat != NULL; stat = nng_stat_next(stat)) {
        if (is_listener) count(stat, counts);
        bool is_one = strcmp(nng_stat_name(stat), "listener") == 0;
        count_all(nng_stat_child(stat), is_one, counts);
    }
}

static struct counts look(void)
{
    nng_stat *all;
    struct counts counts = {0};
    assert_int_equal(nng_stats_get(&all), 0);
    count_all(all, false, &counts);
    nng_stats_free(all);
    return counts;
}

/* --- peers ------------------------------------------------------------------------------------ */

typedef void misbehave(struct raw_peer *peer);

static void hang_up(struct raw_peer *peer)
{
    raw_peer_close(peer);
}

static void reset(struct raw_peer *peer)
{
    raw_peer_reset(peer);
}

static void hang_up_when_greeted(struct raw_peer *peer)
{
    uint8_t theirs[GREETING_BYTES];
    assert_int_equal(recv(peer->fd, theirs, sizeof theirs, MSG_WAITALL), sizeof theirs);
    raw_peer_close(peer);
}

static void reset_when_greeted(struct raw_peer *peer)
{
    uint8_t theirs[GREETING_BYTES];
    assert_int_equal(recv(peer->fd, theirs, sizeof theirs, MSG_WAITALL), sizeof theirs);
    raw_peer_reset(peer);
}

static void hang_up_within_the_greeting(struct raw_peer *peer)
{
    raw_peer_write(peer, greeting, GREETING_BYTES / 2);
    raw_peer_close(peer);
}

static void close_one_way(struct raw_peer *peer)
{
    assert_int_equal(shutdown(peer->fd, SHUT_WR), 0);
    assert_true(raw_peer_is_hung_up(peer));
    raw_peer_close(peer);
}

static void write_and_close(struct raw_peer *peer, const void *bytes, size_t size)
{
    raw_peer_write(peer, bytes, size);
    assert_true(raw_peer_is_hung_up(peer));
    raw_peer_close(peer);
}

static void speak_http(struct raw_peer *peer)
{
    static const char http[] = "GET / HTTP/1.1\r\n\r\n";
    write_and_close(peer, http, sizeof http - 1);
}

static void speak_another_version(struct raw_peer *peer)
{
    static const uint8_t other[GREETING_BYTES] = {0, 'S', 'P', 1, 0, 0x30, 0, 0};
    write_and_close(peer, other, sizeof other);
}

static void end_a_greeting_otherwise(struct raw_peer *peer)
{
    raw_peer_write(peer, greeting, GREETING_BYTES - 1);
    write_and_close(peer, "x", 1);
}

static misbehave *const ways[] = {
    hang_up,
    reset,
    hang_up_when_greeted,
    reset_when_greeted,
    hang_up_within_the_greeting,
    close_one_way,
    speak_http,
    speak_another_version,
    end_a_greeting_otherwise,
};

/* ---------------------------------------------------------------------------------------------- */

static misbehave *way;
static const char *door;
static uint64_t resets_before;

/* A handshake that fails before the listener waits for the next is not counted: so one more. */
static bool one_more_is_a_reset(struct listener_fixture *fixture)
{
    struct raw_peer peer;
    (void)fixture;
    assert_true(raw_peer_connect(&peer, door));
    way(&peer);
    return look().resets > resets_before;
}

static void no_peer_makes_a_listener_rest(void **state)
{
    struct listener_fixture *fixture = *state;
    listener_fixture_listen(fixture);
    const char *const doors[DOORS] = {fixture->ipc_url, fixture->tcp_url};
    for (size_t i = 0; i < DOORS; i++)
        for (size_t k = 0; k < sizeof ways / sizeof *ways; k++) {
            door = doors[i];
            way = ways[k];
            resets_before = look().resets;
            if (!comes_true(one_more_is_a_reset, fixture) || look().rests != 0)
                fail_msg("way %zu at %s: %d rests", k, door, (int)look().rests);
            assert_true(check_succeeds(door));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_peer_makes_a_listener_rest, listener_fixture_set_up,
                                        listener_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
