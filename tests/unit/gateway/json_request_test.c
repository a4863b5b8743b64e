/* From requests of HTTP to the messages of methods. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/json_request.h"
#include "json/write.h"

enum { HEADERS_MAX = 4 };

/* What is asked. */
struct question {
    const char *verb;
    const char *path;
    const char *query;
    const char *body;
    struct header headers[HEADERS_MAX]; /* up to one without a name */
};

static struct arena arena;
static char said[1024];

static int open_arena(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return 0;
}

/* @return Whether it was taken; `said` is the message as JSON then. */
static bool ask(struct question question, struct json_refusal *ret_refusal)
{
    struct request request = {
        .method = question.verb,
        .path = question.path,
        .query = question.query == NULL ? "" : question.query,
        .headers = question.headers,
        .body = (const uint8_t *)question.body,
        .body_size = question.body == NULL ? 0 : strlen(question.body),
    };
    while (request.headers_count < HEADERS_MAX &&
           question.headers[request.headers_count].name != NULL)
        request.headers_count++;
    struct path_variables variables;
    char allow[JSON_ALLOW_BYTES];
    ProtobufCMessage *message;
    struct json_buffer text;
    const struct json_route *route =
        json_route_find(question.verb, question.path, true, &variables, allow);
    assert_non_null(route);
    if (!json_request_read(&request, route, &variables, &arena, &message, ret_refusal))
        return false;
    json_buffer_init(&text, sizeof said - 1);
    json_buffer_add_message(&text, message, JSON_FIELDS_SET);
    assert_false(text.is_cut);
    memcpy(said, text.bytes, text.size);
    said[text.size] = '\0';
    json_buffer_deinit(&text);
    return true;
}

static void assert_says(struct question question, const char *expected)
{
    struct json_refusal refusal;
    if (!ask(question, &refusal))
        fail_msg("%s: %s: %s", question.path, refusal.field.path, refusal.field.what);
    assert_string_equal(said, expected);
}

static void assert_refused(struct question question, enum status status, const char *field,
                           const char *what)
{
    struct json_refusal refusal;
    assert_false(ask(question, &refusal));
    assert_int_equal(refusal.http, JSON_NO_REFUSAL);
    assert_int_equal(refusal.status, status);
    assert_string_equal(refusal.field.path, field);
    assert_non_null(strstr(refusal.field.what, what));
}

static const struct header none = {0};
static const struct header json_type = {"content-type", "application/json"};

static struct question get(const char *path, const char *query, struct header header)
{
    return (struct question){"GET", path, query, NULL, {header, none}};
}

static struct question post(const char *path, const char *body, struct header type,
                            struct header other)
{
    bool has_type = type.name != NULL;
    return (struct question){
        "POST", path, NULL, body, {has_type ? type : other, has_type ? other : none, none}};
}

#define TOKEN "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGw"
static const char hold[] = "/v1/performances/21/seats:hold";

static void path_and_query_are_fields(void **state)
{
    (void)state;
    assert_says(get("/v1/users/7/reservations", "concertId=2&page_size=9", none),
                "{\"userId\":\"7\",\"concertId\":2,\"pageSize\":9}");
    assert_says(get("/v1/users/7/payments/0190163d-8694-739b-aea5-966c26f8ad91", NULL, none),
                "{\"userId\":\"7\",\"paymentId\":\"AZAWPYaUc5uupZZsJvitkQ==\"}");
    assert_says(get("/v1/users/7/payments/AZAWPYaUc5uupZZsJvitkQ%3D%3D", NULL, none),
                "{\"userId\":\"7\",\"paymentId\":\"AZAWPYaUc5uupZZsJvitkQ==\"}");
    assert_says(
        get("/v1/queueEntry:wait", "knownStatus=QUEUE_ENTRY_STATUS_WAITING&waitMs=5000", none),
        "{\"knownStatus\":\"QUEUE_ENTRY_STATUS_WAITING\",\"waitMs\":5000}");
}

static void path_and_query_that_are_wrong_are_refused(void **state)
{
    (void)state;
    assert_refused(get("/v1/users/x/balance", NULL, none), STATUS_ARGUMENT_INVALID, "userId",
                   "must be an integer");
    assert_refused(get("/v1/users/-1/balance", NULL, none), STATUS_ARGUMENT_INVALID, "userId",
                   "must be 0..18446744073709551615");
    assert_refused(get("/v1/users/7/balance", "userId=8", none), STATUS_ARGUMENT_INVALID, "userId",
                   "is given twice");
    assert_refused(get("/v1/users/7/balance", "x=8", none), STATUS_PAYLOAD_MALFORMED, "",
                   "there is no field \"x\"");
    assert_refused(get("/v1/users/%7/balance", NULL, none), STATUS_PAYLOAD_MALFORMED, "", "escape");
    assert_refused(get("/v1/concerts", "pageToken=%ff", none), STATUS_PAYLOAD_MALFORMED, "",
                   "UTF-8");
}

static void a_body_is_the_rest_of_the_message(void **state)
{
    (void)state;
    assert_says(post(hold, "{\"seatIndexes\":[1,2]}", json_type, none),
                "{\"performanceId\":21,\"seatIndexes\":[1,2]}");
    assert_says(post(hold, NULL, none, none), "{\"performanceId\":21}");
    assert_refused(post(hold, "{\"performanceId\":22}", json_type, none), STATUS_ARGUMENT_INVALID,
                   "performanceId", "is given twice");
    assert_refused(post(hold, "{\"seatIndexes\":[1,-2]}", json_type, none), STATUS_ARGUMENT_INVALID,
                   "seatIndexes[1]", "must be 0..4294967295");
    assert_refused(post(hold, "{", json_type, none), STATUS_PAYLOAD_MALFORMED, "",
                   "name of a field");
}

static void what_has_a_body_has_no_query(void **state)
{
    (void)state;
    struct question question = post(hold, "{}", json_type, none);
    question.query = "seatIndexes=1";
    assert_refused(question, STATUS_PAYLOAD_MALFORMED, "", "in the body");
}

static void a_body_is_json_in_utf_8(void **state)
{
    (void)state;
    static const char *const taken[] = {"application/json", "Application/JSON; charset=UTF-8",
                                        "application/json ;charset=\"utf-8\"", "application/json;"};
    static const char *const refused[] = {"text/json",
                                          "application/jsonp",
                                          "application/json; charset=euc-kr",
                                          "application/x-www-form-urlencoded",
                                          "application/json, text/plain",
                                          ""};
    struct json_refusal refusal;
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        assert_true(
            ask(post(hold, "{}", (struct header){"content-type", taken[i]}, none), &refusal));
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_false(
            ask(post(hold, "{}", (struct header){"content-type", refused[i]}, none), &refusal));
        assert_int_equal(refusal.http, JSON_CONTENT_TYPE_INVALID);
    }
    assert_false(ask(post(hold, "{}", none, none), &refusal));
    assert_int_equal(refusal.http, JSON_CONTENT_TYPE_INVALID);
    assert_false(
        ask(post(hold, "{}", json_type, (struct header){"content-encoding", "gzip"}), &refusal));
    assert_int_equal(refusal.http, JSON_CONTENT_TYPE_INVALID);
}

static void the_token_is_a_header(void **state)
{
    (void)state;
    static const char expected[] = "{\"token\":\"" TOKEN "==\"}";
    static const char *const taken[] = {
        ("Bearer " TOKEN "=="), ("bearer  " TOKEN),
        "Bearer 000102030405060708090a0b0c0d0e0f101112131415161718191a1B"};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++)
        assert_says(get("/v1/queueEntry", NULL, (struct header){"authorization", taken[i]}),
                    expected);
    static const char *const refused[] = {("Basic " TOKEN), TOKEN, "Bearer", "Bearer ", "Bearer *"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_refused(get("/v1/queueEntry", NULL, (struct header){"authorization", refused[i]}),
                       STATUS_TOKEN_UNKNOWN, "", "");
    assert_refused(get("/v1/queueEntry", "token=" TOKEN, none), STATUS_ARGUMENT_INVALID, "token",
                   "Authorization");
    assert_says(post("/v1/queueEntry:leave", "{\"token\":\"" TOKEN "\"}", json_type,
                     (struct header){"authorization", "Bearer " TOKEN}),
                expected);
    assert_refused(post("/v1/queueEntry:leave", "{\"token\":\"AAAA\"}", json_type,
                        (struct header){"authorization", "Bearer " TOKEN}),
                   STATUS_ARGUMENT_INVALID, "token", "another one");
}

static void a_method_without_a_token_does_not_look_at_it(void **state)
{
    (void)state;
    assert_says(get("/v1/users/7/balance", NULL, (struct header){"authorization", "Basic x"}),
                "{\"userId\":\"7\"}");
}

static void the_key_is_the_id_of_what_is_made(void **state)
{
    (void)state;
    static const struct header key = {"idempotency-key", "0190163d-8694-739b-aea5-966c26f8ad91"};
    static const char id[] = "AZAWPYaUc5uupZZsJvitkQ==";
    assert_says(post(hold, NULL, none, key),
                "{\"reservationId\":\"AZAWPYaUc5uupZZsJvitkQ==\",\"performanceId\":21}");
    assert_says(post("/v1/users/7/balance:charge", NULL, none, key),
                "{\"userId\":\"7\",\"chargeId\":\"AZAWPYaUc5uupZZsJvitkQ==\"}");
    assert_says(post("/v1/users/7/reservations/AAAA:pay", NULL, none, key),
                "{\"userId\":\"7\",\"reservationId\":\"AAAA\",\"paymentId\":"
                "\"AZAWPYaUc5uupZZsJvitkQ==\"}");
    assert_says(post("/v1/queueEntry:leave", NULL, none, key), "{}");
    char body[64];
    snprintf(body, sizeof body, "{\"reservationId\":\"%s\"}", id);
    assert_says(post(hold, body, json_type, key),
                "{\"reservationId\":\"AZAWPYaUc5uupZZsJvitkQ==\",\"performanceId\":21}");
    assert_refused(post(hold, "{\"reservationId\":\"AAAA\"}", json_type, key),
                   STATUS_ARGUMENT_INVALID, "reservation_id", "another one");
    assert_refused(post(hold, NULL, none, (struct header){"idempotency-key", ""}),
                   STATUS_ARGUMENT_INVALID, "Idempotency-Key", "1..255");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(path_and_query_are_fields),
        cmocka_unit_test(path_and_query_that_are_wrong_are_refused),
        cmocka_unit_test(a_body_is_the_rest_of_the_message),
        cmocka_unit_test(what_has_a_body_has_no_query),
        cmocka_unit_test(a_body_is_json_in_utf_8),
        cmocka_unit_test(the_token_is_a_header),
        cmocka_unit_test(a_method_without_a_token_does_not_look_at_it),
        cmocka_unit_test(the_key_is_the_id_of_what_is_made),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
