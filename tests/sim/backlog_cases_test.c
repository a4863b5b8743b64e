/* backlog_cases_test.c -- More ends at one instant than a batch reaps: nobody may notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "tests/sim/desk.h"

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE
#define EXPIRED ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED

enum {
    CROWD = 4 * SWEEP_ENTRIES_MAX, /* that lapses at one instant */
    LATE = 3,                      /* who came a moment later */
    WAIT_MS = 300000,              /* of the default policy, ACTIVE or not */
};

/* User 1 is ACTIVE, the others of the crowd wait, and the late ones behind them. */
struct line {
    ProtobufCBinaryData crowd[CROWD];
    ProtobufCBinaryData late[LATE];
};

static ProtobufCBinaryData enter_new_user(struct desk *desk, uint64_t user_id)
{
    Onsale__V1__CreateUserRequest req = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    req.user_id = user_id;
    desk_ask(desk, "onsale.v1.AdminService/CreateUser", &req.base);
    return desk_enter(desk, user_id, DESK_CONCERT);
}

static void make_line(struct desk *desk, struct line *line)
{
    desk_set_caps(desk, 1, 1000);
    for (uint64_t i = 0; i < CROWD; i++)
        line->crowd[i] = enter_new_user(desk, i + 1);
    desk_sleep(desk, 1);
    for (uint64_t i = 0; i < LATE; i++)
        line->late[i] = enter_new_user(desk, CROWD + i + 1);
}

static bool is_reaped(const struct desk *desk)
{
    return engine_write_due(desk->world.engine) > desk->world.clock_ms;
}

static void expect_place(struct desk *desk, ProtobufCBinaryData token, uint32_t position)
{
    const Onsale__V1__QueueEntry *entry = desk_poll(desk, token);
    assert_int_equal(entry->status, WAITING);
    assert_int_equal(entry->position, position);
}

/* The first of the late ones is let in when all before are reaped, and not before. */
static void expect_late_ones_at_the_head(struct desk *desk, const struct line *line)
{
    uint32_t let_in = desk_poll(desk, line->late[0])->status == ACTIVE ? 1 : 0;
    for (uint32_t i = let_in; i < LATE; i++)
        expect_place(desk, line->late[i], i + 1 - let_in);
}

static void those_behind_a_crowd_that_expired_move_up_at_once(void **state)
{
    struct desk *desk = *state;
    struct line line;
    make_line(desk, &line);
    expect_place(desk, line.late[0], CROWD);
    desk_sleep(desk, WAIT_MS - 1);
    int batches = 0;
    for (; !is_reaped(desk); batches++) {
        expect_late_ones_at_the_head(desk, &line);
        for (size_t i = 0; i < CROWD; i += CROWD / 8)
            assert_int_equal(desk_poll(desk, line.crowd[i])->status, EXPIRED);
        desk_sweep(desk);
    }
    assert_true(batches >= CROWD / SWEEP_ENTRIES_MAX);
    assert_int_equal(desk_poll(desk, line.late[0])->status, ACTIVE);
    expect_late_ones_at_the_head(desk, &line);
}

static void one_who_expired_may_come_again_before_it_is_reaped(void **state)
{
    struct desk *desk = *state;
    struct line line;
    make_line(desk, &line);
    desk_sleep(desk, WAIT_MS - 1);
    ProtobufCBinaryData again = desk_enter(desk, CROWD, DESK_CONCERT);
    assert_false(is_reaped(desk));
    expect_place(desk, again, LATE + 1);
    while (!is_reaped(desk)) {
        desk_check_invariants(desk);
        desk_sweep(desk);
    }
    assert_int_equal(desk_poll(desk, line.late[0])->status, ACTIVE);
    expect_place(desk, again, LATE);
}

static void a_restart_goes_on_reaping(void **state)
{
    struct desk *desk = *state;
    struct line line;
    make_line(desk, &line);
    desk_sleep(desk, WAIT_MS - 1);
    desk_sweep(desk);
    world_restart(&desk->world);
    assert_false(is_reaped(desk));
    expect_late_ones_at_the_head(desk, &line);
    while (!is_reaped(desk))
        desk_sweep(desk);
    assert_int_equal(desk_poll(desk, line.late[0])->status, ACTIVE);
}

/* Entries that are over are forgotten after an hour, as many at one instant. */
static void a_crowd_is_forgotten_little_by_little(void **state)
{
    struct desk *desk = *state;
    struct line line;
    make_line(desk, &line);
    desk_sleep(desk, WAIT_MS - 1);
    while (!is_reaped(desk))
        desk_sweep(desk);
    desk_sleep(desk, QUEUE_ENTRY_KEPT_MS);
    int batches = 0;
    for (; !is_reaped(desk); batches++)
        desk_sweep(desk);
    assert_true(batches >= CROWD / SWEEP_HOLDS_MAX);
    Onsale__V1__GetQueueEntryRequest req = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    for (size_t i = 0; i < CROWD; i++) {
        req.token = line.crowd[i];
        assert_int_equal(desk_call(desk, "onsale.v1.QueueService/GetQueueEntry", &req.base),
                         STATUS_TOKEN_UNKNOWN);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(those_behind_a_crowd_that_expired_move_up_at_once),
        CASE(one_who_expired_may_come_again_before_it_is_reaped),
        CASE(a_restart_goes_on_reaping),
        CASE(a_crowd_is_forgotten_little_by_little),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
