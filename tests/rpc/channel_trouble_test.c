/* Servers that are silent, gone, stopping, or come late. */
#include <string.h>

#include "tests/rpc/channel_fixture.h"

enum { SHORT_MS = 50, LONG_MS = 60 * 1000, UNAVAILABLE = 14 };

static const struct onsale_channel_options once = {.attempts_max = 1};
static const struct onsale_channel_options one_slot = {.frames_in_flight = 1, .attempts_max = 1};

static void a_silent_server_is_given_up_at_the_deadline(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    struct onsale_channel *channel = channel_fixture_open(fixture, &one_slot);
    assert_int_equal(balance_call(channel, &get_balance, 1, LONG_MS, NULL), ONSALE_OK);
    raw_server_expect(fixture->server, RAW_SILENCE, 1);
    assert_int_equal(balance_call(channel, &get_balance, 7, SHORT_MS, &error),
                     ONSALE_DEADLINE_EXCEEDED);
    assert_int_equal(error.code, 4);
    assert_int_equal(raw_server_frames(fixture->server), 2);
    assert_int_equal(balance_call(channel, &get_balance, 8, LONG_MS, NULL), ONSALE_OK);
    assert_int_equal(raw_server_frames(fixture->server), 3);
}

static void a_call_ends_at_its_deadline_though_its_frame_is_under_way(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally patient = TALLY_INIT;
    struct tally hasty = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, &one_slot);
    raw_server_hold(fixture->server);
    balance_call_async(channel, &get_balance, 1, LONG_MS, tally_done, &patient);
    raw_server_await(fixture->server, 1);
    hasty.expected = ONSALE_DEADLINE_EXCEEDED;
    balance_call_async(channel, &get_balance, 2, LONG_MS, tally_done, &patient);
    balance_call_async(channel, &get_balance, 3, 4 * SHORT_MS, tally_done, &hasty);
    raw_server_let_one_go(fixture->server);
    raw_server_await(fixture->server, 2);

    tally_await(&hasty, 1);
    assert_int_equal(hasty.failed, 1);
    raw_server_release(fixture->server);
    tally_await(&patient, 2);
    assert_int_equal(patient.succeeded, 2);
}

static void a_call_that_waits_for_a_slot_ends_at_its_deadline(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, &one_slot);
    raw_server_hold(fixture->server);
    balance_call_async(channel, &get_balance, 1, LONG_MS, tally_done, &tally);
    raw_server_await(fixture->server, 1);
    assert_int_equal(balance_call(channel, &get_balance, 2, SHORT_MS, NULL),
                     ONSALE_DEADLINE_EXCEEDED);
    assert_int_equal(raw_server_frames(fixture->server), 1);
    raw_server_release(fixture->server);
    tally_await(&tally, 1);
}

static void nothing_is_sent_again_behind_our_back(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    struct onsale_channel *channel = channel_fixture_open(fixture, &once);
    raw_server_expect(fixture->server, RAW_DROP, 1);
    assert_int_equal(balance_call(channel, &get_balance, 7, LONG_MS, &error),
                     ONSALE_SERVER_UNREACHABLE);
    assert_int_equal(error.code, 14);
    assert_int_equal(raw_server_frames(fixture->server), 1);
    assert_int_equal(balance_call(channel, &get_balance, 8, LONG_MS, NULL), ONSALE_OK);
    assert_int_equal(raw_server_frames(fixture->server), 2);
}

static void a_call_whose_connection_broke_is_repeated(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_expect(fixture->server, RAW_DROP, 2);
    assert_int_equal(balance_call(channel, &get_balance, 7, LONG_MS, NULL), ONSALE_OK);
    assert_int_equal(raw_server_frames(fixture->server), 3);
}

static void a_call_refused_as_unavailable_is_repeated_unchanged(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_expect(fixture->server, RAW_UNAVAILABLE, 2);
    assert_int_equal(balance_call(channel, &get_balance, 1234567, LONG_MS, NULL), ONSALE_OK);
    assert_int_equal(raw_server_frames(fixture->server), 3);

    struct raw_call first = raw_server_first_call(fixture->server, 0);
    assert_true(first.payload_size > 0);
    for (size_t i = 1; i < 3; i++) {
        struct raw_call again = raw_server_first_call(fixture->server, i);
        assert_string_equal(again.method, first.method);
        assert_int_equal(again.payload_size, first.payload_size);
        assert_memory_equal(again.payload, first.payload, first.payload_size);
        assert_true(again.timeout_ms <= first.timeout_ms);
    }
}

static void the_last_refusal_is_told_when_the_attempts_are_used_up(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    const struct onsale_channel_options options = {.attempts_max = 3};
    struct onsale_channel *channel = channel_fixture_open(fixture, &options);
    raw_server_expect(fixture->server, RAW_UNAVAILABLE, 4);
    assert_int_equal(balance_call(channel, &get_balance, 7, LONG_MS, &error), ONSALE_SHUTTING_DOWN);
    assert_string_equal(error.message, "the server is stopping");
    assert_int_equal(raw_server_frames(fixture->server), 3);
}

static void the_servers_advice_to_wait_is_followed(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_expect(fixture->server, RAW_UNAVAILABLE_FOR_LONG, 1);
    assert_int_equal(balance_call(channel, &get_balance, 7, LONG_MS, NULL), ONSALE_OK);
    uint32_t first_left_ms = raw_server_first_call(fixture->server, 0).timeout_ms;
    uint32_t second_left_ms = raw_server_first_call(fixture->server, 1).timeout_ms;
    assert_true(first_left_ms - second_left_ms >= RAW_RETRY_AFTER_MS);
}

static void a_call_without_time_for_another_attempt_ends_at_once(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_equal(balance_call(channel, &get_balance, 1, LONG_MS, NULL), ONSALE_OK);
    raw_server_expect(fixture->server, RAW_UNAVAILABLE_FOR_LONG, 1);
    assert_int_equal(balance_call(channel, &get_balance, 7, RAW_RETRY_AFTER_MS - 1, NULL),
                     ONSALE_SHUTTING_DOWN);
    assert_int_equal(raw_server_frames(fixture->server), 2);
}

/* Three calls: one is answered so, two share the next frame, which gets `reply`. */
static void share_a_frame(struct channel_fixture *fixture, enum raw_reply reply,
                          struct tally *tally)
{
    struct onsale_channel *channel = channel_fixture_open(fixture, &one_slot);
    raw_server_expect(fixture->server, RAW_ANSWER, 1);
    raw_server_expect(fixture->server, reply, 1);
    raw_server_hold(fixture->server);
    balance_call_async(channel, &get_balance, 1, LONG_MS, tally_done, tally);
    raw_server_await(fixture->server, 1);
    balance_call_async(channel, &get_balance, 2, LONG_MS, tally_done, tally);
    balance_call_async(channel, &get_balance, 3, LONG_MS, tally_done, tally);
    raw_server_release(fixture->server);
    tally_await(tally, 3);
    assert_int_equal(raw_server_frames(fixture->server), 2);
    assert_int_equal(tally->succeeded, 1);
}

static void a_reply_with_too_few_results_ends_every_call_of_the_frame(void **state)
{
    struct tally tally = TALLY_INIT;
    tally.expected = ONSALE_REPLY_MALFORMED;
    share_a_frame(*state, RAW_TOO_FEW, &tally);
    assert_int_equal(tally.failed, 2);
}

static void a_refusal_of_the_whole_frame_is_for_every_call(void **state)
{
    struct tally tally = TALLY_INIT;
    tally.expected = ONSALE_SHUTTING_DOWN;
    share_a_frame(*state, RAW_ONE_REFUSAL, &tally);
    assert_int_equal(tally.failed, 2);
}

static void a_call_waits_for_a_server_that_comes_late(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    channel_fixture_stop_server(fixture);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    balance_call_async(channel, &get_balance, 7, LONG_MS, tally_done, &tally);
    channel_fixture_start_server(fixture);
    tally_await(&tally, 1);
    assert_int_equal(tally.succeeded, 1);
}

/* Why, tests/rpc/channel_reach_test.c looks at. */
static void a_server_that_does_not_come_is_unreachable(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_error error;
    channel_fixture_stop_server(fixture);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    assert_int_not_equal(balance_call(channel, &get_balance, 7, SHORT_MS, &error), ONSALE_OK);
    assert_int_equal(error.code, UNAVAILABLE);
    assert_non_null(strstr(error.message, fixture->url));
    assert_int_not_equal(balance_call(channel, &charge_balance, 7, SHORT_MS, &error), ONSALE_OK);
    assert_int_equal(error.code, UNAVAILABLE);
    assert_non_null(strstr(error.message, fixture->url));
}

static void a_server_that_restarts_is_found_again(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    for (uint64_t i = 0; i < 3; i++) {
        assert_int_equal(balance_call(channel, &get_balance, i, LONG_MS, NULL), ONSALE_OK);
        assert_int_equal(balance_call(channel, &charge_balance, i, LONG_MS, NULL), ONSALE_OK);
        assert_int_equal(balance_call(channel, &get_balance_watched, i, LONG_MS, NULL), ONSALE_OK);
        channel_fixture_stop_server(fixture);
        channel_fixture_start_server(fixture);
    }
    assert_int_equal(balance_call(channel, &get_balance, 9, LONG_MS, NULL), ONSALE_OK);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(a_silent_server_is_given_up_at_the_deadline),
        CHANNEL_TEST(a_call_ends_at_its_deadline_though_its_frame_is_under_way),
        CHANNEL_TEST(a_call_that_waits_for_a_slot_ends_at_its_deadline),
        CHANNEL_TEST(nothing_is_sent_again_behind_our_back),
        CHANNEL_TEST(a_call_whose_connection_broke_is_repeated),
        CHANNEL_TEST(a_call_refused_as_unavailable_is_repeated_unchanged),
        CHANNEL_TEST(the_last_refusal_is_told_when_the_attempts_are_used_up),
        CHANNEL_TEST(the_servers_advice_to_wait_is_followed),
        CHANNEL_TEST(a_call_without_time_for_another_attempt_ends_at_once),
        CHANNEL_TEST(a_reply_with_too_few_results_ends_every_call_of_the_frame),
        CHANNEL_TEST(a_refusal_of_the_whole_frame_is_for_every_call),
        CHANNEL_TEST(a_call_waits_for_a_server_that_comes_late),
        CHANNEL_TEST(a_server_that_does_not_come_is_unreachable),
        CHANNEL_TEST(a_server_that_restarts_is_found_again),
    };
    return cmocka_run_group_tests_name("channel: trouble", rows, NULL, NULL);
}
