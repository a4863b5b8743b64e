/* Asynchronous calls that are cancelled: each ends once, with CANCELLED or the real outcome. */
#include <stdatomic.h>

#include "tests/rpc/channel_fixture.h"

enum { LONG_MS = 60 * 1000 };

/* How a call ended. */
struct ending {
    struct tally tally;
    struct onsale_error error;
};

static void note(void *context, const struct onsale_error *error, const ProtobufCMessage *response)
{
    struct ending *ending = context;
    if (error != NULL) ending->error = *error;
    tally_done(&ending->tally, error, response);
}

static void ending_init(struct ending *ending)
{
    *ending = (struct ending){.tally = TALLY_INIT};
    ending->tally.expected = ONSALE_CANCELLED;
}

static void assert_cancelled(struct ending *ending, uint32_t attempts)
{
    tally_await(&ending->tally, 1);
    assert_int_equal(ending->error.status, ONSALE_CANCELLED);
    assert_int_equal(ending->error.code, ONSALE__RPC__V1__CODE__CODE_CANCELLED);
    assert_string_equal(ending->error.reason, "CANCELLED");
    assert_int_equal(ending->error.attempts, attempts);
}

static void a_call_cancelled_before_it_was_sent_is_never_sent(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending ending;
    ending_init(&ending);
    channel_fixture_stop_server(fixture);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    struct onsale_call_id id =
        balance_call_async(channel, &charge_balance, 7, LONG_MS, note, &ending);
    assert_int_not_equal(id.number, 0);
    onsale_channel_cancel(channel, id);
    assert_cancelled(&ending, 0);

    channel_fixture_start_server(fixture);
    assert_int_equal(balance_call(channel, &charge_balance, 8, LONG_MS, NULL), ONSALE_OK);
    assert_int_equal(raw_server_calls(fixture->server), 1);
    assert_int_equal(ending.tally.ended, 1);
}

static void a_call_cancelled_in_flight_ends_before_its_answer(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending ending;
    ending_init(&ending);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_hold(fixture->server);
    struct onsale_call_id id =
        balance_call_async(channel, &charge_balance, 7, LONG_MS, note, &ending);
    raw_server_await(fixture->server, 1);
    onsale_channel_cancel(channel, id);
    assert_cancelled(&ending, 1);
    raw_server_release(fixture->server);
    assert_int_equal(balance_call(channel, &charge_balance, 8, LONG_MS, NULL), ONSALE_OK);
    channel_fixture_close(fixture);
    assert_int_equal(ending.tally.ended, 1);
}

static void others_of_its_frame_are_answered(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending first, cancelled, other;
    ending_init(&first);
    ending_init(&cancelled);
    ending_init(&other);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_hold(fixture->server);
    balance_call_async(channel, &charge_balance, 1, LONG_MS, note, &first);
    raw_server_await(fixture->server, 1);
    struct onsale_call_id id =
        balance_call_async(channel, &charge_balance, 2, LONG_MS, note, &cancelled);
    balance_call_async(channel, &charge_balance, 3, LONG_MS, note, &other);
    onsale_channel_cancel(channel, id);
    tally_await(&cancelled.tally, 1);
    assert_int_equal(cancelled.error.status, ONSALE_CANCELLED);
    raw_server_release(fixture->server);
    tally_await(&first.tally, 1);
    tally_await(&other.tally, 1);
    assert_int_equal(first.tally.succeeded, 1);
    assert_int_equal(other.tally.succeeded, 1);
}

static void a_call_cancelled_during_its_backoff_is_not_repeated(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending ending;
    ending_init(&ending);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_expect(fixture->server, RAW_UNAVAILABLE_FOR_LONG, 1000);
    struct onsale_call_id id =
        balance_call_async(channel, &charge_balance, 7, LONG_MS, note, &ending);
    raw_server_await(fixture->server, 1);
    onsale_channel_cancel(channel, id);
    tally_await(&ending.tally, 1);
    assert_int_equal(ending.error.status, ONSALE_CANCELLED);
    assert_in_range(ending.error.attempts, 1, 1000);
}

static void a_call_that_has_ended_is_left_alone(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending ending;
    ending_init(&ending);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    struct onsale_call_id id = balance_call_async(channel, &get_balance, 7, LONG_MS, note, &ending);
    tally_await(&ending.tally, 1);
    onsale_channel_cancel(channel, id);
    assert_int_equal(balance_call(channel, &get_balance, 8, LONG_MS, NULL), ONSALE_OK);
    channel_fixture_close(fixture);
    assert_int_equal(ending.tally.ended, 1);
    assert_int_equal(ending.tally.succeeded, 1);
}

static void an_old_id_does_not_cancel_a_later_call(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending ending;
    ending_init(&ending);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    struct onsale_call_id old =
        balance_call_async(channel, &get_balance, 7, LONG_MS, note, &ending);
    tally_await(&ending.tally, 1);
    assert_int_equal(balance_call(channel, &get_balance, 8, LONG_MS, NULL), ONSALE_OK);
    raw_server_hold(fixture->server);
    struct onsale_call_id id = balance_call_async(channel, &get_balance, 9, LONG_MS, note, &ending);
    assert_int_not_equal(id.number, old.number);
    onsale_channel_cancel(channel, old);
    onsale_channel_cancel(channel, (struct onsale_call_id){0});
    onsale_channel_cancel(channel, (struct onsale_call_id){.number = 1234567, .slot = UINT32_MAX});
    raw_server_release(fixture->server);
    tally_await(&ending.tally, 2);
    assert_int_equal(ending.tally.succeeded, 2);
}

static void cancelling_twice_is_cancelling_once(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending ending;
    ending_init(&ending);
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    raw_server_hold(fixture->server);
    struct onsale_call_id id = balance_call_async(channel, &get_balance, 7, LONG_MS, note, &ending);
    raw_server_await(fixture->server, 1);
    onsale_channel_cancel(channel, id);
    onsale_channel_cancel(channel, id);
    assert_cancelled(&ending, 1);
    onsale_channel_cancel(channel, id);
    channel_fixture_close(fixture);
    assert_int_equal(ending.tally.ended, 1);
}

enum { CLOSED_CALLS = 100 };

static void calls_cancelled_at_close_are_cancelled_and_the_others_closed(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally cancelled = TALLY_INIT, closed = TALLY_INIT;
    cancelled.expected = ONSALE_CANCELLED;
    closed.expected = ONSALE_CHANNEL_CLOSED;
    const struct onsale_channel_options options = {.calls_per_frame = 4};
    struct onsale_channel *channel = channel_fixture_open(fixture, &options);
    raw_server_hold(fixture->server);
    for (uint64_t i = 0; i < CLOSED_CALLS; i++) {
        const struct onsale_method *method = i % 4 < 2 ? &get_balance : &get_balance_watched;
        struct onsale_call_id id =
            balance_call_async(channel, method, i, LONG_MS, tally_done, &cancelled);
        balance_call_async(channel, method, i, LONG_MS, tally_done, &closed);
        onsale_channel_cancel(channel, id);
    }
    channel_fixture_close(fixture);
    assert_int_equal(cancelled.ended, CLOSED_CALLS);
    assert_int_equal(cancelled.failed, CLOSED_CALLS);
    assert_int_equal(closed.ended, CLOSED_CALLS);
    assert_int_equal(closed.failed, CLOSED_CALLS);
}

/* A callback that cancels its own call and one that waits. */
struct canceller {
    struct onsale_channel *channel;
    struct onsale_call_id own, other; /* set while the answer is held */
    struct tally tally;
};

static void cancel_both(void *context, const struct onsale_error *error,
                        const ProtobufCMessage *response)
{
    struct canceller *canceller = context;
    onsale_channel_cancel(canceller->channel, canceller->own);
    onsale_channel_cancel(canceller->channel, canceller->other);
    tally_done(&canceller->tally, error, response);
}

static void a_callback_may_cancel_its_own_call_and_others(void **state)
{
    struct channel_fixture *fixture = *state;
    struct ending ending;
    ending_init(&ending);
    struct canceller canceller = {.channel = channel_fixture_open(fixture, NULL),
                                  .tally = TALLY_INIT};
    raw_server_hold(fixture->server);
    canceller.other =
        balance_call_async(canceller.channel, &get_balance_watched, 8, LONG_MS, note, &ending);
    raw_server_await(fixture->server, 1);
    canceller.own =
        balance_call_async(canceller.channel, &get_balance, 7, LONG_MS, cancel_both, &canceller);
    raw_server_await(fixture->server, 2);
    onsale_channel_cancel(canceller.channel, canceller.own);
    tally_await(&canceller.tally, 1);
    assert_cancelled(&ending, 1);
    channel_fixture_close(fixture);
    assert_int_equal(canceller.tally.ended, 1);
    assert_int_equal(ending.tally.ended, 1);
}

/* Many threads that call and cancel what they and others called, among refusals and answers. */
enum { THREADS = 8, CALLS_PER_THREAD = 2000, SHARED_IDS = 16 };

struct racer {
    pthread_t thread;
    struct onsale_channel *channel;
    struct tally *tally;
    struct onsale_call_id own[SHARED_IDS];
};

static void *call_and_cancel(void *context)
{
    struct racer *racer = context;
    for (uint64_t i = 0; i < CALLS_PER_THREAD; i++) {
        const struct onsale_method *method = i % 3 == 0 ? &charge_balance : &get_balance;
        racer->own[i % SHARED_IDS] =
            balance_call_async(racer->channel, method, i, LONG_MS, tally_done, racer->tally);
        if (i % 2 == 0) onsale_channel_cancel(racer->channel, racer->own[i * 7 % SHARED_IDS]);
    }
    return NULL;
}

static void every_call_of_a_crowd_that_cancels_ends_once(void **state)
{
    struct channel_fixture *fixture = *state;
    struct tally tally = TALLY_INIT;
    static struct racer racers[THREADS];
    struct onsale_channel *channel = channel_fixture_open(fixture, NULL);
    tally.expected = ONSALE_CANCELLED;
    raw_server_expect(fixture->server, RAW_UNAVAILABLE, 5);
    for (size_t i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.channel = channel, .tally = &tally};
        assert_int_equal(pthread_create(&racers[i].thread, NULL, call_and_cancel, &racers[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(racers[i].thread, NULL);
    tally_await(&tally, THREADS * CALLS_PER_THREAD);
    channel_fixture_close(fixture);
    assert_int_equal(tally.ended, THREADS * CALLS_PER_THREAD);
    assert_int_equal(tally.succeeded + tally.failed, THREADS * CALLS_PER_THREAD);
    assert_true(tally.failed > 0);
    assert_true(tally.succeeded > 0);
}

int main(void)
{
    const struct CMUnitTest rows[] = {
        CHANNEL_TEST(a_call_cancelled_before_it_was_sent_is_never_sent),
        CHANNEL_TEST(a_call_cancelled_in_flight_ends_before_its_answer),
        CHANNEL_TEST(others_of_its_frame_are_answered),
        CHANNEL_TEST(a_call_cancelled_during_its_backoff_is_not_repeated),
        CHANNEL_TEST(a_call_that_has_ended_is_left_alone),
        CHANNEL_TEST(an_old_id_does_not_cancel_a_later_call),
        CHANNEL_TEST(cancelling_twice_is_cancelling_once),
        CHANNEL_TEST(calls_cancelled_at_close_are_cancelled_and_the_others_closed),
        CHANNEL_TEST(a_callback_may_cancel_its_own_call_and_others),
        CHANNEL_TEST(every_call_of_a_crowd_that_cancels_ends_once),
    };
    return cmocka_run_group_tests_name("channel: cancel", rows, NULL, NULL);
}
