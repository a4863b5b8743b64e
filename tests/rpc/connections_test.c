/* The list of a listener's connections by itself: who gets in, who has to go, what was freed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "rpc/listen/connections.h"

enum { CONNECTIONS = 6, PER_PEER = 3, RESERVED = 2, FRAMES = 2, FIRST_MS = 100, IDLE_MS = 1000 };

static const struct peer root = {.bytes = {1}, .is_trusted = true};
static const struct peer guest = {.bytes = {2}};
static const struct peer other_guest = {.bytes = {3}};

static nng_pipe pipe_of(uint32_t id)
{
    return (nng_pipe){.id = id};
}

static int set_up(void **state)
{
    static struct connections connections;
    const struct connections_limits limits = {
        .connections_max = CONNECTIONS,
        .per_peer_max = PER_PEER,
        .reserved = RESERVED,
        .frames_in_flight_max = FRAMES,
        .frames_max = CONNECTIONS * FRAMES,
        .first_frame_ms_max = FIRST_MS,
        .idle_ms_max = IDLE_MS,
    };
    static struct memory_budget memory;
    memory_budget_init(&memory, 1 << 20);
    *state = &connections;
    return connections_init(&connections, &limits, &memory) == STATUS_OK ? 0 : -1;
}

static void nobody_is_told(void *context, struct rpc_peer *peer)
{
    (void)context;
    (void)peer;
}

static void forget(struct connections *connections, uint32_t id)
{
    connections_remove(connections, pipe_of(id), nobody_is_told, NULL);
}

static struct connection *begin_frame(struct connections *connections, uint32_t id, unix_ms now_ms)
{
    struct connection *connection;
    assert_int_equal(connections_frame_begin(connections, pipe_of(id), now_ms, &connection),
                     FRAME_ADMITTED);
    return connection;
}

static int tear_down(void **state)
{
    connections_deinit(*state);
    return 0;
}

/* @return The id of the connection that has to go for it; 0 if none has. */
static int add(struct connections *connections, uint32_t id, const struct peer *peer,
               unix_ms now_ms)
{
    nng_pipe idle;
    assert_true(connections_add(connections, pipe_of(id), peer, now_ms, &idle));
    return nng_pipe_id(idle) > 0 ? nng_pipe_id(idle) : 0;
}

static bool is_refused(struct connections *connections, uint32_t id, const struct peer *peer)
{
    nng_pipe idle;
    bool refused = !connections_add(connections, pipe_of(id), peer, 0, &idle);
    if (refused) assert_true(nng_pipe_id(idle) <= 0);
    return refused;
}

static void assert_counts(struct connections *connections, size_t open, size_t closing,
                          uint64_t freed)
{
    struct listener_connections counts = connections_count(connections);
    assert_int_equal(counts.open, open);
    assert_int_equal(counts.closing, closing);
    assert_int_equal(counts.freed, freed);
}

static void what_was_closed_counts_until_it_is_freed(void **state)
{
    struct connections *connections = *state;
    nng_pipe overdue[CONNECTIONS];
    add(connections, 1, &guest, 0);
    add(connections, 2, &guest, 0);
    assert_counts(connections, 2, 0, 0);
    assert_int_equal(connections_overdue(connections, FIRST_MS, overdue, CONNECTIONS), 2);
    assert_int_equal(connections_overdue(connections, FIRST_MS, overdue, CONNECTIONS), 0);
    assert_counts(connections, 2, 2, 0);
    forget(connections, 1);
    assert_counts(connections, 1, 1, 1);
    forget(connections, 2);
    assert_counts(connections, 0, 0, 2);
}

static void a_peer_that_goes_is_freed_and_was_never_closing(void **state)
{
    struct connections *connections = *state;
    add(connections, 1, &guest, 0);
    forget(connections, 1);
    assert_counts(connections, 0, 0, 1);
}

static void who_is_refused_counts_as_closing_until_freed(void **state)
{
    struct connections *connections = *state;
    for (uint32_t id = 1; id <= PER_PEER; id++)
        add(connections, id, &guest, 0);
    assert_true(is_refused(connections, 10, &guest));
    connections_refuse(connections);
    assert_counts(connections, PER_PEER, 2, 0);
    forget(connections, 10);
    forget(connections, 11);
    assert_counts(connections, PER_PEER, 0, 2);
}

static void all_are_closed_once_whatever_they_are_at(void **state)
{
    struct connections *connections = *state;
    nng_pipe all[CONNECTIONS];
    add(connections, 1, &guest, 0);
    add(connections, 2, &root, 0);
    begin_frame(connections, 1, 0);
    assert_int_equal(connections_all(connections, all, CONNECTIONS), 2);
    assert_int_equal(connections_all(connections, all, CONNECTIONS), 0);
    assert_counts(connections, 2, 2, 0);
}

static void guests_have_no_place_in_the_reserve(void **state)
{
    struct connections *connections = *state;
    for (uint32_t id = 1; id <= PER_PEER; id++)
        add(connections, id, &guest, 0);
    for (uint32_t id = PER_PEER + 1; id <= CONNECTIONS; id++)
        add(connections, id, &other_guest, 0);
    assert_true(is_refused(connections, 20, &guest));
    assert_true(is_refused(connections, 21, &(const struct peer){.bytes = {4}}));
}

static void root_takes_reserved_places_and_then_its_own_longest_idle_one_goes(void **state)
{
    struct connections *connections = *state;
    for (uint32_t id = 1; id <= PER_PEER; id++)
        add(connections, id, &guest, 0);
    for (uint32_t id = PER_PEER + 1; id <= CONNECTIONS; id++)
        add(connections, id, &other_guest, 0);
    assert_int_equal(add(connections, 20, &root, 5), 0);
    assert_int_equal(add(connections, 21, &root, 6), 20); /* the last place */
    assert_true(is_refused(connections, 22, &root));
    forget(connections, 20);
    assert_int_equal(add(connections, 22, &root, 7), 21);
}

static void root_beyond_its_limit_loses_what_had_no_frame_for_longest(void **state)
{
    struct connections *connections = *state;
    for (uint32_t id = 1; id <= PER_PEER; id++)
        add(connections, id, &root, id);
    struct connection *first = begin_frame(connections, 1, 10);
    connections_frame_end(connections, first, (struct frame_end){0}, 11);
    begin_frame(connections, 2, 12); /* busy */
    assert_int_equal(add(connections, 10, &root, 13), 3);
    assert_int_equal(add(connections, 11, &root, 14), 1);
    assert_int_equal(add(connections, 12, &root, 15), 10);
    assert_int_equal(add(connections, 13, &root, 16), 11);
    assert_int_equal(add(connections, 14, &root, 17), 12);
    assert_true(is_refused(connections, 15, &root)); /* all places are taken until one is freed */
    forget(connections, 3);
    assert_int_equal(add(connections, 15, &root, 18), 13);
}

/* Two looks and what the second finds: every place for a frame is taken, so that whoever keeps a
 * reply waiting has to go soon. */
static struct connection *take_all_frames(struct connections *connections)
{
    struct connection *first = NULL;
    for (uint32_t id = 1; id <= CONNECTIONS; id++) {
        add(connections, id, id <= PER_PEER ? &guest : &other_guest, 0);
        for (int i = 0; i < FRAMES; i++) {
            struct connection *connection = begin_frame(connections, id, 0);
            if (id == 1) first = connection;
        }
    }
    return first;
}

static size_t count_overdue(struct connections *connections, unix_ms now_ms)
{
    nng_pipe overdue[CONNECTIONS];
    return connections_overdue(connections, now_ms, overdue, CONNECTIONS);
}

static void a_reply_that_was_given_just_before_a_look_has_time_to_be_read(void **state)
{
    struct connections *connections = *state;
    struct connection *connection = take_all_frames(connections);
    assert_int_equal(count_overdue(connections, LOOK_MS), 0);
    connections_reply_begin(connections, connection);
    assert_int_equal(count_overdue(connections, 2 * LOOK_MS), 0);
    assert_int_equal(count_overdue(connections, 2 * LOOK_MS + UNREAD_BUSY_MS_MAX), 1);
    assert_int_equal(connections_count(connections).closed_unread, 1);
}

static void who_reads_between_all_looks_is_not_closed_though_some_reply_waits_at_each(void **state)
{
    struct connections *connections = *state;
    struct connection *connection = take_all_frames(connections);
    connections_reply_begin(connections, connection);
    for (unix_ms now_ms = LOOK_MS; now_ms <= 2 * UNREAD_MS_MAX; now_ms += LOOK_MS) {
        assert_int_equal(count_overdue(connections, now_ms), 0);
        connections_reply_begin(connections, connection);
        connections_frame_end(connections, connection, (struct frame_end){.was_given = true},
                              now_ms);
        begin_frame(connections, 1, now_ms);
    }
}

static void a_few_replies_on_their_way_are_no_sign_of_who_does_not_read(void **state)
{
    enum { MANY = 16, FEW = MANY / 8 };
    struct connections *connections = *state;
    struct connection *connection = NULL;
    connections->limits.frames_in_flight_max = connections->limits.frames_max = MANY;
    add(connections, 1, &guest, 0);
    for (int i = 0; i < MANY; i++)
        connection = begin_frame(connections, 1, 0);
    for (int i = 0; i < FEW; i++)
        connections_reply_begin(connections, connection);
    for (unix_ms now_ms = 0; now_ms < UNREAD_MS_MAX; now_ms += LOOK_MS)
        assert_int_equal(count_overdue(connections, now_ms), 0);
    connections_reply_begin(connections, connection);
    assert_int_equal(count_overdue(connections, UNREAD_MS_MAX), 1);
}

/* As after SIGSTOP and SIGCONT: the peer may have read all that there was to read. */
static void time_in_which_the_process_stood_still_is_not_the_peers(void **state)
{
    struct connections *connections = *state;
    struct connection *connection = take_all_frames(connections);
    assert_int_equal(count_overdue(connections, LOOK_MS), 0);
    connections_reply_begin(connections, connection);
    assert_int_equal(count_overdue(connections, 10 * UNREAD_MS_MAX), 0);
    assert_int_equal(count_overdue(connections, 10 * UNREAD_MS_MAX + UNREAD_BUSY_MS_MAX), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static void limits_can_be_raised_and_lowered_while_connections_are_there(void **state)
{
    struct connections *connections = *state;
    struct connection *connection;
    for (uint32_t id = 1; id <= PER_PEER; id++)
        assert_int_equal(add(connections, id, &guest, 0), 0);
    assert_true(is_refused(connections, 100, &guest));
    connections_set_limits(connections,
                           (struct listener_limits){3 * CONNECTIONS, 2 * CONNECTIONS, 10});
    for (uint32_t id = PER_PEER + 1; id <= 2 * CONNECTIONS; id++)
        assert_int_equal(add(connections, id, &guest, 0), 0);
    assert_true(is_refused(connections, 100, &guest));
    connections_set_limits(connections, (struct listener_limits){CONNECTIONS, PER_PEER, 10});
    assert_int_equal(connections_count(connections).open, 2 * CONNECTIONS);
    assert_true(is_refused(connections, 100, &other_guest));

    connection = begin_frame(connections, 1, 0);
    connections_frame_end(connections, connection, (struct frame_end){0}, 0);
    nng_pipe idle[1];
    assert_int_equal(connections_overdue(connections, 11, idle, 1), 1);
    assert_int_equal(nng_pipe_id(idle[0]), 1);
    for (uint32_t id = 1; id <= 2 * CONNECTIONS; id++)
        forget(connections, id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_closed_counts_until_it_is_freed),
        TEST(a_peer_that_goes_is_freed_and_was_never_closing),
        TEST(who_is_refused_counts_as_closing_until_freed),
        TEST(all_are_closed_once_whatever_they_are_at),
        TEST(guests_have_no_place_in_the_reserve),
        TEST(root_takes_reserved_places_and_then_its_own_longest_idle_one_goes),
        TEST(root_beyond_its_limit_loses_what_had_no_frame_for_longest),
        TEST(a_reply_that_was_given_just_before_a_look_has_time_to_be_read),
        TEST(who_reads_between_all_looks_is_not_closed_though_some_reply_waits_at_each),
        TEST(a_few_replies_on_their_way_are_no_sign_of_who_does_not_read),
        TEST(time_in_which_the_process_stood_still_is_not_the_peers),
        cmocka_unit_test_setup_teardown(
            limits_can_be_raised_and_lowered_while_connections_are_there, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
