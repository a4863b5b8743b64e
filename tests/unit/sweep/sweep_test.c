/* sweep_test.c -- However much ends at one instant, a batch reaps a little of it, and what is
 * answered meanwhile is what would be answered if all were reaped. */
#include <string.h>

#include "base/limits.h"
#include "model/rank.h"
#include "server/engine/expired.h"
#include "store/inside.h"
#include "tests/unit/sweep/backlog.h"

/* Records that a batch may touch: for a hold its reservation (read, written), its event, its block
 * of seats (loaded, loaded and written); for an entry itself (read, written), its event, and its
 * ranks (read and written on each level). */
enum {
    LISTS_TOUCHED = 64,
    HOLDS_TOUCHED = SWEEP_HOLDS_MAX * (2 + 1 + 3) + LISTS_TOUCHED,
    ENTRIES_TOUCHED = SWEEP_ENTRIES_MAX * (2 + 1 + 2 * RANK_LEVELS) + LISTS_TOUCHED,
};

enum { SOME = 1000, MANY = 10 * 1000, MOST = 100 * 1000 };

static void reap_all(struct backlog *backlog, unix_ms now_ms)
{
    while (backlog_reap(backlog, now_ms).due_ms <= now_ms) {
    }
}

/* --- Holds ------------------------------------------------------------------------------------ */

static void a_batch_reaps_as_many_holds_however_many_are_due(void **state)
{
    static const uint32_t counts[] = {SOME, MANY, MOST};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct backlog backlog;
        assert_int_equal(fixture_set_up(state), 0);
        backlog_open(&backlog, *state);
        backlog_add_holds(&backlog, counts[i]);
        for (int batches = 0; batches < 5; batches++) {
            struct reaped reaped = backlog_reap(&backlog, BACKLOG_DUE_MS);
            assert_int_equal(reaped.events, SWEEP_HOLDS_MAX);
            assert_in_range(reaped.touches, SWEEP_HOLDS_MAX, HOLDS_TOUCHED);
            assert_int_equal(reaped.due_ms, BACKLOG_DUE_MS);
        }
        backlog_close(&backlog);
        fixture_tear_down(state);
    }
}

struct seats_left {
    uint32_t performance_id;
    unix_ms now_ms;
    uint32_t remaining[TIERS_PER_PERFORMANCE_MAX];
};

static enum status count_seats_left(struct store_txn *txn, void *context)
{
    struct seats_left *left = context;
    struct performance_state stored;
    assert_true(performance_state_get(txn, left->performance_id, &stored));
    memcpy(left->remaining, stored.remaining, sizeof left->remaining);
    expired_seats_count(txn, left->performance_id, left->now_ms, left->remaining);
    return STATUS_OK;
}

static uint32_t seats_left(struct backlog *backlog, uint32_t tier, unix_ms now_ms)
{
    struct seats_left left = {.performance_id = BACKLOG_PERFORMANCE, .now_ms = now_ms};
    assert_int_equal(store_read(backlog->fixture->store, count_seats_left, &left), STATUS_OK);
    return left.remaining[tier];
}

static void seats_are_left_as_soon_as_their_holds_are_over(void **state)
{
    struct backlog backlog;
    backlog_open(&backlog, *state);
    backlog_add_holds(&backlog, SOME);
    uint32_t before = seats_left(&backlog, 0, BACKLOG_DUE_MS - 1);
    uint32_t other_before = seats_left(&backlog, 1, BACKLOG_DUE_MS - 1);
    uint32_t after = seats_left(&backlog, 0, BACKLOG_DUE_MS);
    uint32_t other_after = seats_left(&backlog, 1, BACKLOG_DUE_MS);
    assert_int_equal(after - before + other_after - other_before, SOME);
    unix_ms due_ms;
    do {
        due_ms = backlog_reap(&backlog, BACKLOG_DUE_MS).due_ms;
        assert_int_equal(seats_left(&backlog, 0, BACKLOG_DUE_MS), after);
        assert_int_equal(seats_left(&backlog, 1, BACKLOG_DUE_MS), other_after);
    } while (due_ms <= BACKLOG_DUE_MS);
    backlog_close(&backlog);
}

static enum status check_expiries(struct store_txn *txn, void *context)
{
    struct event event = {.number = SOME};
    (void)context;
    for (uint64_t user_id = 1; user_id <= SOME; user_id++) {
        assert_true(event_next(txn, event.number, &event));
        assert_int_equal(event.kind, EVENT_RESERVATION_EXPIRED);
        assert_int_equal(event.user_id, user_id);
    }
    assert_false(event_next(txn, event.number, &event));
    return STATUS_OK;
}

static void each_hold_that_ends_is_an_event_in_the_order_of_the_holds(void **state)
{
    struct fixture *fixture = *state;
    struct backlog backlog;
    backlog_open(&backlog, fixture);
    backlog_add_holds(&backlog, SOME);
    reap_all(&backlog, BACKLOG_DUE_MS);
    assert_int_equal(store_read(fixture->store, check_expiries, NULL), STATUS_OK);
    backlog_close(&backlog);
}

/* --- Entries ---------------------------------------------------------------------------------- */

struct place {
    struct backlog *backlog;
    uint64_t number;
    unix_ms now_ms;
    uint64_t ahead;
    uint64_t touches;
};

static enum status find_place(struct store_txn *txn, void *context)
{
    struct place *place = context;
    struct queue queue;
    assert_true(queue_get(txn, BACKLOG_CONCERT, &queue));
    uint64_t touches = txn->touches;
    place->ahead =
        queue_rank_before(txn, BACKLOG_CONCERT, place->number) -
        expired_entries_before(txn, place->backlog->leases, &queue, place->number, place->now_ms);
    place->touches = txn->touches - touches;
    return STATUS_OK;
}

static struct place place_of(struct backlog *backlog, uint64_t number, unix_ms now_ms)
{
    struct place place = {.backlog = backlog, .number = number, .now_ms = now_ms};
    assert_int_equal(store_read(backlog->fixture->store, find_place, &place), STATUS_OK);
    return place;
}

/* Many enter at one instant, and a few a little later. */
static void add_entries(struct backlog *backlog, uint32_t count, bool renewed)
{
    backlog_add_queue(backlog, renewed);
    backlog_add_entries(backlog, count, BACKLOG_START_MS);
    backlog_add_entries(backlog, 2, BACKLOG_START_MS + 1);
}

static void a_batch_reaps_as_many_entries_however_many_are_due(void **state)
{
    static const uint32_t counts[] = {SOME, MANY, MOST};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        struct backlog backlog;
        assert_int_equal(fixture_set_up(state), 0);
        backlog_open(&backlog, *state);
        add_entries(&backlog, counts[i], false);
        for (int batches = 0; batches < 5; batches++) {
            struct reaped reaped = backlog_reap(&backlog, BACKLOG_DUE_MS);
            assert_int_equal(reaped.events, SWEEP_ENTRIES_MAX);
            assert_in_range(reaped.touches, SWEEP_ENTRIES_MAX, ENTRIES_TOUCHED);
            assert_int_equal(reaped.due_ms, BACKLOG_DUE_MS);
        }
        backlog_close(&backlog);
        fixture_tear_down(state);
    }
}

/* As many as a batch set timers, not as many as wait. */
static void a_place_behind_many_who_have_expired_is_found_by_runs(void **state)
{
    struct backlog backlog;
    backlog_open(&backlog, *state);
    add_entries(&backlog, MOST, false);
    struct place place = place_of(&backlog, MOST + 2, BACKLOG_DUE_MS);
    assert_int_equal(place.ahead, 1);
    assert_in_range(place.touches, 1, MOST / 200);
    assert_int_equal(place_of(&backlog, MOST + 2, BACKLOG_DUE_MS - 1).ahead, MOST + 1);
    assert_int_equal(place_of(&backlog, MOST / 2, BACKLOG_DUE_MS).ahead, 0);
    backlog_close(&backlog);
}

static void check_places_stay(struct fixture *fixture, uint32_t count, bool renewed)
{
    struct backlog backlog;
    unix_ms due_ms;
    backlog_open(&backlog, fixture);
    add_entries(&backlog, count, renewed);
    assert_int_equal(place_of(&backlog, count + 2, BACKLOG_DUE_MS - 1).ahead, count + 1);
    do {
        assert_int_equal(place_of(&backlog, count + 1, BACKLOG_DUE_MS).ahead, 0);
        assert_int_equal(place_of(&backlog, count + 2, BACKLOG_DUE_MS).ahead, 1);
        due_ms = backlog_reap(&backlog, BACKLOG_DUE_MS).due_ms;
    } while (due_ms <= BACKLOG_DUE_MS);
    assert_int_equal(due_ms, BACKLOG_DUE_MS + 1);
    assert_int_equal(place_of(&backlog, count + 2, BACKLOG_DUE_MS).ahead, 1);
    assert_int_equal(place_of(&backlog, count + 2, BACKLOG_DUE_MS + 1).ahead, 0);
    backlog_close(&backlog);
}

static void places_are_exact_while_those_ahead_are_reaped(void **state)
{
    check_places_stay(*state, MANY, false);
}

/* Each is looked at, and no more than so many. */
static void places_are_exact_where_polling_renews_too(void **state)
{
    check_places_stay(*state, EXPIRED_LOOKED_AT_MAX, true);
}

/* Whoever waits during a pause has no timer that fires, however long it lasts. */
static void a_pause_has_nothing_to_reap(void **state)
{
    enum { PAUSE_MS = 60 * 60 * 1000 };
    struct backlog backlog;
    backlog_open(&backlog, *state);
    add_entries(&backlog, MANY, false);
    backlog_pause(&backlog, true, BACKLOG_DUE_MS - 1);
    struct reaped reaped = backlog_reap(&backlog, BACKLOG_DUE_MS + PAUSE_MS / 2);
    assert_int_equal(reaped.events, 0);
    assert_int_equal(reaped.due_ms, UNIX_MS_NEVER);
    assert_int_equal(place_of(&backlog, MANY + 2, BACKLOG_DUE_MS + PAUSE_MS).ahead, MANY + 1);

    backlog_pause(&backlog, false, BACKLOG_DUE_MS - 1 + PAUSE_MS);
    assert_int_equal(backlog_reap(&backlog, BACKLOG_DUE_MS - 1 + PAUSE_MS).due_ms,
                     BACKLOG_DUE_MS + PAUSE_MS);
    assert_int_equal(place_of(&backlog, MANY + 2, BACKLOG_DUE_MS - 1 + PAUSE_MS).ahead, MANY + 1);
    assert_int_equal(place_of(&backlog, MANY + 2, BACKLOG_DUE_MS + PAUSE_MS).ahead, 1);
    reap_all(&backlog, BACKLOG_DUE_MS + PAUSE_MS);
    assert_int_equal(place_of(&backlog, MANY + 2, BACKLOG_DUE_MS + PAUSE_MS).ahead, 1);
    backlog_close(&backlog);
}

/* They are over, and stay so while the clock stands. */
static void those_whose_wait_was_over_before_a_pause_are_reaped_in_it(void **state)
{
    struct backlog backlog;
    unix_ms due_ms = BACKLOG_DUE_MS;
    backlog_open(&backlog, *state);
    add_entries(&backlog, SOME, false);
    backlog_pause(&backlog, true, BACKLOG_DUE_MS);
    for (uint32_t events = 0; events < SOME; events += SWEEP_ENTRIES_MAX) {
        assert_int_equal(place_of(&backlog, SOME + 2, due_ms).ahead, 1);
        assert_int_equal(backlog_reap(&backlog, due_ms++).events > 0, true);
    }
    assert_int_equal(backlog_reap(&backlog, due_ms).events, 0);
    assert_int_equal(place_of(&backlog, SOME + 2, due_ms).ahead, 1);
    backlog_close(&backlog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_reaps_as_many_holds_however_many_are_due),
        FIXTURE_TEST(seats_are_left_as_soon_as_their_holds_are_over),
        FIXTURE_TEST(each_hold_that_ends_is_an_event_in_the_order_of_the_holds),
        cmocka_unit_test(a_batch_reaps_as_many_entries_however_many_are_due),
        FIXTURE_TEST(a_place_behind_many_who_have_expired_is_found_by_runs),
        FIXTURE_TEST(places_are_exact_while_those_ahead_are_reaped),
        FIXTURE_TEST(places_are_exact_where_polling_renews_too),
        FIXTURE_TEST(a_pause_has_nothing_to_reap),
        FIXTURE_TEST(those_whose_wait_was_over_before_a_pause_are_reaped_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
