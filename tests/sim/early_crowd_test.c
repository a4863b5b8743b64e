/* early_crowd_test.c -- Ten thousand come before the sale: who is let in, in what order, and what
 * becomes of the others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "onsale/v1/event.pb-c.h"
#include "tests/sim/catalogue.h"
#include "tests/sim/desk.h"
#include "tests/sim/edit_policy.h"

#define WAITING ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING
#define EXPIRED ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_EXPIRED

enum {
    CROWD = 10 * 1000,
    TOGETHER = 100, /* calls in a batch */
    CAP = 50,
    NEW_CONCERT = 3,
    MINUTE = 60 * 1000,
    WAIT_MS = 5 * MINUTE, /* of the default policy, ACTIVE or not */
};

struct crowd {
    struct desk *desk;
    unix_ms opens_at_ms;
    ProtobufCBinaryData tokens[CROWD];
    uint64_t last_event;
    uint64_t admitted; /* so far, 1..admitted */
    uint64_t expired;
};

/* --- Before ----------------------------------------------------------------------------------- */

static void create_users(struct desk *desk, uint64_t first)
{
    Onsale__V1__CreateUserRequest users[TOGETHER];
    struct desk_call calls[TOGETHER];
    for (uint64_t i = 0; i < TOGETHER; i++) {
        users[i] = (Onsale__V1__CreateUserRequest)ONSALE__V1__CREATE_USER_REQUEST__INIT;
        users[i].user_id = first + i;
        calls[i] = (struct desk_call){.method = "onsale.v1.AdminService/CreateUser",
                                      .request = &users[i].base};
    }
    desk_call_together(desk, calls, TOGETHER);
}

static void enter_users(struct crowd *crowd, uint64_t first)
{
    Onsale__V1__EnterQueueRequest enters[TOGETHER];
    struct desk_call calls[TOGETHER];
    for (uint64_t i = 0; i < TOGETHER; i++) {
        enters[i] = (Onsale__V1__EnterQueueRequest)ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
        enters[i].user_id = first + i;
        enters[i].concert_id = NEW_CONCERT;
        calls[i] = (struct desk_call){.method = "onsale.v1.QueueService/EnterQueue",
                                      .request = &enters[i].base};
    }
    desk_call_together(crowd->desk, calls, TOGETHER);
    for (uint64_t i = 0; i < TOGETHER; i++) {
        const Onsale__V1__EnterQueueResponse *res = calls[i].response;
        assert_int_equal(calls[i].status, STATUS_OK);
        assert_int_equal(res->entry->number, first + i);
        assert_int_equal(res->entry->status, WAITING);
        assert_int_equal(res->entry->position, first + i);
        assert_int_equal(res->entry->expires_at_ms, crowd->opens_at_ms + WAIT_MS);
        crowd->tokens[first + i - 1] = res->token;
    }
}

/* They come during the hour before the sale, the first of them long before their time would be up.
 */
static struct crowd *gather(struct desk *desk, uint64_t count)
{
    struct crowd *crowd = calloc(1, sizeof *crowd);
    assert_non_null(crowd);
    crowd->desk = desk;
    crowd->opens_at_ms = desk->world.clock_ms + 60 * MINUTE;
    Onsale__V1__ImportCatalogueRequest *req = catalogue_make(&desk->arena, 1, NEW_CONCERT - 1);
    req->performances[0]->sale_opens_at_ms = crowd->opens_at_ms;
    req->performances[1]->sale_opens_at_ms = crowd->opens_at_ms + 1;
    desk_ask(desk, "onsale.v1.AdminService/ImportCatalogue", &req->base);
    edit_caps(desk, NEW_CONCERT, CAP, 50);
    for (uint64_t first = 1; first <= count; first += TOGETHER) {
        create_users(desk, first);
        enter_users(crowd, first);
        desk_sleep(desk, (int64_t)(59 * MINUTE * TOGETHER / count));
    }
    return crowd;
}

/* --- What happens ----------------------------------------------------------------------------- */

static void take_event(struct crowd *crowd, const Onsale__V1__Event *event)
{
    crowd->last_event = event->event_number;
    if (event->concert_id != NEW_CONCERT) return;
    if (event->kind == ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_ADMITTED) {
        assert_true(event->occurred_at_ms >= crowd->opens_at_ms);
        assert_int_equal(event->number, crowd->admitted + 1);
        crowd->admitted++;
    }
    if (event->kind == ONSALE__V1__EVENT_KIND__EVENT_KIND_QUEUE_EXPIRED) crowd->expired++;
}

static void read_events(struct crowd *crowd)
{
    const Onsale__V1__ListEventsResponse *res;
    do {
        Onsale__V1__ListEventsRequest req = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
        req.after = crowd->last_event;
        req.max = EVENTS_PER_CALL_MAX;
        res = desk_ask(crowd->desk, "onsale.v1.EventService/ListEvents", &req.base);
        for (size_t i = 0; i < res->n_events; i++)
            take_event(crowd, res->events[i]);
    } while (res->n_events > 0);
}

static const Onsale__V1__QueueStats *look(struct desk *desk)
{
    Onsale__V1__GetStatsRequest req = ONSALE__V1__GET_STATS_REQUEST__INIT;
    const Onsale__V1__GetStatsResponse *res =
        desk_ask(desk, "onsale.v1.AdminService/GetStats", &req.base);
    return res->queues[NEW_CONCERT - 1];
}

static void step_to(struct desk *desk, unix_ms to_ms)
{
    unix_ms due_ms;
    while ((due_ms = engine_write_due(desk->world.engine)) <= to_ms) {
        if (due_ms > desk->world.clock_ms) desk->world.clock_ms = due_ms;
        desk_sweep(desk);
    }
    desk->world.clock_ms = to_ms;
}

/* Who was let in looks and goes. @return How many have gone in all. */
static uint64_t leave_all(struct crowd *crowd, uint64_t gone)
{
    while (gone < crowd->admitted) {
        Onsale__V1__LeaveQueueRequest leaves[TOGETHER];
        struct desk_call calls[TOGETHER];
        size_t count = 0;
        for (; count < TOGETHER && gone < crowd->admitted; count++, gone++) {
            leaves[count] = (Onsale__V1__LeaveQueueRequest)ONSALE__V1__LEAVE_QUEUE_REQUEST__INIT;
            leaves[count].token = crowd->tokens[gone];
            calls[count] = (struct desk_call){.method = "onsale.v1.QueueService/LeaveQueue",
                                              .request = &leaves[count].base};
        }
        desk_call_together(crowd->desk, calls, count);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(calls[i].status, STATUS_OK);
    }
    return gone;
}

static void ten_thousand_early_comers_are_let_in_in_their_order_and_none_is_lost(void **state)
{
    struct desk *desk = *state;
    struct crowd *crowd = gather(desk, CROWD);
    step_to(desk, crowd->opens_at_ms - 1);
    read_events(crowd);
    assert_int_equal(crowd->admitted, 0);
    assert_int_equal(crowd->expired, 0);
    assert_int_equal(look(desk)->waiting, CROWD);
    assert_int_equal(look(desk)->active, 0);

    uint64_t gone = 0;
    for (unix_ms now_ms = crowd->opens_at_ms; gone < CROWD; now_ms += 200) {
        assert_true(now_ms < crowd->opens_at_ms + WAIT_MS);
        step_to(desk, now_ms);
        read_events(crowd);
        assert_in_range(look(desk)->active, now_ms == crowd->opens_at_ms ? CAP : 0, CAP);
        gone = leave_all(crowd, gone);
    }
    assert_int_equal(crowd->admitted, CROWD);
    assert_int_equal(crowd->expired, 0);
    free(crowd);
}

/* Nobody who was let in does anything: then the others' five minutes end by the rule. */
static void those_who_are_not_reached_wait_their_whole_time_and_are_told_so(void **state)
{
    enum { FEW = 400 };
    struct desk *desk = *state;
    struct crowd *crowd = gather(desk, FEW);
    step_to(desk, crowd->opens_at_ms + WAIT_MS - 1);
    read_events(crowd);
    assert_int_equal(crowd->admitted, CAP);
    assert_int_equal(crowd->expired, 0);
    for (uint64_t i = CAP; i < FEW; i++) {
        const Onsale__V1__QueueEntry *entry = desk_poll(desk, crowd->tokens[i]);
        assert_int_equal(entry->status, WAITING);
        assert_int_equal(entry->position, i + 1 - CAP);
        assert_int_equal(entry->remaining_ms, 1);
        assert_true(entry->estimate_unknown);
    }
    desk_sleep(desk, 1);
    for (uint64_t i = 0; i < FEW; i++)
        assert_int_equal(desk_poll(desk, crowd->tokens[i])->status, EXPIRED);
    step_to(desk, desk->world.clock_ms);
    read_events(crowd);
    assert_int_equal(crowd->admitted, CAP);
    assert_int_equal(crowd->expired, FEW);
    free(crowd);
}

static void a_pause_at_the_opening_loses_none_of_them(void **state)
{
    enum { SOME = 1000 };
    struct desk *desk = *state;
    struct crowd *crowd = gather(desk, SOME);
    step_to(desk, crowd->opens_at_ms);
    edit_pause(desk, NEW_CONCERT, true);
    step_to(desk, crowd->opens_at_ms + 3 * 60 * MINUTE);
    read_events(crowd);
    assert_int_equal(crowd->admitted, CAP);
    assert_int_equal(crowd->expired, CAP);
    assert_int_equal(look(desk)->waiting, SOME - CAP);
    edit_pause(desk, NEW_CONCERT, false);
    uint64_t gone = CAP;
    while (gone < SOME) {
        read_events(crowd);
        gone = leave_all(crowd, gone);
        step_to(desk, desk->world.clock_ms + 200);
    }
    assert_int_equal(crowd->expired, CAP);
    free(crowd);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(ten_thousand_early_comers_are_let_in_in_their_order_and_none_is_lost),
        CASE(those_who_are_not_reached_wait_their_whole_time_and_are_told_so),
        CASE(a_pause_at_the_opening_loses_none_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
