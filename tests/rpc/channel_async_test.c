/* Many calls at once, calls from callbacks, and closing with calls under way. */
#include <stdatomic.h>

#include "tests/rpc/channel_fixture.h"

enum { LONG_MS = 60 * 1000 };

enum { THREADS = 64, CALLS_PER_THREAD = 50 };

struct caller {
    pthread_t thread;
    struct onsale_channel *channel;
    uint64_t first_user_id;
    size_t answered;
};

static void *call_again_and_again(void *context)
{
    struct caller *caller = context;
    for (uint64_t i = 0; i < CALLS_PER_THREAD; i++)
        if (balance_call(caller->channel, &get_balance, caller->first_user_id + i, LONG_MS, NULL) ==
            ONSALE_OK)
            caller->answered++;
    return NULL;
}

static void threads_share_frames_and_get_their_own_answers(void **state)
{
    struct channel_fixture *fixture = *state;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    static struct caller callers[THREADS];
    for (size_t i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){.channel = channel, .first_user_id = i * 1000};
        assert_int_equal(
            pthread_create(&callers[i].thread, NULL, call_again_and_again, &callers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(callers[i].thread, NULL);
        assert_int_equal(callers[i].answered, CALLS_PER_THREAD);
    }
    assert_int_equal(raw_server_calls(fixture->server), THREADS * CALLS_PER_THREAD);
    assert_true(raw_server_frames(fixture->server) < THREADS * CALLS_PER_THREAD);
}

static void call_many(struct onsale_channel *channel, const struct onsale_method *method,
                      size_t count, struct tally *tally)
{
    for (size_t i = 0; i < count; i++)
        balance_call_async(channel, method, i, LONG_MS, tally_done, tally);
}

static void calls_made_while_frames_are_in_flight_share_the_next(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_hold(fixture->server);
    call_many(channel, &get_balance, 1, &tally);
    raw_server_await(fixture->server, 1);
    call_many(channel, &get_balance, 199, &tally);
    raw_server_release(fixture->server);
    tally_await(&tally, 200);
    assert_int_equal(tally.succeeded, 200);
    assert_int_equal(raw_server_calls(fixture->server), 200);
    assert_in_range(raw_server_frames(fixture->server), 2, 4);
}

static void a_frame_has_no_more_calls_than_asked_for(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    const struct onsale_channel_options options = {.calls_per_frame = 1};
    struct onsale_channel *channel = channel_fixture_open(fixture, &options);
    call_many(channel, &get_balance, 50, &tally);
    tally_await(&tally, 50);
    assert_int_equal(tally.succeeded, 50);
    assert_int_equal(raw_server_frames(fixture->server), 50);
}

static void watches_travel_alone_and_side_by_side(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_hold(fixture->server);
    call_many(channel, &get_balance_watched, 50, &tally);
    raw_server_await(fixture->server, 50);
    raw_server_release(fixture->server);
    tally_await(&tally, 50);
    assert_int_equal(tally.succeeded, 50);
    assert_int_equal(raw_server_calls(fixture->server), 50);
    assert_int_equal(raw_server_frames(fixture->server), 50);
}

static void watches_beyond_those_in_flight_wait_their_turn(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    const struct onsale_channel_options options = {.watches_in_flight = 2};
    struct onsale_channel *channel = channel_fixture_open(fixture, &options);
    raw_server_hold(fixture->server);
    call_many(channel, &get_balance_watched, 10, &tally);
    raw_server_await(fixture->server, 2);
    raw_server_release(fixture->server);
    tally_await(&tally, 10);
    assert_int_equal(tally.succeeded, 10);
}

/* Callbacks that call again, so many calls in all; some at a time, so that frames are shared. */
enum { CHAIN_CALLS = 100 * 1000, CHAIN_WIDTH = 20 };

struct chain {
    struct onsale_channel *channel;
    const struct onsale_method *method;
    atomic_int left;
    struct tally tally;
};

static void call_next(void *context, const struct onsale_error *error,
                      const ProtobufCMessage *response)
{
    struct chain *chain = context;
    int left = atomic_fetch_sub(&chain->left, 1);
    if (left > 0)
        balance_call_async(chain->channel, chain->method, (uint64_t)left, LONG_MS, call_next,
                           chain);
    else
        tally_done(&chain->tally, error, response);
}

static void run_chain(struct onsale_channel *channel, const struct onsale_method *method,
                      struct chain *chain)
{
    *chain = (struct chain){.channel = channel, .method = method, .tally = TALLY_INIT};
    atomic_init(&chain->left, CHAIN_CALLS - CHAIN_WIDTH);
    chain->tally.expected = ONSALE_SERVER_UNREACHABLE;
    for (uint64_t i = 0; i < CHAIN_WIDTH; i++)
        balance_call_async(channel, method, i, LONG_MS, call_next, chain);
    tally_await(&chain->tally, CHAIN_WIDTH);
}

static void callbacks_call_on_and_on(void **state)
{
    struct channel_fixture *fixture = *state;
    struct chain chain;
    run_chain(channel_fixture_open(fixture, NULL), &get_balance, &chain);
    assert_int_equal(chain.tally.succeeded, CHAIN_WIDTH);
    assert_int_equal(raw_server_calls(fixture->server), CHAIN_CALLS);
}

static void callbacks_of_calls_refused_here_call_on_and_on(void **state)
{
    struct channel_fixture *fixture = *state;
    struct chain chain;
    const struct onsale_channel_options options = {.url = fixture->url};
    assert_int_equal(onsale_channel_open(&options, &fixture->channel, NULL), ONSALE_OK);
    run_chain(fixture->channel, &get_balance_watched, &chain);
    assert_int_equal(chain.tally.failed, CHAIN_WIDTH);
    assert_int_equal(raw_server_frames(fixture->server), 0);
}

static void closing_ends_calls_in_flight_and_waiting(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    const struct onsale_channel_options options = {.calls_per_frame = 2};
    struct onsale_channel *channel = channel_fixture_open(fixture, &options);
    tally.expected = ONSALE_CHANNEL_CLOSED;
    raw_server_hold(fixture->server);
    call_many(channel, &get_balance, 100, &tally);
    call_many(channel, &charge_balance, 100, &tally);
    call_many(channel, &get_balance_watched, 100, &tally);
    raw_server_await(fixture->server, 3);
    channel_fixture_close(fixture);
    assert_int_equal(tally.ended, 300);
    assert_int_equal(tally.failed, 300);
}

static void closing_ends_calls_that_back_off(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    tally.expected = ONSALE_CHANNEL_CLOSED;
    raw_server_expect(fixture->server, RAW_UNAVAILABLE, 1000);
    call_many(channel, &get_balance, 10, &tally);
    raw_server_await(fixture->server, 3);
    channel_fixture_close(fixture);
    assert_int_equal(tally.failed, 10);
}

static void closing_ends_calls_to_a_server_that_never_came(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    channel_fixture_stop_server(fixture);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    tally.expected = ONSALE_CHANNEL_CLOSED;
    call_many(channel, &get_balance, 10, &tally);
    channel_fixture_close(fixture);
    assert_int_equal(tally.failed, 10);
}

static void callbacks_may_call_while_the_channel_closes(void **state)
{
    struct channel_fixture *fixture = *state;
    struct chain chain = {.tally = TALLY_INIT, .method = &get_balance};
    chain.channel = channel_fixture_open(fixture, NULL);
    chain.tally.expected = ONSALE_CHANNEL_CLOSED;
    atomic_init(&chain.left, 1000);
    raw_server_expect(fixture->server, RAW_SILENCE, 1000);
    balance_call_async(chain.channel, &get_balance, 1, LONG_MS, call_next, &chain);
    channel_fixture_close(fixture);
    assert_int_equal(atomic_load(&chain.left), -1);
    assert_int_equal(chain.tally.failed, 1);
}

static void *call_once(void *context)
{
    struct caller *caller = context;
    if (balance_call(caller->channel, &get_balance, 1, LONG_MS, NULL) == ONSALE_CHANNEL_CLOSED)
        caller->answered++;
    return NULL;
}

static void closing_wakes_a_thread_that_waits_for_its_answer(void **state)
{
    struct channel_fixture *fixture = *state;
    struct caller caller = {.channel = channel_fixture_open(fixture, NULL)};
    raw_server_hold(fixture->server);
    assert_int_equal(pthread_create(&caller.thread, NULL, call_once, &caller), 0);
    raw_server_await(fixture->server, 1);
    channel_fixture_close(fixture);
    pthread_join(caller.thread, NULL);
    assert_int_equal(caller.answered, 1);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(threads_share_frames_and_get_their_own_answers),
        CHANNEL_TEST(calls_made_while_frames_are_in_flight_share_the_next),
        CHANNEL_TEST(a_frame_has_no_more_calls_than_asked_for),
        CHANNEL_TEST(watches_travel_alone_and_side_by_side),
        CHANNEL_TEST(watches_beyond_those_in_flight_wait_their_turn),
        CHANNEL_TEST(callbacks_call_on_and_on),
        CHANNEL_TEST(callbacks_of_calls_refused_here_call_on_and_on),
        CHANNEL_TEST(closing_ends_calls_in_flight_and_waiting),
        CHANNEL_TEST(closing_ends_calls_that_back_off),
        CHANNEL_TEST(closing_ends_calls_to_a_server_that_never_came),
        CHANNEL_TEST(callbacks_may_call_while_the_channel_closes),
        CHANNEL_TEST(closing_wakes_a_thread_that_waits_for_its_answer),
    };
    return cmocka_run_group_tests_name("channel: asynchronous calls", rows, NULL, NULL);
}
