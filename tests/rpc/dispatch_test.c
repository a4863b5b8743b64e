#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "onsale/rpc/v1/health.pb-c.h"
#include "onsale/v1/reservation.pb-c.h"
#include "onsale/v1/wallet.pb-c.h"
#include "tests/rpc/dispatch_fixture.h"

static void send_bytes(struct dispatch_fixture *fixture, const uint8_t *bytes, size_t size)
{
    dispatch_forget_reply(fixture);
    memory_exchange_init(&fixture->exchange, bytes, size);
    memory_exchange_dispatch(&fixture->exchange, fixture->dispatcher, RPC_SOCKET_MAIN);
}

static void send_frame(struct dispatch_fixture *fixture)
{
    size_t size;
    uint8_t *bytes = call_frame_pack(&fixture->frame, &size);
    send_bytes(fixture, bytes, size);
    free(bytes);
}

static void take_reply(struct dispatch_fixture *fixture, size_t results)
{
    assert_int_equal(atomic_load(&fixture->exchange.answers), 1);
    fixture->reply = memory_exchange_reply(&fixture->exchange);
    assert_non_null(fixture->reply);
    assert_int_equal(fixture->reply->n_results, results);
    assert_int_equal(fixture->reply->server_time_ms, FAKE_NOW_MS);
}

static void assert_refused(const struct dispatch_fixture *fixture, size_t i, enum status status)
{
    const Onsale__Rpc__V1__Result *result = fixture->reply->results[i];
    assert_string_equal(result->reason, status_name(status));
    assert_int_equal(result->code, status_grpc_code(status));
    assert_true(result->message[0] != '\0');
    assert_int_equal(result->payload.len, 0);
}

/* Sends the frame: its one call must be refused without the application having seen it. */
static const Onsale__Rpc__V1__Result *refused_alone(struct dispatch_fixture *fixture,
                                                    enum status status)
{
    send_frame(fixture);
    take_reply(fixture, 1);
    assert_refused(fixture, 0, status);
    assert_int_equal(atomic_load(&fixture->fake.seen), 0);
    return fixture->reply->results[0];
}

static void add_balance_call(struct dispatch_fixture *fixture, uint64_t user_id)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    request.user_id = user_id;
    call_frame_add(&fixture->frame, GET_BALANCE, &request.base);
}

static int64_t balance_in(const struct dispatch_fixture *fixture, size_t i)
{
    const ProtobufCBinaryData *payload = &fixture->reply->results[i]->payload;
    Onsale__V1__GetBalanceResponse *response =
        onsale__v1__get_balance_response__unpack(NULL, payload->len, payload->data);
    assert_non_null(response);
    int64_t balance = response->balance;
    onsale__v1__get_balance_response__free_unpacked(response, NULL);
    return balance;
}

static void a_call_is_answered(void **state)
{
    struct dispatch_fixture *fixture = *state;
    call_frame_add(&fixture->frame, CHECK, NULL);
    send_frame(fixture);
    take_reply(fixture, 1);
    const Onsale__Rpc__V1__Result *result = fixture->reply->results[0];
    assert_int_equal(result->code, ONSALE__RPC__V1__CODE__CODE_UNSPECIFIED);
    assert_string_equal(result->reason, "");
    assert_string_equal(result->message, "");
    Onsale__Rpc__V1__CheckResponse *response =
        onsale__rpc__v1__check_response__unpack(NULL, result->payload.len, result->payload.data);
    assert_string_equal(response->version, "fake");
    onsale__rpc__v1__check_response__free_unpacked(response, NULL);
}

static void the_application_is_told_deadline_socket_and_company(void **state)
{
    struct dispatch_fixture *fixture = *state;
    call_frame_add(&fixture->frame, CHECK, NULL)->timeout_ms = CALL_TIMEOUT_MS_MAX;
    send_frame(fixture);
    assert_int_equal(fixture->fake.last_deadline_ms, FAKE_NOW_MS + CALL_TIMEOUT_MS_MAX);
    assert_true(fixture->fake.last_alone);
    assert_int_equal(fixture->fake.last_socket, RPC_SOCKET_MAIN);
    call_frame_add(&fixture->frame, CHECK, NULL);
    send_frame(fixture);
    assert_false(fixture->fake.last_alone);
}

static void results_come_in_the_order_of_the_calls(void **state)
{
    struct dispatch_fixture *fixture = *state;
    for (uint64_t user = 0; user < CALLS_PER_FRAME_MAX; user++)
        add_balance_call(fixture, user);
    send_frame(fixture);
    take_reply(fixture, CALLS_PER_FRAME_MAX);
    assert_refused(fixture, 0, STATUS_USER_NOT_FOUND);
    for (size_t i = 1; i < CALLS_PER_FRAME_MAX; i++)
        assert_int_equal(balance_in(fixture, i), i * 10);
}

static void a_refused_call_does_not_hold_up_the_others(void **state)
{
    struct dispatch_fixture *fixture = *state;
    add_balance_call(fixture, 1);
    call_frame_add(&fixture->frame, "no.such/Method", NULL);
    add_balance_call(fixture, 2);
    send_frame(fixture);
    take_reply(fixture, 3);
    assert_int_equal(balance_in(fixture, 0), 10);
    assert_refused(fixture, 1, STATUS_METHOD_UNKNOWN);
    assert_int_equal(balance_in(fixture, 2), 20);
    assert_int_equal(atomic_load(&fixture->fake.seen), 2);
}

static void an_unknown_method_is_refused(void **state)
{
    struct dispatch_fixture *fixture = *state;
    call_frame_add(&fixture->frame, "onsale.rpc.v1.HealthService/Chec", NULL);
    refused_alone(fixture, STATUS_METHOD_UNKNOWN);
}

static void a_method_name_that_is_too_long_is_refused(void **state)
{
    struct dispatch_fixture *fixture = *state;
    char name[METHOD_NAME_BYTES_MAX + 2];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    call_frame_add(&fixture->frame, name, NULL);
    const Onsale__Rpc__V1__Result *result = refused_alone(fixture, STATUS_METHOD_UNKNOWN);
    assert_non_null(strstr(result->message, "longer"));
}

static void a_timeout_of_zero_is_refused(void **state)
{
    struct dispatch_fixture *fixture = *state;
    call_frame_add(&fixture->frame, CHECK, NULL)->timeout_ms = 0;
    refused_alone(fixture, STATUS_TIMEOUT_INVALID);
}

static void a_timeout_that_is_too_long_is_refused(void **state)
{
    struct dispatch_fixture *fixture = *state;
    call_frame_add(&fixture->frame, CHECK, NULL)->timeout_ms = CALL_TIMEOUT_MS_MAX + 1;
    refused_alone(fixture, STATUS_TIMEOUT_INVALID);
}

/* As a gateway passes it on: a token, where a trace is, and whatever else there is. */
static void metadata_that_is_meant_for_others_is_passed_over(void **state)
{
    enum { PAIRS = 200, TOKEN_BYTES = 8 * 1024, STATE_BYTES = 512 };
    struct dispatch_fixture *fixture = *state;
    static char token[TOKEN_BYTES + 1], trace[STATE_BYTES + 1], key[METADATA_VALUE_BYTES_MAX];
    memset(token, 't', TOKEN_BYTES);
    memset(trace, 's', STATE_BYTES);
    memset(key, 'k', sizeof key - 1);
    Onsale__Rpc__V1__Call *call = call_frame_add(&fixture->frame, HOLD_SEATS, NULL);
    call_frame_add_metadata(call, "authorization", token);
    call_frame_add_metadata(call, "tracestate", trace);
    call_frame_add_metadata(call, key, "");
    for (int i = 0; i < PAIRS; i++)
        call_frame_add_metadata(call, i % 2 == 0 ? "" : "X-Header \xed\x95\x9c", "value");
    call_frame_add_metadata(call, "accept-language", "ko");
    send_frame(fixture);
    take_reply(fixture, 1);
    assert_string_equal(fixture->reply->results[0]->message, status_korean(STATUS_SEAT_TAKEN));
}

static void the_trace_of_a_caller_is_known_unless_there_are_two(void **state)
{
    struct dispatch_fixture *fixture = *state;
    Onsale__Rpc__V1__Call *call = call_frame_add(&fixture->frame, CHECK, NULL);
    send_frame(fixture);
    take_reply(fixture, 1);
    assert_string_equal(fixture->fake.last_traceparent, "");
    call_frame_add_metadata(call, "accept-language", "en");
    call_frame_add_metadata(call, "TraceParent", "00-any-text");
    send_frame(fixture);
    take_reply(fixture, 1);
    assert_string_equal(fixture->fake.last_traceparent, "00-any-text");
    call_frame_add_metadata(call, "traceparent", "00-another");
    send_frame(fixture);
    take_reply(fixture, 1);
    assert_string_equal(fixture->fake.last_traceparent, "");
}

static void a_value_of_a_known_key_that_is_too_long_is_refused(void **state)
{
    struct dispatch_fixture *fixture = *state;
    char value[METADATA_VALUE_BYTES_MAX + 2] = {0};
    memset(value, ',', sizeof value - 1);
    Onsale__Rpc__V1__Call *call = call_frame_add(&fixture->frame, CHECK, NULL);
    call_frame_add_metadata(call, "Accept-Language", value);
    assert_non_null(strstr(refused_alone(fixture, STATUS_METADATA_INVALID)->message, "1024"));
    value[METADATA_VALUE_BYTES_MAX] = '\0';
    send_frame(fixture);
    take_reply(fixture, 1);
    assert_string_equal(fixture->reply->results[0]->reason, "");
}

/* So the tables of PROTOCOL.md, which have those that status_is_sent names, are whole. */
static void a_status_that_is_not_for_callers_never_reaches_them(void **state)
{
    struct dispatch_fixture *fixture = *state;
    for (int number = 1; number < 256; number++) {
        enum status status = (enum status)number;
        dispatch_forget_reply(fixture);
        memory_exchange_init(&fixture->exchange, NULL, 0);
        rpc_dispatch_refuse(fixture->dispatcher, status, NULL, &fixture->exchange);
        take_reply(fixture, 1);
        assert_refused(fixture, 0, status_is_sent(status) ? status : STATUS_INTERNAL);
    }
    assert_true(status_is_sent(STATUS_STORE_DAMAGED));
    assert_false(status_is_sent(STATUS_STORE_OTHER_FORMAT));
    assert_false(status_is_sent(STATUS_SERVER_UNREACHABLE));
    assert_false(status_is_sent(STATUS_NOT_YET));
}

static void who_asks_for_korean_gets_korean(void **state)
{
    struct dispatch_fixture *fixture = *state;
    Onsale__Rpc__V1__Call *call = call_frame_add(&fixture->frame, HOLD_SEATS, NULL);
    call_frame_add_metadata(call, "accept-language", "ko-KR,en;q=0.5");
    call_frame_add(&fixture->frame, HOLD_SEATS, NULL);
    send_frame(fixture);
    take_reply(fixture, 2);
    assert_string_equal(fixture->reply->results[0]->message, "이미 선택된 좌석입니다");
    assert_string_equal(fixture->reply->results[1]->message, status_english(STATUS_SEAT_TAKEN));
}

static void a_korean_caller_is_told_the_bad_field_in_korean(void **state)
{
    struct dispatch_fixture *fixture = *state;
    Onsale__Rpc__V1__Call *call = call_frame_add(&fixture->frame, GET_BALANCE, NULL);
    call->payload.data = realloc(call->payload.data, 1);
    call->payload.len = 1;
    call->payload.data[0] = 0x08; /* user_id without a value */
    call_frame_add_metadata(call, "accept-language", "ko");
    const Onsale__Rpc__V1__Result *result = refused_alone(fixture, STATUS_PAYLOAD_MALFORMED);
    assert_string_equal(result->message, "user_id: 잘못된 요청 내용입니다.");
}

static void details_reach_the_caller(void **state)
{
    struct dispatch_fixture *fixture = *state;
    call_frame_add(&fixture->frame, HOLD_SEATS, NULL);
    send_frame(fixture);
    take_reply(fixture, 1);
    assert_refused(fixture, 0, STATUS_SEAT_TAKEN);
    const Onsale__Rpc__V1__Result *result = fixture->reply->results[0];
    assert_int_equal(result->n_details, 1);
    assert_string_equal(result->details[0]->type, "onsale.v1.SeatsTaken");
    Onsale__V1__SeatsTaken *taken = onsale__v1__seats_taken__unpack(
        NULL, result->details[0]->value.len, result->details[0]->value.data);
    assert_string_equal(taken->seats[0]->section, "A");
    onsale__v1__seats_taken__free_unpacked(taken, NULL);
}

static void a_payload_that_is_too_large_is_refused(void **state)
{
    struct dispatch_fixture *fixture = *state;
    Onsale__V1__HoldSeatsRequest request = ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    uint8_t token[FAKE_REQUEST_BYTES_MAX] = {0};
    request.token = (ProtobufCBinaryData){sizeof token - 2, token};
    call_frame_add(&fixture->frame, HOLD_SEATS, &request.base);
    refused_alone(fixture, STATUS_PAYLOAD_TOO_LARGE);
}

static void a_malformed_payload_is_refused_naming_the_field(void **state)
{
    struct dispatch_fixture *fixture = *state;
    Onsale__Rpc__V1__Call *call = call_frame_add(&fixture->frame, GET_BALANCE, NULL);
    call->payload.data = realloc(call->payload.data, 2);
    call->payload.len = 2;
    memcpy(call->payload.data, "\x0a", 2); /* user_id with a length */
    const Onsale__Rpc__V1__Result *result = refused_alone(fixture, STATUS_PAYLOAD_MALFORMED);
    assert_string_equal(result->message, "user_id: of the wrong wire type");
    assert_int_equal(result->n_details, 1);
    assert_string_equal(result->details[0]->type, "onsale.rpc.v1.BadField");
    Onsale__Rpc__V1__BadField *bad = onsale__rpc__v1__bad_field__unpack(
        NULL, result->details[0]->value.len, result->details[0]->value.data);
    assert_string_equal(bad->field, "user_id");
    onsale__rpc__v1__bad_field__free_unpacked(bad, NULL);
}

static void a_frame_without_calls_is_refused(void **state)
{
    struct dispatch_fixture *fixture = *state;
    refused_alone(fixture, STATUS_FRAME_MALFORMED);
    assert_string_equal(fixture->reply->results[0]->message, "the frame has no calls");
}

static void a_frame_of_garbage_is_refused_saying_what_is_wrong(void **state)
{
    struct dispatch_fixture *fixture = *state;
    const uint8_t garbage[] = {0x0a, 0x03, 0x0a, 0x01, 0xff};
    send_bytes(fixture, garbage, sizeof garbage);
    take_reply(fixture, 1);
    assert_refused(fixture, 0, STATUS_FRAME_MALFORMED);
    assert_string_equal(fixture->reply->results[0]->message,
                        "method in the frame is not UTF-8 without NUL");
}

static void a_frame_with_too_many_calls_is_refused_as_a_whole(void **state)
{
    struct dispatch_fixture *fixture = *state;
    for (int i = 0; i < CALLS_PER_FRAME_MAX + 1; i++)
        call_frame_add(&fixture->frame, CHECK, NULL);
    refused_alone(fixture, STATUS_FRAME_TOO_MANY_CALLS);
}

static void a_draining_dispatcher_refuses_every_call(void **state)
{
    struct dispatch_fixture *fixture = *state;
    call_frame_add(&fixture->frame, CHECK, NULL);
    call_frame_add(&fixture->frame, "no.such/Method", NULL);
    rpc_dispatcher_drain(fixture->dispatcher);
    send_frame(fixture);
    take_reply(fixture, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_refused(fixture, i, STATUS_SHUTTING_DOWN);
        assert_int_equal(fixture->reply->results[i]->retry_after_ms, 50);
    }
    assert_int_equal(atomic_load(&fixture->fake.seen), 0);
}

static void a_frame_under_way_is_finished_while_draining(void **state)
{
    struct dispatch_fixture *fixture = *state;
    atomic_store(&fixture->fake.holds, true);
    add_balance_call(fixture, 4);
    send_frame(fixture);
    rpc_dispatcher_drain(fixture->dispatcher);
    assert_int_equal(rpc_dispatcher_frames_in_flight(fixture->dispatcher), 1);
    fake_application_release(&fixture->fake);
    assert_int_equal(rpc_dispatcher_frames_in_flight(fixture->dispatcher), 0);
    take_reply(fixture, 1);
    assert_int_equal(balance_in(fixture, 0), 40);
}

static void *release(void *fake)
{
    fake_application_release(fake);
    return NULL;
}

static void a_frame_may_be_finished_from_another_thread_in_any_order(void **state)
{
    struct dispatch_fixture *fixture = *state;
    atomic_store(&fixture->fake.holds, true);
    for (uint64_t user = 1; user <= 20; user++)
        add_balance_call(fixture, user);
    send_frame(fixture);
    assert_int_equal(atomic_load(&fixture->exchange.answers), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, release, &fixture->fake), 0);
    pthread_join(thread, NULL);
    take_reply(fixture, 20);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(balance_in(fixture, i), (i + 1) * 10);
}

static void a_response_that_fits_into_no_reply_is_refused_for_good(void **state)
{
    struct dispatch_fixture *fixture = *state;
    char *version = malloc(REPLY_FRAME_BYTES_MAX);
    assert_non_null(version);
    memset(version, 'v', REPLY_FRAME_BYTES_MAX - 1);
    version[REPLY_FRAME_BYTES_MAX - 1] = '\0';
    fixture->fake.version = version;
    add_balance_call(fixture, 1);
    call_frame_add(&fixture->frame, CHECK, NULL);
    add_balance_call(fixture, 2);
    send_frame(fixture);
    take_reply(fixture, 3);
    assert_int_equal(balance_in(fixture, 0), 10);
    assert_refused(fixture, 1, STATUS_REPLY_TOO_LARGE);
    assert_int_equal(fixture->reply->results[1]->retry_after_ms, 0);
    assert_int_equal(balance_in(fixture, 2), 20);
    free(version);
}

static void calls_whose_answers_do_not_fit_beside_others_are_to_be_repeated(void **state)
{
    struct dispatch_fixture *fixture = *state;
    char *version = malloc(REPLY_FRAME_BYTES_MAX / 2);
    assert_non_null(version);
    memset(version, 'v', REPLY_FRAME_BYTES_MAX / 2 - 1);
    version[REPLY_FRAME_BYTES_MAX / 2 - 1] = '\0';
    fixture->fake.version = version;
    for (int i = 0; i < 3; i++)
        call_frame_add(&fixture->frame, CHECK, NULL);
    send_frame(fixture);
    take_reply(fixture, 3);
    assert_true(fixture->exchange.reply_size <= REPLY_FRAME_BYTES_MAX);
    assert_string_equal(fixture->reply->results[0]->reason, "");
    for (size_t i = 1; i < 3; i++) {
        assert_refused(fixture, i, STATUS_FRAME_TOO_MANY_RECORDS);
        assert_int_equal(fixture->reply->results[i]->retry_after_ms, 50);
    }
    free(version);
}

static void a_frame_may_be_refused_unread(void **state)
{
    struct dispatch_fixture *fixture = *state;
    memory_exchange_init(&fixture->exchange, NULL, 0);
    rpc_dispatch_refuse(fixture->dispatcher, STATUS_CONNECTION_BUSY, NULL, &fixture->exchange);
    take_reply(fixture, 1);
    assert_refused(fixture, 0, STATUS_CONNECTION_BUSY);
    assert_int_equal(fixture->reply->results[0]->retry_after_ms, 50);
}

static void without_room_for_the_reply_the_exchange_ends_without_one(void **state)
{
    struct dispatch_fixture *fixture = *state;
    const uint8_t nothing[] = {0};
    memory_exchange_init(&fixture->exchange, nothing, 0);
    fixture->exchange.memory_is_short = true;
    memory_exchange_dispatch(&fixture->exchange, fixture->dispatcher, RPC_SOCKET_MAIN);
    assert_int_equal(atomic_load(&fixture->exchange.answers), 1);
    assert_null(fixture->exchange.reply);
    assert_int_equal(rpc_dispatcher_frames_in_flight(fixture->dispatcher), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, dispatch_set_up, dispatch_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_call_is_answered),
        TEST(the_application_is_told_deadline_socket_and_company),
        TEST(results_come_in_the_order_of_the_calls),
        TEST(a_refused_call_does_not_hold_up_the_others),
        TEST(an_unknown_method_is_refused),
        TEST(a_method_name_that_is_too_long_is_refused),
        TEST(a_timeout_of_zero_is_refused),
        TEST(a_timeout_that_is_too_long_is_refused),
        TEST(metadata_that_is_meant_for_others_is_passed_over),
        TEST(the_trace_of_a_caller_is_known_unless_there_are_two),
        TEST(a_value_of_a_known_key_that_is_too_long_is_refused),
        TEST(a_status_that_is_not_for_callers_never_reaches_them),
        TEST(who_asks_for_korean_gets_korean),
        TEST(a_korean_caller_is_told_the_bad_field_in_korean),
        TEST(details_reach_the_caller),
        TEST(a_payload_that_is_too_large_is_refused),
        TEST(a_malformed_payload_is_refused_naming_the_field),
        TEST(a_frame_without_calls_is_refused),
        TEST(a_frame_of_garbage_is_refused_saying_what_is_wrong),
        TEST(a_frame_with_too_many_calls_is_refused_as_a_whole),
        TEST(a_draining_dispatcher_refuses_every_call),
        TEST(a_frame_under_way_is_finished_while_draining),
        TEST(a_frame_may_be_finished_from_another_thread_in_any_order),
        TEST(a_response_that_fits_into_no_reply_is_refused_for_good),
        TEST(calls_whose_answers_do_not_fit_beside_others_are_to_be_repeated),
        TEST(a_frame_may_be_refused_unread),
        TEST(without_room_for_the_reply_the_exchange_ends_without_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
