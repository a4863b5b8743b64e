/* Why a server can't be reached. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/lib/raw_peer.h"
#include "tests/rpc/channel_fixture.h"

enum {
    SHORT_MS = 100,
    LONG_MS = 60 * 1000,
    UNAVAILABLE = 14,
    PERMISSION_DENIED = 7,
    NOBODY = 65534
};

static const struct onsale_channel_options hasty = {.fail_fast = true};

static const char *path_of(const struct channel_fixture *fixture)
{
    return fixture->url + strlen("ipc://");
}

static void without_a_server(struct channel_fixture *fixture)
{
    channel_fixture_stop_server(fixture);
    unlink(path_of(fixture));
}

/* As a server that was killed leaves it behind. */
static void leave_a_socket(const struct channel_fixture *fixture)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    strcpy(address.sun_path, path_of(fixture));
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

/* Calls of every endpoint, which have time enough to wait a minute. */
static void expect_at_once(struct channel_fixture *fixture, enum onsale_status status, int code)
{
    static const struct onsale_method *const methods[] = {
        &get_balance, &charge_balance, &get_balance_watched, &get_balance_administered};
    for (size_t i = 0; i < 8; i++) {
        struct onsale_error error;
        assert_int_equal(balance_call(fixture->channel, methods[i / 2], 7, LONG_MS, &error),
                         status);
        assert_int_equal(error.code, code);
        assert_string_equal(error.reason, onsale_status_name(status));
        assert_non_null(strstr(error.message, fixture->url));
    }
}

static void a_socket_that_is_not_there_is_said_at_once(void **state)
{
    struct channel_fixture *fixture = *state;
    without_a_server(fixture);
    channel_fixture_open(fixture, &hasty);
    expect_at_once(fixture, ONSALE_SOCKET_NOT_FOUND, UNAVAILABLE);
}

static void a_socket_that_nobody_serves_is_said_at_once(void **state)
{
    struct channel_fixture *fixture = *state;
    without_a_server(fixture);
    leave_a_socket(fixture);
    channel_fixture_open(fixture, &hasty);
    expect_at_once(fixture, ONSALE_NOTHING_LISTENS, UNAVAILABLE);
}

static void a_file_that_is_no_socket_is_one_that_nobody_serves(void **state)
{
    struct channel_fixture *fixture = *state;
    without_a_server(fixture);
    int fd = open(path_of(fixture), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    close(fd);
    channel_fixture_open(fixture, &hasty);
    expect_at_once(fixture, ONSALE_NOTHING_LISTENS, UNAVAILABLE);
}

/* root may open everything, so it becomes somebody else for a while. */
static void a_socket_of_others_is_said_at_once_to_those_who_would_wait(void **state)
{
    struct channel_fixture *fixture = *state;
    bool is_root = geteuid() == 0;
    assert_int_equal(chmod(is_root ? fixture->folder : path_of(fixture), is_root ? 0700 : 0), 0);
    if (is_root) assert_int_equal(seteuid(NOBODY), 0);
    channel_fixture_open(fixture, NULL);
    expect_at_once(fixture, ONSALE_SOCKET_FORBIDDEN, PERMISSION_DENIED);
    if (is_root) assert_int_equal(seteuid(0), 0);
}

static void a_port_that_nobody_listens_on_is_said_at_once(void **state)
{
    struct channel_fixture *fixture = *state;
    char url[64];
    struct onsale_error error;
    snprintf(url, sizeof url, "tcp://127.0.0.1:%u", raw_peer_free_port());
    const struct onsale_channel_options options = {.url = url, .fail_fast = true};
    assert_int_equal(onsale_channel_open(&options, &fixture->channel, NULL), ONSALE_OK);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(balance_call(fixture->channel, &get_balance, 7, LONG_MS, &error),
                         ONSALE_NOTHING_LISTENS);
}

static void a_host_that_nobody_knows_is_said_at_once(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    const struct onsale_channel_options options = {.url = "tcp://no-such-host.invalid:7171",
                                                   .fail_fast = true};
    assert_int_equal(onsale_channel_open(&options, &fixture->channel, NULL), ONSALE_OK);
    assert_int_equal(balance_call(fixture->channel, &get_balance, 7, LONG_MS, &error),
                     ONSALE_SOCKET_NOT_FOUND);
}

static void a_call_that_waits_to_its_end_is_told_why(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    without_a_server(fixture);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &get_balance, 7, SHORT_MS, &error),
                     ONSALE_SOCKET_NOT_FOUND);
    leave_a_socket(fixture);
    assert_int_equal(balance_call(channel, &get_balance, 7, 10 * SHORT_MS, &error),
                     ONSALE_NOTHING_LISTENS);
}

/* What it did is unknown, as long as the server has not said. */
static void a_call_that_was_sent_is_unreachable_and_says_why(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    tally.expected = ONSALE_SERVER_UNREACHABLE;
    struct onsale_channel *channel = channel_fixture_open(fixture, &hasty);
    raw_server_expect(fixture->server, RAW_SILENCE, 1);
    balance_call_async(channel, &charge_balance, 7, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->server, 1);
    without_a_server(fixture);
    tally_await(&tally, 1);
    assert_int_equal(tally.failed, 1);
}

static void a_channel_that_fails_fast_is_served_once_the_server_is_there(void **state)
{
    struct channel_fixture *fixture = *state;
    without_a_server(fixture);
    channel_fixture_open(fixture, &hasty);
    expect_at_once(fixture, ONSALE_SOCKET_NOT_FOUND, UNAVAILABLE);
    channel_fixture_start_server(fixture);
    struct tally tally = TALLY_INIT;
    while (tally.succeeded == 0) {
        size_t before = tally.ended;
        balance_call_async(fixture->channel, &get_balance, 7, LONG_MS, tally_done, &tally);
        tally_await(&tally, before + 1);
    }
}

static void connections_that_break_with_their_frames_are_not_taken_for_a_refusal(void **state)
{
    struct channel_fixture *fixture = *state;
    raw_server_expect(fixture->server, RAW_DROP, 5);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &charge_balance, 7, LONG_MS, NULL), ONSALE_OK);
    assert_int_equal(raw_server_frames(fixture->server), 6);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(a_socket_that_is_not_there_is_said_at_once),
        CHANNEL_TEST(a_socket_that_nobody_serves_is_said_at_once),
        CHANNEL_TEST(a_file_that_is_no_socket_is_one_that_nobody_serves),
        CHANNEL_TEST(a_socket_of_others_is_said_at_once_to_those_who_would_wait),
        CHANNEL_TEST(a_port_that_nobody_listens_on_is_said_at_once),
        CHANNEL_TEST(a_host_that_nobody_knows_is_said_at_once),
        CHANNEL_TEST(a_call_that_waits_to_its_end_is_told_why),
        CHANNEL_TEST(a_call_that_was_sent_is_unreachable_and_says_why),
        CHANNEL_TEST(a_channel_that_fails_fast_is_served_once_the_server_is_there),
        CHANNEL_TEST(connections_that_break_with_their_frames_are_not_taken_for_a_refusal),
    };
    return cmocka_run_group_tests_name("channel: reach", rows, NULL, NULL);
}
