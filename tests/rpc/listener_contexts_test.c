#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "rpc/listen/exchanges.h"
#include "tests/rpc/listener_fixture.h"

/* While FRAMES_FEW are held there are idle contexts, beside FRAMES_MANY there are none. */
enum {
    CONTEXTS = 4 * RECEIVERS_MAX,
    FRAMES_FEW = RECEIVERS_MAX / 2,
    FRAMES_MANY = CONTEXTS - RECEIVERS_MAX / 2,
    CALLERS = 4,
    FRAMES_PIPELINED = RECEIVERS_MAX,
};

static int set_up(void **state)
{
    int rc = listener_fixture_set_up(state);
    struct listener_fixture *fixture = *state;
    fixture->options.contexts = CONTEXTS;
    fixture->options.frames_in_flight_per_connection_max = 2 * CONTEXTS;
    return rc;
}

static void send_checks(struct raw_peer *peer, size_t count)
{
    for (uint32_t id = 1; id <= count; id++)
        send_check(peer, id);
}

static bool few_are_held(struct listener_fixture *fixture)
{
    return fake_application_held(&fixture->fake) == FRAMES_FEW;
}

static bool many_are_held(struct listener_fixture *fixture)
{
    return fake_application_held(&fixture->fake) == FRAMES_MANY;
}

static bool as_many_as_contexts_are_held(struct listener_fixture *fixture)
{
    return fake_application_held(&fixture->fake) == CONTEXTS;
}

static bool one_is_held(struct listener_fixture *fixture)
{
    return fake_application_held(&fixture->fake) == 1;
}

static bool one_more_than_contexts_was_seen(struct listener_fixture *fixture)
{
    return atomic_load(&fixture->fake.seen) == CONTEXTS + 1;
}

/* Listens, and has the application hold frames of a new peer until `all` are. */
static void hold_frames(struct listener_fixture *fixture, struct raw_peer *peer, size_t count,
                        bool (*all)(struct listener_fixture *))
{
    atomic_store(&fixture->fake.holds, true);
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(peer, fixture->ipc_url));
    send_checks(peer, count);
    assert_true(comes_true(all, fixture));
}

static void release(struct listener_fixture *fixture)
{
    atomic_store(&fixture->fake.holds, false);
    fake_application_release(&fixture->fake);
}

static void no_more_contexts_receive_than_are_needed(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    assert_int_equal(atomic_load(&receives_begun), RECEIVERS_MAX);
    assert_true(raw_peer_open(&peer, fixture->ipc_url));
    for (uint32_t id = 1; id <= CONTEXTS; id++) {
        send_check(&peer, id);
        assert_true(reply_is(&peer, id, STATUS_OK));
        assert_int_equal(atomic_load(&receives_begun), RECEIVERS_MAX + id);
    }
    raw_peer_close(&peer);
}

static void as_many_frames_are_taken_as_there_are_contexts_before_one_is_answered(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    hold_frames(fixture, &peer, CONTEXTS, as_many_as_contexts_are_held);
    assert_int_equal(atomic_load(&receives_begun), CONTEXTS);
    release(fixture);
    assert_true(replies_are_ok(&peer, CONTEXTS));
    raw_peer_close(&peer);
}

static void a_frame_beyond_the_contexts_is_taken_when_one_is_free(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    hold_frames(fixture, &peer, CONTEXTS, as_many_as_contexts_are_held);
    send_check(&peer, CONTEXTS + 1);
    fake_application_release(&fixture->fake);
    assert_true(replies_are_ok(&peer, CONTEXTS));
    assert_true(comes_true(one_is_held, fixture));
    assert_true(one_more_than_contexts_was_seen(fixture));
    release(fixture);
    assert_true(reply_is(&peer, CONTEXTS + 1, STATUS_OK));
    raw_peer_close(&peer);
}

static void bursts_are_served_after_every_context_was_taken(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    hold_frames(fixture, &peer, CONTEXTS, as_many_as_contexts_are_held);
    for (size_t i = 0; i < 10; i++) {
        fake_application_release(&fixture->fake);
        assert_true(replies_are_ok(&peer, CONTEXTS));
        send_checks(&peer, CONTEXTS);
        assert_true(comes_true(as_many_as_contexts_are_held, fixture));
    }
    release(fixture);
    assert_true(replies_are_ok(&peer, CONTEXTS));
    assert_true(check_succeeds(fixture->tcp_url));
    raw_peer_close(&peer);
}

static void *close_listener(void *listener)
{
    listener_close(listener);
    return NULL;
}

/* The listener closes while these are held: they are answered nevertheless. */
static void assert_closing_answers(struct listener_fixture *fixture, struct raw_peer *peer,
                                   size_t count)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, close_listener, fixture->listener), 0);
    fixture->listener = NULL;
    release(fixture);
    pthread_join(thread, NULL);
    assert_int_equal(rpc_dispatcher_frames_in_flight(fixture->dispatcher), 0);
    assert_true(replies_are_ok(peer, count));
    assert_true(raw_peer_is_hung_up(peer));
    raw_peer_close(peer);
}

static void closing_while_contexts_are_idle_answers_what_is_in_flight(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    hold_frames(fixture, &peer, FRAMES_FEW, few_are_held);
    assert_closing_answers(fixture, &peer, FRAMES_FEW);
}

static void closing_while_no_context_is_idle_answers_what_is_in_flight(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    hold_frames(fixture, &peer, FRAMES_MANY, many_are_held);
    assert_closing_answers(fixture, &peer, FRAMES_MANY);
}

static void closing_while_no_context_receives_answers_what_is_in_flight(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    hold_frames(fixture, &peer, CONTEXTS, as_many_as_contexts_are_held);
    assert_closing_answers(fixture, &peer, CONTEXTS);
}

static void *call_in_bursts_until_hung_up(void *url)
{
    struct raw_peer peer;
    if (!raw_peer_open(&peer, url)) return NULL;
    do
        send_checks(&peer, FRAMES_PIPELINED);
    while (replies_are_ok(&peer, FRAMES_PIPELINED));
    raw_peer_close(&peer);
    return NULL;
}

static bool bursts_were_seen(struct listener_fixture *fixture)
{
    return atomic_load(&fixture->fake.seen) > CALLERS * FRAMES_PIPELINED;
}

static void close_amid_bursts(struct listener_fixture *fixture)
{
    pthread_t threads[CALLERS];
    atomic_store(&fixture->fake.seen, 0);
    listener_fixture_listen(fixture);
    for (size_t i = 0; i < CALLERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, call_in_bursts_until_hung_up,
                                        (void *)fixture->urls[i % 2]),
                         0);
    assert_true(comes_true(bursts_were_seen, fixture));
    listener_close(fixture->listener);
    fixture->listener = NULL;
    assert_int_equal(rpc_dispatcher_frames_in_flight(fixture->dispatcher), 0);
    size_t begun = atomic_load(&receives_begun);
    for (size_t i = 0; i < CALLERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&receives_begun), begun);
}

/* Contexts of every state, and receives that begin meanwhile. */
static void closing_amid_bursts_begins_no_receive_afterwards(void **state)
{
    for (size_t i = 0; i < 5; i++)
        close_amid_bursts(*state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, listener_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_more_contexts_receive_than_are_needed),
        TEST(as_many_frames_are_taken_as_there_are_contexts_before_one_is_answered),
        TEST(a_frame_beyond_the_contexts_is_taken_when_one_is_free),
        TEST(bursts_are_served_after_every_context_was_taken),
        TEST(closing_while_contexts_are_idle_answers_what_is_in_flight),
        TEST(closing_while_no_context_is_idle_answers_what_is_in_flight),
        TEST(closing_while_no_context_receives_answers_what_is_in_flight),
        TEST(closing_amid_bursts_begins_no_receive_afterwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
