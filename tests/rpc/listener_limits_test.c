#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "tests/rpc/listener_fixture.h"

enum { STRANGER_UID = 65534 };

static bool nobody_is_connected(struct listener_fixture *fixture)
{
    return listener_connections(fixture->listener).open == 0;
}

static bool somebody_is_connected(struct listener_fixture *fixture)
{
    return listener_connections(fixture->listener).open > 0;
}

static bool two_are_connected(struct listener_fixture *fixture)
{
    return listener_connections(fixture->listener).open == 2;
}

static void open_served(struct raw_peer *peer, const char *url)
{
    assert_true(raw_peer_open(peer, url));
    send_check(peer, 1);
    assert_true(reply_is(peer, 1, STATUS_OK));
}

/* Over tcp nobody is trusted. */
static void assert_two_connections_fit(struct listener_fixture *fixture)
{
    struct raw_peer peers[3];
    listener_fixture_listen(fixture);
    for (size_t i = 0; i < 2; i++)
        open_served(&peers[i], fixture->tcp_url);
    assert_int_equal(listener_connections(fixture->listener).open, 2);
    if (raw_peer_open(&peers[2], fixture->tcp_url)) {
        assert_true(raw_peer_is_hung_up(&peers[2]));
        raw_peer_close(&peers[2]);
    }
    for (size_t i = 0; i < 2; i++) {
        send_check(&peers[i], 2);
        assert_true(reply_is(&peers[i], 2, STATUS_OK));
        raw_peer_close(&peers[i]);
    }
    assert_true(comes_true(nobody_is_connected, fixture));
    assert_true(check_succeeds(fixture->tcp_url));
}

static void connections_beyond_the_limit_are_hung_up(void **state)
{
    struct listener_fixture *fixture = *state;
    fixture->options.connections_max = 2;
    assert_two_connections_fit(fixture);
}

static void connections_beyond_the_limit_of_a_peer_are_hung_up(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer other;
    fixture->options.connections_per_peer_max = 2;
    assert_two_connections_fit(fixture);
    assert_true(raw_peer_open(&other, fixture->ipc_url)); /* another peer */
    raw_peer_close(&other);
}

static bool is_hung_up_on(const char *url)
{
    struct raw_peer peer;
    if (!raw_peer_open(&peer, url)) return true;
    bool hung_up = raw_peer_is_hung_up(&peer);
    raw_peer_close(&peer);
    return hung_up;
}

static void the_own_user_gets_in_beyond_its_limit_and_loses_what_was_idle_for_longest(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peers[3];
    fixture->options.connections_per_peer_max = 2;
    fixture->options.connections_reserved = 2;
    listener_fixture_listen(fixture);
    for (size_t i = 0; i < 2; i++) {
        assert_true(raw_peer_open(&peers[i], fixture->ipc_url));
        assert_true(comes_true(i == 0 ? somebody_is_connected : two_are_connected, fixture));
        listener_reap(fixture->listener, FAKE_NOW_MS + 1); /* the second is younger */
    }
    open_served(&peers[2], fixture->ipc_url);
    assert_true(raw_peer_is_hung_up(&peers[0]));
    for (size_t i = 1; i < 3; i++) {
        send_check(&peers[i], 2);
        assert_true(reply_is(&peers[i], 2, STATUS_OK));
    }
    for (size_t i = 0; i < 3; i++)
        raw_peer_close(&peers[i]);
}

static void the_own_user_gets_in_though_others_took_all_connections(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer others[2];
    struct raw_peer own[2];
    fixture->options.connections_max = 2;
    fixture->options.connections_reserved = 2;
    listener_fixture_listen(fixture);
    for (size_t i = 0; i < 2; i++)
        open_served(&others[i], fixture->tcp_url);
    assert_true(is_hung_up_on(fixture->tcp_url));
    for (size_t i = 0; i < 2; i++)
        open_served(&own[i], fixture->ipc_url);
    for (size_t i = 0; i < 2; i++) {
        send_check(&others[i], 2);
        assert_true(reply_is(&others[i], 2, STATUS_OK));
        raw_peer_close(&others[i]);
        raw_peer_close(&own[i]);
    }
}

static bool one_call_is_held(struct listener_fixture *fixture)
{
    return fake_application_held(&fixture->fake) == 1;
}

static bool two_calls_are_held(struct listener_fixture *fixture)
{
    return fake_application_held(&fixture->fake) == 2;
}

static void frames_beyond_the_limit_of_a_connection_are_refused(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    fixture->options.frames_in_flight_per_connection_max = 2;
    atomic_store(&fixture->fake.holds, true);
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&peer, fixture->ipc_url));
    send_check(&peer, 1);
    send_check(&peer, 2);
    assert_true(comes_true(two_calls_are_held, fixture));
    send_check(&peer, 3);
    assert_true(reply_is(&peer, 3, STATUS_CONNECTION_BUSY));
    atomic_store(&fixture->fake.holds, false);
    fake_application_release(&fixture->fake);
    assert_true(both_replies_are_ok(&peer));
    raw_peer_close(&peer);
}

/* On Linux this system call changes the uid of the calling thread only. */
static void *open_as_stranger(void *url)
{
    struct raw_peer peer;
    long rc = syscall(SYS_setresuid, STRANGER_UID, STRANGER_UID, STRANGER_UID);
    if (rc != 0 || !raw_peer_open(&peer, url)) return NULL;
    send_check(&peer, 1);
    bool succeeds = reply_is(&peer, 1, STATUS_OK);
    raw_peer_close(&peer);
    return succeeds ? url : NULL;
}

static bool stranger_succeeds(struct listener_fixture *fixture)
{
    pthread_t thread;
    void *succeeded;
    assert_int_equal(chmod(fixture->folder, 0755), 0);
    assert_int_equal(chmod(fixture->ipc_url + strlen("ipc://"), 0777), 0);
    assert_int_equal(pthread_create(&thread, NULL, open_as_stranger, fixture->ipc_url), 0);
    assert_int_equal(pthread_join(thread, &succeeded), 0);
    return succeeded != NULL;
}

static void a_uid_that_is_not_allowed_is_hung_up(void **state)
{
    struct listener_fixture *fixture = *state;
    if (geteuid() != 0) skip();
    listener_fixture_listen(fixture);
    assert_false(stranger_succeeds(fixture));
    assert_true(check_succeeds(fixture->ipc_url));
}

static void a_uid_that_is_allowed_is_served(void **state)
{
    struct listener_fixture *fixture = *state;
    if (geteuid() != 0) skip();
    fixture->options.uids_allowed = &(const uid_t){STRANGER_UID};
    fixture->options.uids_allowed_count = 1;
    listener_fixture_listen(fixture);
    assert_true(stranger_succeeds(fixture));
}

static void a_connection_without_a_whole_frame_is_reaped(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer silent;
    struct raw_peer half;
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&silent, fixture->ipc_url));
    assert_true(raw_peer_open(&half, fixture->tcp_url));
    assert_true(comes_true(two_are_connected, fixture));
    raw_peer_announce(&half, 100);
    raw_peer_write(&half, "\x80", 1);
    /* When a later call is answered, the half has been read: see listener_close for why it must. */
    assert_true(check_succeeds(fixture->ipc_url));
    listener_reap(fixture->listener, FAKE_NOW_MS + fixture->options.first_frame_ms_max);
    assert_true(raw_peer_is_hung_up(&silent));
    assert_true(raw_peer_is_hung_up(&half));
    raw_peer_close(&silent);
    raw_peer_close(&half);
    assert_true(comes_true(nobody_is_connected, fixture));
}

static void a_connection_is_not_reaped_before_its_time(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&peer, fixture->ipc_url));
    assert_true(comes_true(somebody_is_connected, fixture));
    listener_reap(fixture->listener, FAKE_NOW_MS + fixture->options.first_frame_ms_max - 1);
    send_check(&peer, 1);
    assert_true(reply_is(&peer, 1, STATUS_OK));
    raw_peer_close(&peer);
}

/* Busy connections are never closed for others, and the reserve has an end. */
static void the_reserve_is_bounded_and_leaves_busy_connections_alone(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer busy[2];
    fixture->options.connections_per_peer_max = 1;
    fixture->options.connections_reserved = 1;
    listener_fixture_listen(fixture);
    atomic_store(&fixture->fake.holds, true);
    for (size_t i = 0; i < 2; i++) {
        assert_true(raw_peer_open(&busy[i], fixture->ipc_url));
        send_check(&busy[i], 1);
        assert_true(comes_true(i == 0 ? one_call_is_held : two_calls_are_held, fixture));
    }
    assert_true(is_hung_up_on(fixture->ipc_url));
    atomic_store(&fixture->fake.holds, false);
    fake_application_release(&fixture->fake);
    for (size_t i = 0; i < 2; i++) {
        assert_true(reply_is(&busy[i], 1, STATUS_OK));
        raw_peer_close(&busy[i]);
    }
}

static void an_idle_connection_is_reaped_and_a_busy_one_is_not(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer idle;
    struct raw_peer busy;
    listener_fixture_listen(fixture);
    assert_true(raw_peer_open(&idle, fixture->ipc_url));
    send_check(&idle, 1);
    assert_true(reply_is(&idle, 1, STATUS_OK));
    atomic_store(&fixture->fake.holds, true);
    assert_true(raw_peer_open(&busy, fixture->ipc_url));
    for (uint32_t id = 1; id <= 2; id++)
        send_check(&busy, id);
    assert_true(comes_true(two_calls_are_held, fixture));
    listener_reap(fixture->listener, FAKE_NOW_MS + fixture->options.idle_ms_max);
    assert_true(raw_peer_is_hung_up(&idle));
    fake_application_release(&fixture->fake);
    assert_true(both_replies_are_ok(&busy));
    raw_peer_close(&idle);
    raw_peer_close(&busy);
}

enum { LARGE_BYTES = 4 * 1024 * 1024, LARGE_REPLIES = 4 };

static bool nothing_is_in_flight(struct listener_fixture *fixture)
{
    return rpc_dispatcher_frames_in_flight(fixture->dispatcher) == 0;
}

static bool is_answered(struct listener_fixture *fixture, uint32_t replies)
{
    return memory_budget_used(&fixture->memory) >= (size_t)LARGE_BYTES * replies &&
           nothing_is_in_flight(fixture);
}

static bool the_first_is_answered(struct listener_fixture *fixture)
{
    return is_answered(fixture, 1);
}

static bool all_are_answered(struct listener_fixture *fixture)
{
    return is_answered(fixture, LARGE_REPLIES);
}

/* Sends calls whose replies are far larger than what the kernel takes for a peer that reads none.
 */
static void leave_replies_unread(struct listener_fixture *fixture, struct raw_peer *peer)
{
    static char version[LARGE_BYTES]; /* stays: replies may be in the making until the end */
    memset(version, 'v', sizeof version - 1);
    atomic_store(&fixture->fake.version, version);
    assert_true(raw_peer_open(peer, fixture->ipc_url));
    send_check(peer, 1);
    assert_true(comes_true(the_first_is_answered, fixture));
    for (uint32_t id = 2; id <= LARGE_REPLIES; id++)
        send_check(peer, id);
    assert_true(comes_true(all_are_answered, fixture));
    atomic_store(&fixture->fake.version, "fake");
}

/* Time to read passes from look to look only. */
static void look_until(struct listener_fixture *fixture, int64_t ms)
{
    for (int64_t at_ms = LOOK_MS; at_ms < ms; at_ms += LOOK_MS)
        listener_look(fixture->listener, FAKE_NOW_MS + at_ms);
    listener_look(fixture->listener, FAKE_NOW_MS + ms);
}

static bool nothing_is_paid_for(struct listener_fixture *fixture)
{
    return memory_budget_used(&fixture->memory) == 0;
}

static void a_peer_that_does_not_read_its_replies_loses_its_connection(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    leave_replies_unread(fixture, &peer);
    look_until(fixture, UNREAD_MS_MAX - 1);
    assert_int_equal(listener_connections(fixture->listener).closed_unread, 0);
    look_until(fixture, UNREAD_MS_MAX + LARGE_BYTES / UNREAD_BYTES_PER_MS_MIN + 2 * LOOK_MS);
    assert_int_equal(listener_connections(fixture->listener).closed_unread, 1);
    assert_true(comes_true(nobody_is_connected, fixture));
    assert_true(comes_true(nothing_is_paid_for, fixture));
    assert_true(check_succeeds(fixture->ipc_url));
    raw_peer_close(&peer);
}

/* When the last reply has left, nng's statistics say a moment later. They are asked for what waits
 * for a while, and a frame may end just after a look: so time goes on, slowly. */
static bool statistics_say_that_all_is_read(struct listener_fixture *fixture)
{
    enum { LOOKS_PER_STEP = 100, STEPS_MAX = UNREAD_MS_MAX / UNREAD_BUSY_MS_MAX - 1 };
    static int looks;
    int step = 1 + looks++ / LOOKS_PER_STEP;
    if (step > STEPS_MAX) step = STEPS_MAX;
    listener_look(fixture->listener, FAKE_NOW_MS + step * UNREAD_BUSY_MS_MAX);
    return nothing_is_paid_for(fixture);
}

static void a_peer_that_reads_may_have_as_many_large_replies_in_flight_as_it_likes(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    leave_replies_unread(fixture, &peer);
    for (uint32_t i = 0; i < LARGE_REPLIES; i++) {
        uint32_t id;
        size_t size;
        uint8_t *bytes = raw_peer_receive(&peer, &id, &size);
        assert_true(size > LARGE_BYTES);
        free(bytes);
    }
    assert_true(comes_true(statistics_say_that_all_is_read, fixture));
    listener_reap(fixture->listener, FAKE_NOW_MS + fixture->options.idle_ms_max - 1);
    assert_int_equal(listener_connections(fixture->listener).closed_unread, 0);
    send_check(&peer, 1);
    assert_true(reply_is(&peer, 1, STATUS_OK));
    raw_peer_close(&peer);
}

static void a_listener_does_not_wait_for_those_who_do_not_read(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    listener_fixture_listen(fixture);
    leave_replies_unread(fixture, &peer);
    rpc_dispatcher_drain(fixture->dispatcher);
    listener_close(fixture->listener);
    fixture->listener = NULL;
    assert_int_equal(memory_budget_used(&fixture->memory), 0);
    raw_peer_close(&peer);
}

static void frames_far_beyond_the_limit_of_a_connection_end_it(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    fixture->options.frames_in_flight_max = 64;
    fixture->options.frames_in_flight_per_connection_max = LARGE_REPLIES - 1;
    listener_fixture_listen(fixture);
    leave_replies_unread(fixture, &peer);
    for (uint32_t id = 1; id <= LARGE_REPLIES; id++)
        send_check(&peer, LARGE_REPLIES + id);
    assert_true(comes_true(nobody_is_connected, fixture));
    assert_int_equal(listener_connections(fixture->listener).closed_unread, 1);
    raw_peer_close(&peer);
}

enum { MANY_FRAMES = 600, FRAMES_EACH = 50 };

static bool many_calls_are_held(struct listener_fixture *fixture)
{
    return fake_application_held(&fixture->fake) == MANY_FRAMES;
}

static void more_contexts_are_opened_when_nearly_all_are_busy(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peers[MANY_FRAMES / FRAMES_EACH];
    fixture->options.frames_in_flight_max = MANY_FRAMES + 1;
    fixture->options.frames_in_flight_per_connection_max = FRAMES_EACH;
    atomic_store(&fixture->fake.holds, true);
    listener_fixture_listen(fixture);
    for (size_t i = 0; i < MANY_FRAMES / FRAMES_EACH; i++) {
        assert_true(raw_peer_open(&peers[i], fixture->ipc_url));
        for (uint32_t id = 1; id <= FRAMES_EACH; id++)
            send_check(&peers[i], id);
    }
    assert_true(comes_true(many_calls_are_held, fixture));
    atomic_store(&fixture->fake.holds, false);
    assert_true(check_succeeds(fixture->tcp_url)); /* with all those waiting */
    fake_application_release(&fixture->fake);
    for (size_t i = 0; i < MANY_FRAMES / FRAMES_EACH; i++) {
        for (int j = 0; j < FRAMES_EACH; j++) {
            uint32_t id;
            size_t size;
            free(raw_peer_receive(&peers[i], &id, &size));
        }
        raw_peer_close(&peers[i]);
    }
    assert_true(comes_true(nobody_is_connected, fixture));
    assert_true(atomic_load(&fixture->fake.gone) >= MANY_FRAMES / FRAMES_EACH);
}

static void a_peer_with_more_than_its_share_unread_loses_its_connection_soon(void **state)
{
    struct listener_fixture *fixture = *state;
    struct raw_peer peer;
    fixture->options.frames_in_flight_max = LARGE_REPLIES + 1;
    listener_fixture_listen(fixture);
    leave_replies_unread(fixture, &peer);
    look_until(fixture, UNREAD_BUSY_MS_MAX - 1);
    assert_int_equal(listener_connections(fixture->listener).closed_unread, 0);
    look_until(fixture, UNREAD_BUSY_MS_MAX + 2 * LOOK_MS);
    assert_int_equal(listener_connections(fixture->listener).closed_unread, 1);
    assert_true(comes_true(nobody_is_connected, fixture));
    raw_peer_close(&peer);
}

#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, listener_fixture_set_up, listener_fixture_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(connections_beyond_the_limit_are_hung_up),
        TEST(connections_beyond_the_limit_of_a_peer_are_hung_up),
        TEST(the_own_user_gets_in_beyond_its_limit_and_loses_what_was_idle_for_longest),
        TEST(the_own_user_gets_in_though_others_took_all_connections),
        TEST(the_reserve_is_bounded_and_leaves_busy_connections_alone),
        TEST(frames_beyond_the_limit_of_a_connection_are_refused),
        TEST(a_uid_that_is_not_allowed_is_hung_up),
        TEST(a_uid_that_is_allowed_is_served),
        TEST(a_connection_without_a_whole_frame_is_reaped),
        TEST(a_connection_is_not_reaped_before_its_time),
        TEST(an_idle_connection_is_reaped_and_a_busy_one_is_not),
        TEST(a_peer_that_does_not_read_its_replies_loses_its_connection),
        TEST(a_peer_that_reads_may_have_as_many_large_replies_in_flight_as_it_likes),
        TEST(a_listener_does_not_wait_for_those_who_do_not_read),
        TEST(frames_far_beyond_the_limit_of_a_connection_end_it),
        TEST(more_contexts_are_opened_when_nearly_all_are_busy),
        TEST(a_peer_with_more_than_its_share_unread_loses_its_connection_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
