/* Reads and writes: which frames and which connections they travel in. */
#include "tests/rpc/channel_fixture.h"

enum { LONG_MS = 60 * 1000 };

static const struct onsale_channel_options one_slot = {.frames_in_flight = 1};

/* One call is in flight, unanswered; calls of the other kind are made and answered meanwhile. */
static void pass_by(struct channel_fixture *fixture, const struct onsale_method *held,
                    const struct onsale_method *passing)
{
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, &one_slot);
    raw_server_hold_method(fixture->server, held->name);
    balance_call_async(channel, held, 1, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->server, 1);
    for (uint64_t i = 0; i < 3; i++)
        assert_int_equal(balance_call(channel, passing, i, LONG_MS, NULL), ONSALE_OK);
    raw_server_release(fixture->server);
    tally_await(&tally, 1);
    assert_int_equal(tally.succeeded, 1);
    assert_int_equal(raw_server_frames(fixture->server), 4);
}

static void a_read_is_answered_while_a_write_is_not(void **state)
{
    pass_by(*state, &charge_balance, &get_balance);
}

static void a_write_is_answered_while_a_read_is_not(void **state)
{
    pass_by(*state, &get_balance, &charge_balance);
}

static void reads_and_writes_made_by_turns_share_no_frame(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, &one_slot);
    raw_server_hold(fixture->server);
    balance_call_async(channel, &charge_balance, 1, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->server, 1);
    balance_call_async(channel, &get_balance, 1, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->server, 2);
    for (uint64_t i = 0; i < 20; i++)
        balance_call_async(channel, i % 2 == 0 ? &get_balance : &charge_balance, i, LONG_MS,
                           tally_done, &tally);
    raw_server_hold_method(fixture->server, charge_balance.name);
    tally_await(&tally, 11); /* the reads */
    raw_server_release(fixture->server);
    tally_await(&tally, 22);
    assert_int_equal(tally.succeeded, 22);
    assert_int_equal(raw_server_frames(fixture->server), 4);
}

/* How many connections a channel makes for calls of one method, one after the other. A channel that
 * is closed waits for connections under way, so later there are no more. */
static size_t connections_made(struct channel_fixture *fixture, const struct onsale_method *method)
{
    struct onsale_channel *channel = channel_fixture_open(fixture, &one_slot);
    size_t before = raw_server_connections(fixture->server);
    for (uint64_t i = 0; i < 3; i++)
        assert_int_equal(balance_call(channel, method, i, LONG_MS, NULL), ONSALE_OK);
    channel_fixture_close(fixture);
    return raw_server_connections(fixture->server) - before;
}

static void a_channel_does_not_connect_for_what_it_is_not_asked(void **state)
{
    assert_int_equal(connections_made(*state, &charge_balance), 1);
    assert_int_equal(connections_made(*state, &get_balance), 1);
}

/* --- Calls that are held back ------------------------------------------------------------------
 */

static void calls_that_are_held_back_share_a_frame(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &get_balance, 0, LONG_MS, NULL), ONSALE_OK);
    onsale_channel_hold(channel);
    onsale_channel_hold(channel);
    for (uint64_t i = 1; i <= 20; i++)
        balance_call_async(channel, &get_balance, i, LONG_MS, tally_done, &tally);
    onsale_channel_release(channel);
    for (uint64_t i = 1; i <= 20; i++)
        balance_call_async(channel, &get_balance, i, LONG_MS, tally_done, &tally);
    onsale_channel_release(channel);
    tally_await(&tally, 40);
    assert_int_equal(tally.succeeded, 40);
    assert_int_equal(raw_server_frames(fixture->server), 2);
}

static void calls_that_fill_a_frame_are_not_held_back(void **state)
{
    static const struct onsale_channel_options small_frames = {.calls_per_frame = 4};
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(*state, &small_frames);
    onsale_channel_hold(channel);
    for (uint64_t i = 1; i <= 4; i++)
        balance_call_async(channel, &get_balance, i, LONG_MS, tally_done, &tally);
    tally_await(&tally, 4);
    assert_int_equal(tally.succeeded, 4);
    onsale_channel_release(channel);
}

static void the_time_of_a_call_that_is_held_back_runs_on(void **state)
{
    enum { SHORT_MS = 20 };
    struct tally tally = TALLY_INIT;
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &get_balance, 0, LONG_MS, NULL), ONSALE_OK);
    tally.expected = ONSALE_DEADLINE_EXCEEDED;
    onsale_channel_hold(channel);
    balance_call_async(channel, &get_balance, 1, SHORT_MS, tally_done, &tally);
    tally_await(&tally, 1);
    assert_int_equal(tally.failed, 1);
    onsale_channel_release(channel);
    onsale_channel_release(channel); /* one too many does no harm */
    assert_int_equal(balance_call(channel, &get_balance, 2, LONG_MS, NULL), ONSALE_OK);
    assert_int_equal(raw_server_frames(fixture->server), 2);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(a_read_is_answered_while_a_write_is_not),
        CHANNEL_TEST(a_write_is_answered_while_a_read_is_not),
        CHANNEL_TEST(reads_and_writes_made_by_turns_share_no_frame),
        CHANNEL_TEST(a_channel_does_not_connect_for_what_it_is_not_asked),
        CHANNEL_TEST(calls_that_are_held_back_share_a_frame),
        CHANNEL_TEST(calls_that_fill_a_frame_are_not_held_back),
        CHANNEL_TEST(the_time_of_a_call_that_is_held_back_runs_on),
    };
    return cmocka_run_group_tests_name("channel: slots", rows, NULL, NULL);
}
