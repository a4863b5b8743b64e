/* opening_cases_test.c -- Who comes early is first, and a pause costs nobody a place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/sim/catalogue.h"
#include "tests/sim/desk.h"
#include "tests/sim/edit_policy.h"

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define ACTIVE ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE
#define EXPIRED ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED

enum {
    MINUTE = 60 * 1000,
    WAIT_MS = 5 * MINUTE, /* of the default policy, ACTIVE or not */
    NEW_CONCERT = 3,
};

/* --- A concert that opens in an hour -----------------------------------------------------------
 */

/* Only the second performance is there. @return When it goes on sale. */
static unix_ms announce(struct desk *desk)
{
    Onsale__V1__ImportCatalogueRequest *req = catalogue_make(&desk->arena, 1, NEW_CONCERT - 1);
    req->performances++;
    req->n_performances--;
    req->performances[0]->sale_opens_at_ms = desk->world.clock_ms + 60 * MINUTE;
    desk_ask(desk, "onsale.v1.AdminService/ImportCatalogue", &req->base);
    return req->performances[0]->sale_opens_at_ms;
}

static void add_first(struct desk *desk, unix_ms second_opens_at_ms, unix_ms opens_at_ms)
{
    Onsale__V1__ImportCatalogueRequest *req = catalogue_make(&desk->arena, 1, NEW_CONCERT - 1);
    req->performances[0]->sale_opens_at_ms = opens_at_ms;
    req->performances[1]->sale_opens_at_ms = second_opens_at_ms;
    desk_ask(desk, "onsale.v1.AdminService/ImportCatalogue", &req->base);
}

/* Steps the writer at every moment at which it wants to be, up to this one. */
static void go_to(struct desk *desk, unix_ms to_ms)
{
    unix_ms due_ms;
    while ((due_ms = engine_write_due(desk->world.engine)) <= to_ms) {
        if (due_ms > desk->world.clock_ms) desk->world.clock_ms = due_ms;
        desk_sweep(desk);
    }
    desk->world.clock_ms = to_ms;
}

static void expect_waiting(struct desk *desk, ProtobufCBinaryData token, unix_ms expires_at_ms)
{
    const Onsale__V1__QueueEntry *entry = desk_poll(desk, token);
    assert_int_equal(entry->status, WAITING);
    assert_int_equal(entry->expires_at_ms, expires_at_ms);
    assert_int_equal(entry->remaining_ms, expires_at_ms - desk->world.clock_ms);
}

static void expect_status(struct desk *desk, ProtobufCBinaryData token,
                          Onsale__V1__QueueEntryStatus status)
{
    assert_int_equal(desk_poll(desk, token)->status, status);
}

/* --- The opening ------------------------------------------------------------------------------ */

static void one_who_is_alone_waits_for_the_opening_and_is_told_so(void **state)
{
    struct desk *desk = *state;
    unix_ms opens_at_ms = announce(desk);
    ProtobufCBinaryData token = desk_enter(desk, 1, NEW_CONCERT);
    const Onsale__V1__QueueEntry *entry = desk_poll(desk, token);
    assert_int_equal(entry->status, WAITING);
    assert_int_equal(entry->position, 1);
    assert_int_equal(entry->opens_at_ms, opens_at_ms);
    assert_int_equal(entry->estimated_wait_ms, 60 * MINUTE);
    assert_int_equal(entry->expires_at_ms, opens_at_ms + WAIT_MS);

    go_to(desk, opens_at_ms - 1);
    expect_waiting(desk, token, opens_at_ms + WAIT_MS);
    go_to(desk, opens_at_ms);
    entry = desk_poll(desk, token);
    assert_int_equal(entry->status, ACTIVE);
    assert_int_equal(entry->opens_at_ms, 0);
    assert_int_equal(entry->expires_at_ms, opens_at_ms + WAIT_MS);
}

static void one_who_comes_at_the_opening_is_behind_those_who_came_before(void **state)
{
    struct desk *desk = *state;
    unix_ms opens_at_ms = announce(desk);
    edit_caps(desk, NEW_CONCERT, 1, 50);
    ProtobufCBinaryData early = desk_enter(desk, 1, NEW_CONCERT);
    desk->world.clock_ms = opens_at_ms; /* the writer slept */
    ProtobufCBinaryData late = desk_enter(desk, 2, NEW_CONCERT);
    expect_status(desk, early, ACTIVE);
    expect_status(desk, late, WAITING);
}

static void polls_are_not_needed_before_the_opening(void **state)
{
    struct desk *desk = *state;
    unix_ms opens_at_ms = announce(desk);
    edit_rule(desk, NEW_CONCERT, ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL);
    edit_caps(desk, NEW_CONCERT, 1, 50);
    ProtobufCBinaryData active = desk_enter(desk, 1, NEW_CONCERT);
    ProtobufCBinaryData token = desk_enter(desk, 2, NEW_CONCERT);
    go_to(desk, opens_at_ms - 1);
    world_restart(&desk->world);
    go_to(desk, opens_at_ms + WAIT_MS - 1);
    desk_leave(desk, active);
    expect_status(desk, token, ACTIVE);
}

static void admission_begins_with_the_first_performance(void **state)
{
    struct desk *desk = *state;
    unix_ms opens_at_ms = announce(desk);
    ProtobufCBinaryData token = desk_enter(desk, 1, NEW_CONCERT);
    go_to(desk, opens_at_ms - 30 * MINUTE);
    add_first(desk, opens_at_ms, opens_at_ms - 10 * MINUTE);
    expect_waiting(desk, token, opens_at_ms - 10 * MINUTE + WAIT_MS);
    go_to(desk, opens_at_ms - 10 * MINUTE - 1);
    expect_status(desk, token, WAITING);
    go_to(desk, opens_at_ms - 10 * MINUTE);
    expect_status(desk, token, ACTIVE);
}

static void a_performance_that_is_open_already_opens_the_queue_at_once(void **state)
{
    struct desk *desk = *state;
    unix_ms opens_at_ms = announce(desk);
    ProtobufCBinaryData token = desk_enter(desk, 1, NEW_CONCERT);
    desk_sleep(desk, MINUTE);
    add_first(desk, opens_at_ms, desk->world.clock_ms - 1);
    expect_status(desk, token, ACTIVE);
}

static void the_lead_of_the_policy_opens_admission_before_the_sale(void **state)
{
    struct desk *desk = *state;
    unix_ms opens_at_ms = announce(desk);
    ProtobufCBinaryData token = desk_enter(desk, 1, NEW_CONCERT);
    edit_lead(desk, NEW_CONCERT, 2 * MINUTE);
    expect_waiting(desk, token, opens_at_ms - 2 * MINUTE + WAIT_MS);
    go_to(desk, opens_at_ms - 2 * MINUTE - 1);
    expect_status(desk, token, WAITING);
    go_to(desk, opens_at_ms - 2 * MINUTE);
    expect_status(desk, token, ACTIVE);
    ProtobufCBinaryData other = desk_enter(desk, 2, NEW_CONCERT);
    expect_status(desk, other, ACTIVE);
    edit_lead(desk, NEW_CONCERT, 0); /* closed again until the sale opens */
    ProtobufCBinaryData late = desk_enter(desk, 3, NEW_CONCERT);
    expect_status(desk, other, ACTIVE);
    expect_status(desk, late, WAITING);
}

/* --- The pause -------------------------------------------------------------------------------- */

static void a_pause_stops_the_clock_of_those_who_wait(void **state)
{
    struct desk *desk = *state;
    unix_ms began_ms = desk->world.clock_ms;
    desk_set_caps(desk, 1, 50);
    ProtobufCBinaryData active = desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData token = desk_enter(desk, 2, DESK_CONCERT);
    go_to(desk, began_ms + MINUTE);
    edit_pause(desk, DESK_CONCERT, true);
    for (int i = 0; i < 4; i++) {
        go_to(desk, began_ms + MINUTE + i * 10 * MINUTE);
        expect_waiting(desk, token, desk->world.clock_ms + 4 * MINUTE);
        assert_true(desk_poll(desk, token)->admission_paused);
        assert_true(desk_poll(desk, token)->estimate_unknown);
        assert_int_equal(desk_poll(desk, token)->estimated_wait_ms, 0);
        if (i == 2) world_crash(&desk->world);
    }
    expect_status(desk, active, EXPIRED); /* its clock ran */
    edit_caps(desk, DESK_CONCERT, 1, 50);
    edit_pause(desk, DESK_CONCERT, false);
    expect_status(desk, token, ACTIVE);
}

static void what_was_left_before_a_pause_is_left_after_it(void **state)
{
    struct desk *desk = *state;
    unix_ms began_ms = desk->world.clock_ms;
    desk_set_caps(desk, 1, 50);
    desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData token = desk_enter(desk, 2, DESK_CONCERT);
    go_to(desk, began_ms + 4 * MINUTE);
    desk_leave(desk, desk_enter(desk, 1, DESK_CONCERT));
    desk_leave(desk, token);
    ProtobufCBinaryData first = desk_enter(desk, 1, DESK_CONCERT);
    token = desk_enter(desk, 2, DESK_CONCERT);
    expect_status(desk, first, ACTIVE);
    go_to(desk, began_ms + 8 * MINUTE);
    edit_pause(desk, DESK_CONCERT, true);
    go_to(desk, began_ms + 60 * MINUTE);
    expect_status(desk, first, EXPIRED);
    edit_lead(desk, DESK_CONCERT, 1); /* another policy, still paused */
    ProtobufCBinaryData again = desk_enter(desk, 1, DESK_CONCERT);
    expect_waiting(desk, token, began_ms + 61 * MINUTE);
    expect_waiting(desk, again, began_ms + 65 * MINUTE);
    edit_caps(desk, DESK_CONCERT, 1, 50);
    edit_pause(desk, DESK_CONCERT, false);
    expect_status(desk, token, ACTIVE);
    expect_waiting(desk, again, began_ms + 65 * MINUTE);
    go_to(desk, began_ms + 65 * MINUTE - 1);
    expect_status(desk, again, WAITING);
    go_to(desk, began_ms + 65 * MINUTE);
    expect_status(desk, again, EXPIRED);
}

static void a_pause_stops_admission_at_once_also_for_one_who_is_alone(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__SetQueuePolicyRequest set = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__EnterQueueRequest enter = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    set.concert_id = enter.concert_id = DESK_CONCERT;
    set.policy = edit_policy(desk, DESK_CONCERT);
    set.policy->admission_paused = true;
    enter.user_id = 1;
    struct desk_call calls[] = {
        {.method = "onsale.v1.AdminService/SetQueuePolicy", .request = &set.base},
        {.method = "onsale.v1.QueueService/EnterQueue", .request = &enter.base},
    };
    desk_call_together(desk, calls, 2);
    const Onsale__V1__EnterQueueResponse *entered = calls[1].response;
    assert_int_equal(entered->entry->status, WAITING);
    assert_int_equal(entered->entry->remaining_ms, WAIT_MS);
    desk_sleep(desk, 10 * WAIT_MS);
    desk_sweep(desk);
    expect_status(desk, entered->token, WAITING);
    edit_pause(desk, DESK_CONCERT, false);
    expect_status(desk, entered->token, ACTIVE);
}

static void no_estimate_says_more_than_the_waiting_time_that_is_left(void **state)
{
    struct desk *desk = *state;
    desk_set_caps(desk, 1, 1);
    desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData second = desk_enter(desk, 2, DESK_CONCERT);
    assert_true(desk_poll(desk, second)->estimate_unknown);
    edit_rule(desk, DESK_CONCERT, ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL);
    assert_false(desk_poll(desk, second)->estimate_unknown); /* polling renews it */
    assert_int_equal(desk_poll(desk, second)->estimated_wait_ms, WAIT_MS);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(one_who_is_alone_waits_for_the_opening_and_is_told_so),
        CASE(one_who_comes_at_the_opening_is_behind_those_who_came_before),
        CASE(polls_are_not_needed_before_the_opening),
        CASE(admission_begins_with_the_first_performance),
        CASE(a_performance_that_is_open_already_opens_the_queue_at_once),
        CASE(the_lead_of_the_policy_opens_admission_before_the_sale),
        CASE(a_pause_stops_the_clock_of_those_who_wait),
        CASE(what_was_left_before_a_pause_is_left_after_it),
        CASE(a_pause_stops_admission_at_once_also_for_one_who_is_alone),
        CASE(no_estimate_says_more_than_the_waiting_time_that_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
