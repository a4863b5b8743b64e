/* Servers that keep a connection and say nothing, and how often anything is repeated for it. */
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "onsale/v1/event.pb-c.h"
#include "tests/rpc/channel_fixture.h"

enum { ATTEMPT_MS = 50, SHORT_MS = 400, PATIENT_MS = 5000, LONG_MS = 60 * 1000 };

/* Connections that a channel may make with these options, as the budget counts them. */
enum { CONNECTIONS_MAX = 8 };

static const struct onsale_channel_options impatient = {.attempt_timeout_ms = ATTEMPT_MS};
static const struct onsale_channel_options one_call_a_frame = {
    .attempt_timeout_ms = ATTEMPT_MS,
    .frames_in_flight = 2,
    .calls_per_frame = 1,
};

/* Calls that may take long, as the raw server understands them. */
static const struct onsale_method check_invariants = {
    .name = "onsale.v1.AdminService/CheckInvariants",
    .request = &onsale__v1__get_balance_request__descriptor,
    .response = &onsale__v1__get_balance_response__descriptor,
    .endpoint = ONSALE_ENDPOINT_ADMIN,
};
static const struct onsale_method list_events = {
    .name = "onsale.v1.EventService/ListEvents",
    .request = &onsale__v1__list_events_request__descriptor,
    .response = &onsale__v1__get_balance_response__descriptor,
    .endpoint = ONSALE_ENDPOINT_WATCH,
    .is_read = true,
};

static size_t count_frames_of(struct raw_server *server, const struct onsale_method *method)
{
    size_t count = 0;
    for (size_t i = 0; i < raw_server_frames(server) && i < RAW_FRAMES_KEPT; i++)
        count += strcmp(raw_server_first_call(server, i).method, method->name) == 0;
    return count;
}

/* Every frame from there on is the same call. A machine that is busy may make a reply late, too. */
static void assert_repeated(struct raw_server *server, size_t from)
{
    struct raw_call first = raw_server_first_call(server, from);
    assert_true(raw_server_frames(server) >= from + 2);
    for (size_t i = from + 1; i < raw_server_frames(server); i++) {
        struct raw_call again = raw_server_first_call(server, i);
        assert_string_equal(again.method, first.method);
        assert_int_equal(again.payload_size, first.payload_size);
        assert_memory_equal(again.payload, first.payload, first.payload_size);
    }
}

static void a_call_without_a_reply_is_repeated_unchanged_on_a_new_connection(void **state)
{
    static const struct onsale_method *const methods[] = {&get_balance, &charge_balance,
                                                          &get_balance_watched};
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, &impatient);
    for (size_t i = 0; i < 3; i++) {
        size_t connections = raw_server_connections(fixture->server);
        size_t frames = raw_server_frames(fixture->server);
        raw_server_expect(fixture->server, RAW_SILENCE, 1);
        assert_int_equal(balance_call(channel, methods[i], 1234567 + i, LONG_MS, NULL), ONSALE_OK);
        assert_true(raw_server_connections(fixture->server) - connections >=
                    raw_server_frames(fixture->server) - frames);
        assert_repeated(fixture->server, frames);
    }
}

/* Repeats a call until some attempt timeouts have passed. */
static void pass_time(struct channel_fixture *fixture)
{
    raw_server_expect(fixture->server, RAW_SILENCE, 4);
    assert_int_equal(balance_call(fixture->channel, &get_balance, 7, LONG_MS, NULL), ONSALE_OK);
    assert_true(count_frames_of(fixture->server, &get_balance) >= 5);
}

static void a_long_poll_is_not_given_up_before_it_has_waited(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    const struct onsale_call_options options = {.timeout_ms = LONG_MS};
    struct onsale_channel *channel = channel_fixture_open(fixture, &impatient);
    raw_server_hold_method(fixture->server, list_events.name);
    request.after = 7;
    request.wait_ms = LONG_MS;
    onsale_channel_call_async(channel, &list_events, &request.base, &options, tally_done, &tally);
    raw_server_await(fixture->server, 1);
    pass_time(fixture);
    raw_server_release(fixture->server);
    tally_await(&tally, 1);
    assert_int_equal(tally.succeeded, 1);
    assert_int_equal(count_frames_of(fixture->server, &list_events), 1);
}

static void bytes_done(void *context, const struct onsale_error *error, const uint8_t *response,
                       size_t response_size)
{
    static const ProtobufCMessage some;
    (void)response;
    (void)response_size;
    tally_done(context, error, error == NULL ? &some : NULL);
}

static void nor_is_one_by_bytes(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    const struct onsale_call_options options = {.timeout_ms = LONG_MS};
    struct onsale_channel *channel = channel_fixture_open(fixture, &impatient);
    uint8_t bytes[64];
    raw_server_hold_method(fixture->server, list_events.name);
    request.after = 7;
    request.wait_ms = LONG_MS;
    size_t size = onsale__v1__list_events_request__pack(&request, bytes);
    onsale_channel_call_bytes_async(channel, &list_events, bytes, size, &options, bytes_done,
                                    &tally);
    raw_server_await(fixture->server, 1);
    raw_server_expect(fixture->server, RAW_SILENCE, 4); /* some attempt timeouts pass */
    assert_int_equal(balance_call(channel, &get_balance, 7, LONG_MS, NULL), ONSALE_OK);
    raw_server_release(fixture->server);
    tally_await(&tally, 1);
    assert_int_equal(tally.succeeded, 1);
    assert_int_equal(count_frames_of(fixture->server, &list_events), 1);
}

static void a_call_of_the_admin_socket_may_take_any_time(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, &impatient);
    raw_server_hold_method(fixture->server, check_invariants.name);
    balance_call_async(channel, &check_invariants, 1, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->server, 1);
    pass_time(fixture);
    raw_server_release(fixture->server);
    tally_await(&tally, 1);
    assert_int_equal(tally.succeeded, 1);
    assert_int_equal(count_frames_of(fixture->server, &check_invariants), 1);
}

/* As when a server is stopped: the kernel takes the connection, and nobody greets. */
static int listen_without_greeting(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_true(strlen(path) < sizeof address.sun_path);
    strcpy(address.sun_path, path);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(fd, 16), 0);
    return fd;
}

/* nng itself would wait ten seconds for the greeting. */
static void a_connection_that_is_never_greeted_costs_one_attempt(void **state)
{
    struct channel_fixture *fixture = *state;
    const char *path = fixture->url + strlen("ipc://");
    struct tally tally = TALLY_INIT;
    channel_fixture_stop_server(fixture);
    unlink(path);
    int silent = listen_without_greeting(path);
    struct onsale_channel *channel = channel_fixture_open(fixture, &impatient);
    balance_call_async(channel, &get_balance, 7, PATIENT_MS, tally_done, &tally);
    int connection = accept(silent, NULL, NULL);
    assert_true(connection >= 0);
    assert_int_equal(unlink(path), 0);
    channel_fixture_start_server(fixture);
    tally_await(&tally, 1);
    assert_int_equal(tally.succeeded, 1);
    close(connection);
    close(silent);
}

static void a_server_that_stays_silent_is_asked_again_within_the_budget_only(void **state)
{
    enum { CALLS = 100, SLOTS = 2 };
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, &one_call_a_frame);
    raw_server_expect(fixture->server, RAW_SILENCE, 10000);
    for (size_t i = 0; i < CALLS; i++)
        balance_call_async(channel, &get_balance, i, 4 * SHORT_MS, tally_done, &tally);
    tally_await(&tally, CALLS);
    assert_int_equal(tally.succeeded, 0);
    assert_in_range(raw_server_calls(fixture->server), SLOTS + 1, SLOTS + CONNECTIONS_MAX);
}

/* Slower than the attempt timeout, but alive: once the budget is used up its answers are waited
 * for.
 */
static void a_slow_server_is_waited_for_once_the_budget_is_used_up(void **state)
{
    enum { CALLS = 60, SLOTS = 2, BURST = CONNECTIONS_MAX };
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, &one_call_a_frame);
    raw_server_hold(fixture->server);
    for (size_t i = 0; i < CALLS; i++)
        balance_call_async(channel, &get_balance, i, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->server, SLOTS + BURST);
    raw_server_release(fixture->server);
    tally_await(&tally, CALLS);
    assert_int_equal(tally.succeeded, CALLS);
    assert_in_range(raw_server_calls(fixture->server), CALLS, CALLS + BURST + CALLS / 10);
}

/* Each may meet the refusal once; later one at a time asks for all. */
static void a_server_that_refuses_everything_is_not_asked_more_for_more_calls(void **state)
{
    enum { CALLS = 300, PROBES = 100 };
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    tally.expected = ONSALE_SHUTTING_DOWN;
    raw_server_expect(fixture->server, RAW_UNAVAILABLE, 10000);
    for (size_t i = 0; i < CALLS; i++)
        balance_call_async(channel, &get_balance, i, SHORT_MS, tally_done, &tally);
    tally_await(&tally, CALLS);
    assert_int_equal(tally.succeeded, 0);
    assert_true(tally.failed > CALLS / 2);
    assert_in_range(raw_server_calls(fixture->server), 2, CALLS + PROBES);
}

static void calls_that_waited_for_a_refusing_server_get_through_when_it_serves(void **state)
{
    enum { CALLS = 300, REFUSED = 6 };
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_expect(fixture->server, RAW_UNAVAILABLE, REFUSED);
    for (size_t i = 0; i < CALLS; i++)
        balance_call_async(channel, &get_balance, i, LONG_MS, tally_done, &tally);
    tally_await(&tally, CALLS);
    assert_int_equal(tally.succeeded, CALLS);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(a_call_without_a_reply_is_repeated_unchanged_on_a_new_connection),
        CHANNEL_TEST(a_long_poll_is_not_given_up_before_it_has_waited),
        CHANNEL_TEST(nor_is_one_by_bytes),
        CHANNEL_TEST(a_call_of_the_admin_socket_may_take_any_time),
        CHANNEL_TEST(a_connection_that_is_never_greeted_costs_one_attempt),
        CHANNEL_TEST(a_server_that_stays_silent_is_asked_again_within_the_budget_only),
        CHANNEL_TEST(a_slow_server_is_waited_for_once_the_budget_is_used_up),
        CHANNEL_TEST(a_server_that_refuses_everything_is_not_asked_more_for_more_calls),
        CHANNEL_TEST(calls_that_waited_for_a_refusing_server_get_through_when_it_serves),
    };
    return cmocka_run_group_tests_name("channel: silence", rows, NULL, NULL);
}
