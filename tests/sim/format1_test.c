/* format1_test.c -- A store that a server of store format 1 wrote goes on where it was.
 *
 * The store is the backup of a simulated server of version 0.1.0 (its last commit before format 2).
 * It began at BEGAN_MS. Concert 1: one place. Concert 2: one place, polls renew. Concert 3: two
 * places, opens an hour later, and yet users 1 and 2 are ACTIVE, as it was then. Concert 4: paused.
 * Users 1 to 4 entered all four queues, user n after n seconds, with five minutes each. Then user 1
 * held and paid seats 0 and 1 of performance 11, holds seat 2, and left concert 1 by paying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/store.h"
#include "tests/sim/desk.h"
#include "tests/sim/edit_policy.h"

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE
#define EXPIRED ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED
#define LEFT ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT

enum { CONCERTS = 4, USERS = 4, SECOND = 1000, MINUTE = 60 * SECOND, WAIT_MS = 5 * MINUTE };

#define BEGAN_MS INT64_C(1800000000000)
#define SAVED_MS (BEGAN_MS + 4 * SECOND) /* time of the last batch */
#define OPENS_MS (BEGAN_MS + 60 * MINUTE)

/* Of user n in concert c, at [c - 1][n - 1]. */
static const char *const secrets[CONCERTS][USERS] = {
    {"b8b5a0b8c68461a97aee9ad4ac8f70d8", "00b23e9bb953717ed5826e6280349bc6",
     "c490ccb71390cde1eb50733ba8329fa6", "16a54a2811303e62602592431d17ed18"},
    {"816f4e4f39e4b8264587fa3c44f760b5", "8d1783247229346ea54604b2556b523e",
     "4c9694e00baa3bdf76b5b5fcadccb0bc", "3e1a7eaaf1e2524e30bb5f58e16a77e6"},
    {"f2a21f5d19440d82d6d5f99c53e6f2a4", "41e08bb38e22091eac5088003ea380fe",
     "3df6a84af0b6aa23079478b9bc00c74a", "23f1dba1ac429250cdaf72b01251ad7f"},
    {"b688b882a2fad022007bdca3ea0e548e", "bc25167f4a58471d5bf632b539ff48dc",
     "8eff4637aec359da5d608a048c3aabda", "ed5baec55470f2a5010fc3ecc6b3946a"},
};

static char *data_folder;

static struct desk *open_at(unix_ms clock_ms)
{
    struct desk *desk = calloc(1, sizeof *desk);
    assert_non_null(desk);
    arena_init(&desk->arena, 1 << 24);
    world_open_on(&desk->world, data_folder, clock_ms);
    return desk;
}

static void close_desk(struct desk *desk)
{
    desk_close((void **)&desk);
}

static ProtobufCBinaryData token_of(struct desk *desk, uint8_t concert_id, uint8_t user)
{
    uint8_t token[4 + 8 + 16] = {[3] = concert_id, [11] = user};
    const char *secret = secrets[concert_id - 1][user - 1];
    for (size_t i = 0; i < 16; i++) {
        const char digits[] = {secret[2 * i], secret[2 * i + 1], '\0'};
        token[12 + i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return message_bytes(&desk->arena, token, sizeof token);
}

static const Onsale__V1__QueueEntry *entry_of(struct desk *desk, uint8_t concert_id, uint8_t user)
{
    return desk_poll(desk, token_of(desk, concert_id, user));
}

static void expect_status(struct desk *desk, uint8_t concert_id, uint8_t user,
                          Onsale__V1__QueueEntryStatus status)
{
    assert_int_equal(entry_of(desk, concert_id, user)->status, status);
}

static void expect_waiting(struct desk *desk, uint8_t concert_id, uint8_t user, uint32_t position,
                           unix_ms expires_at_ms)
{
    const Onsale__V1__QueueEntry *entry = entry_of(desk, concert_id, user);
    assert_int_equal(entry->status, WAITING);
    assert_int_equal(entry->position, position);
    assert_int_equal(entry->expires_at_ms, expires_at_ms);
}

/* What was left at the last batch to those whose clock stands since. */
static int64_t left_ms(uint8_t user)
{
    return user * SECOND + WAIT_MS - (SAVED_MS - BEGAN_MS);
}

static void everybody_is_where_they_were(void **state)
{
    struct desk *desk = open_at(SAVED_MS);
    (void)state;
    desk_check_invariants(desk);
    expect_status(desk, 1, 1, LEFT);
    expect_status(desk, 1, 2, ACTIVE);
    expect_waiting(desk, 1, 3, 1, BEGAN_MS + 3 * SECOND + WAIT_MS);
    expect_waiting(desk, 1, 4, 2, BEGAN_MS + 4 * SECOND + WAIT_MS);
    expect_status(desk, 2, 1, ACTIVE);
    expect_waiting(desk, 2, 2, 1, SAVED_MS + WAIT_MS); /* polls renew */
    expect_status(desk, 3, 2, ACTIVE);
    expect_waiting(desk, 3, 3, 1, OPENS_MS + left_ms(3));
    assert_int_equal(entry_of(desk, 3, 3)->opens_at_ms, OPENS_MS);
    for (uint8_t user = 1; user <= USERS; user++)
        expect_waiting(desk, 4, user, user, SAVED_MS + left_ms(user));
    close_desk(desk);
}

static void waits_go_on_by_the_clock_of_their_queue(void **state)
{
    struct desk *desk = open_at(SAVED_MS + 10 * MINUTE);
    (void)state;
    for (int steps = 0; steps < 2; steps++) { /* not reaped, and reaped */
        expect_status(desk, 1, 3, EXPIRED);
        expect_waiting(desk, 3, 3, 1, OPENS_MS + left_ms(3));             /* it opens later */
        expect_waiting(desk, 4, 1, 1, desk->world.clock_ms + left_ms(1)); /* it is paused */
        desk_sweep(desk);
        desk_check_invariants(desk);
    }
    edit_pause(desk, 4, false);
    for (uint8_t user = 1; user <= USERS; user++)
        expect_status(desk, 4, user, ACTIVE);
    desk->world.clock_ms = OPENS_MS;
    desk_sweep(desk);
    expect_status(desk, 3, 3, ACTIVE);
    expect_status(desk, 3, 4, ACTIVE);
    close_desk(desk);
}

static void it_can_be_sold_from(void **state)
{
    struct desk *desk = open_at(SAVED_MS);
    (void)state;
    assert_int_equal(desk_hold(desk, token_of(desk, 1, 1), 1, 0, 2), STATUS_OK); /* a repeat */
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    assert_int_equal(desk_hold(desk, token_of(desk, 1, 2), 3, 2, 1), STATUS_SEAT_TAKEN);
    assert_int_equal(desk_hold(desk, token_of(desk, 1, 2), 4, 3, 1), STATUS_OK);
    assert_int_equal(desk_pay(desk, 2, 4), STATUS_OK);
    expect_status(desk, 1, 3, ACTIVE);
    assert_int_equal(desk_cancel(desk, 1, 2), STATUS_OK);
    close_desk(desk);
}

static void a_crash_right_after_it_was_opened_changes_nothing(void **state)
{
    struct desk *desk = open_at(SAVED_MS);
    (void)state;
    for (int times = 0; times < 3; times++) {
        world_crash(&desk->world);
        desk_check_invariants(desk);
        expect_waiting(desk, 1, 3, 1, BEGAN_MS + 3 * SECOND + WAIT_MS);
        expect_waiting(desk, 3, 3, 1, OPENS_MS + left_ms(3));
        expect_waiting(desk, 4, 4, 4, SAVED_MS + left_ms(4));
    }
    close_desk(desk);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    data_folder = argv[1];
    *strrchr(data_folder, '/') = '\0'; /* of the file data.mdb */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_is_where_they_were),
        cmocka_unit_test(waits_go_on_by_the_clock_of_their_queue),
        cmocka_unit_test(it_can_be_sold_from),
        cmocka_unit_test(a_crash_right_after_it_was_opened_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
