/* metrics_cases_test.c -- What the metrics tell of a small evening. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/desk.h"

#define HOLD_SEATS "onsale.v1.ReservationService/HoldSeats"

static const Onsale__V1__GetMetricsResponse *metrics(struct desk *desk)
{
    Onsale__V1__GetMetricsRequest req = ONSALE__V1__GET_METRICS_REQUEST__INIT;
    return desk_ask(desk, "onsale.v1.AdminService/GetMetrics", &req.base);
}

static const Onsale__V1__MetricFamily *family(struct desk *desk, const char *name)
{
    const Onsale__V1__GetMetricsResponse *res = metrics(desk);
    for (size_t i = 0; i < res->n_families; i++)
        if (strcmp(res->families[i]->name, name) == 0) return res->families[i];
    fail_msg("no family is called %s", name);
    return NULL;
}

/* The sample whose labels have the values first and last, or the only one. */
static const Onsale__V1__MetricSample *sample(struct desk *desk, const char *name,
                                              const char *first, const char *last)
{
    const Onsale__V1__MetricFamily *of = family(desk, name);
    for (size_t i = 0; i < of->n_samples; i++) {
        const Onsale__V1__MetricSample *found = of->samples[i];
        if (first == NULL && found->n_labels == 0) return found;
        if (first != NULL && strcmp(found->labels[0]->value, first) == 0 &&
            strcmp(found->labels[found->n_labels - 1]->value, last) == 0)
            return found;
    }
    return NULL;
}

/* 0 also if there is none. */
static int64_t value(struct desk *desk, const char *name, const char *first, const char *last)
{
    const Onsale__V1__MetricSample *found = sample(desk, name, first, last);
    return found == NULL ? 0 : found->value;
}

static void what_happens_is_counted_by_concert_and_kind(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    desk_enter(desk, 2, DESK_OTHER_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 3), STATUS_OK);
    assert_int_equal(desk_hold(desk, token, 2, 10, 1), STATUS_OK);
    assert_int_equal(desk_pay(desk, 1, 1), STATUS_OK);
    assert_int_equal(desk_cancel(desk, 1, 2), STATUS_OK);
    assert_int_equal(value(desk, "onsale_events_total", "1", "QUEUE_ENTERED"), 1);
    assert_int_equal(value(desk, "onsale_events_total", "2", "QUEUE_ENTERED"), 1);
    assert_int_equal(value(desk, "onsale_events_total", "1", "QUEUE_ADMITTED"), 1);
    assert_int_equal(value(desk, "onsale_events_total", "1", "SEATS_HELD"), 2);
    assert_int_equal(value(desk, "onsale_event_seats_total", "1", "SEATS_HELD"), 4);
    assert_int_equal(value(desk, "onsale_event_seats_total", "1", "RESERVATION_PAID"), 3);
    assert_int_equal(value(desk, "onsale_event_seats_total", "1", "RESERVATION_CANCELLED"), 1);
    assert_int_equal(value(desk, "onsale_events_total", "", "USER_CREATED"), DESK_USERS);
}

static void every_event_is_counted_once(void **state)
{
    struct desk *desk = *state;
    int64_t counted = 0;
    for (uint64_t user_id = 1; user_id <= 9; user_id++)
        desk_enter(desk, user_id, DESK_CONCERT);
    desk_sleep(desk, 60 * 60 * 1000);
    desk_sweep(desk);
    const Onsale__V1__MetricFamily *events = family(desk, "onsale_events_total");
    for (size_t i = 0; i < events->n_samples; i++)
        counted += events->samples[i]->value;
    assert_int_equal(counted, value(desk, "onsale_last_event_number", NULL, NULL));
    assert_int_equal(value(desk, "onsale_events_total", "1", "QUEUE_EXPIRED"), 9);
}

static void a_batch_without_room_counts_no_events(void **state)
{
    (void)state;
    enum { MAP_BYTES = 1280 * 1024, CHARGES_MAX = 20000 };
    struct desk *desk = desk_open_small(MAP_BYTES);
    enum status err = STATUS_OK;
    for (uint32_t i = 0; err == STATUS_OK && i < CHARGES_MAX; i++) {
        Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
        uint8_t id[ID_BYTES] = {3, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
        req.user_id = 1;
        req.amount = 1;
        req.charge_id = message_bytes(&desk->arena, id, sizeof id);
        err = desk_call(desk, "onsale.v1.WalletService/ChargeBalance", &req.base);
    }
    assert_int_equal(err, STATUS_STORAGE_FULL);
    int64_t counted = 0;
    const Onsale__V1__MetricFamily *events = family(desk, "onsale_events_total");
    for (size_t i = 0; i < events->n_samples; i++)
        counted += events->samples[i]->value;
    assert_int_equal(counted, value(desk, "onsale_last_event_number", NULL, NULL));
    assert_int_equal(value(desk, "onsale_store_has_room", NULL, NULL), 0);
    void *opened = desk;
    desk_close(&opened);
}

static void calls_are_told_by_method_code_and_reason(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    ProtobufCBinaryData other = desk_enter(desk, 2, DESK_CONCERT);
    assert_int_equal(desk_hold(desk, token, 1, 0, 3), STATUS_OK);
    assert_int_equal(desk_hold(desk, other, 2, 2, 1), STATUS_SEAT_TAKEN);
    assert_int_equal(value(desk, "onsale_calls_total", HOLD_SEATS, "OK"), 1);
    assert_int_equal(value(desk, "onsale_calls_total", HOLD_SEATS, "SEAT_TAKEN"), 1);
    const Onsale__V1__MetricSample *taken =
        sample(desk, "onsale_calls_total", HOLD_SEATS, "SEAT_TAKEN");
    assert_int_equal(taken->n_labels, 3);
    assert_string_equal(taken->labels[1]->name, "code");
    assert_string_equal(taken->labels[1]->value, "FAILED_PRECONDITION");
    const Onsale__V1__MetricSample *took =
        sample(desk, "onsale_call_duration_seconds", HOLD_SEATS, HOLD_SEATS);
    assert_int_equal(took->histogram->counts[0], 2);
    assert_null(sample(desk, "onsale_call_duration_seconds", "onsale.v1.PaymentService/GetTicket",
                       "onsale.v1.PaymentService/GetTicket"));
}

static void batches_commits_and_flushes_are_measured(void **state)
{
    struct desk *desk = *state;
    desk_enter(desk, 1, DESK_CONCERT);
    static const char *const names[] = {
        "onsale_batch_commands",
        "onsale_batch_duration_seconds",
        "onsale_commit_duration_seconds",
        "onsale_flush_duration_seconds",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const Onsale__V1__MetricHistogram *histogram =
            sample(desk, names[i], NULL, NULL)->histogram;
        uint64_t count = 0;
        assert_int_equal(histogram->n_counts, histogram->n_bounds + 1);
        for (size_t j = 0; j < histogram->n_counts; j++)
            count += histogram->counts[j];
        if (count == 0) fail_msg("%s: nothing was measured", names[i]);
    }
    assert_true(sample(desk, "onsale_batch_commands", NULL, NULL)->histogram->sum > DESK_USERS);
}

static void what_is_left_of_a_hall_is_told(void **state)
{
    struct desk *desk = *state;
    ProtobufCBinaryData token = desk_enter(desk, 1, DESK_CONCERT);
    int64_t before = value(desk, "onsale_seats_available", "1", "11");
    assert_true(before > 3);
    assert_int_equal(before, value(desk, "onsale_seats", "1", "11"));
    assert_int_equal(desk_hold(desk, token, 1, 0, 3), STATUS_OK);
    assert_int_equal(value(desk, "onsale_seats_available", "1", "11"), before - 3);
}

static void a_pause_closes_the_admission(void **state)
{
    struct desk *desk = *state;
    Onsale__V1__SetQueuePolicyRequest req = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__GetQueuePolicyRequest ask = ONSALE__V1__GET_QUEUE_POLICY_REQUEST__INIT;
    assert_int_equal(value(desk, "onsale_queue_admission_open", "1", "1"), 1);
    ask.concert_id = DESK_CONCERT;
    const Onsale__V1__GetQueuePolicyResponse *now =
        desk_ask(desk, "onsale.v1.AdminService/GetQueuePolicy", &ask.base);
    req.concert_id = DESK_CONCERT;
    req.policy = now->policy;
    req.policy->admission_paused = true;
    assert_int_equal(desk_call(desk, "onsale.v1.AdminService/SetQueuePolicy", &req.base),
                     STATUS_OK);
    assert_int_equal(value(desk, "onsale_queue_admission_open", "1", "1"), 0);
    assert_int_equal(value(desk, "onsale_queue_admission_open", "2", "2"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)
        CASE(what_happens_is_counted_by_concert_and_kind),
        CASE(every_event_is_counted_once),
        cmocka_unit_test(a_batch_without_room_counts_no_events),
        CASE(calls_are_told_by_method_code_and_reason),
        CASE(batches_commits_and_flushes_are_measured),
        CASE(what_is_left_of_a_hall_is_told),
        CASE(a_pause_closes_the_admission),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
