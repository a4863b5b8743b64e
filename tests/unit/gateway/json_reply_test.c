/* Answers of the JSON door, as a connection gets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/json_reply.h"

enum { TEXT_BYTES = 4096, HEADERS_BYTES = 1024 };

/* The last answer: its headers a line each. */
static struct {
    unsigned status;
    char headers[HEADERS_BYTES];
    char body[TEXT_BYTES];
} answer;

static void note_answer(struct exchange *exchange, unsigned status, const struct header *headers,
                        size_t headers_count, const void *body, size_t body_size, bool is_whole)
{
    (void)exchange;
    assert_true(is_whole);
    assert_true(body_size < TEXT_BYTES);
    answer.status = status;
    answer.headers[0] = '\0';
    for (size_t i = 0; i < headers_count; i++) {
        size_t at = strlen(answer.headers);
        snprintf(answer.headers + at, HEADERS_BYTES - at, "%s: %s\n", headers[i].name,
                 headers[i].value);
    }
    if (body_size > 0) memcpy(answer.body, body, body_size);
    answer.body[body_size] = '\0';
}

static const struct exchange_protocol protocol = {.name = "a test", .begin = note_answer};
static const struct origins no_origins = {0};

static struct exchange asked(const char *method, const struct header *header)
{
    return (struct exchange){
        .protocol = &protocol,
        .request = {.method = method,
                    .path = "/v1/health",
                    .query = "",
                    .headers = header,
                    .headers_count = header == NULL ? 0 : 1},
    };
}

static bool has_header(const char *line)
{
    const char *at = strstr(answer.headers, line);
    return at != NULL && at[strlen(line)] == '\n';
}

static struct onsale_error refusal(enum onsale_status status, const char *message)
{
    struct onsale_error error = {.status = status, .code = onsale_status_code(status)};
    snprintf(error.reason, sizeof error.reason, "%s", onsale_status_name(status));
    snprintf(error.message, sizeof error.message, "%s", message);
    return error;
}

static void a_retry_is_told_in_seconds_and_exactly(void **state)
{
    (void)state;
    static const struct {
        uint32_t retry_after_ms;
        const char *header;
        const char *detail;
    } cases[] = {{1, "retry-after: 1", "\"retryDelay\":\"0.001s\""},
                 {1000, "retry-after: 1", "\"retryDelay\":\"1.000s\""},
                 {1001, "retry-after: 2", "\"retryDelay\":\"1.001s\""},
                 {UINT32_MAX, "retry-after: 4294968", "\"retryDelay\":\"4294967.295s\""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exchange exchange = asked("GET", NULL);
        struct onsale_error error = refusal(ONSALE_WRITER_BUSY, "more writes wait than fit");
        error.retry_after_ms = cases[i].retry_after_ms;
        json_reply_error(&exchange, &no_origins, &error);
        assert_int_equal(answer.status, 429);
        assert_true(has_header(cases[i].header));
        assert_non_null(strstr(answer.body, cases[i].detail));
    }
    struct exchange exchange = asked("GET", NULL);
    struct onsale_error error = refusal(ONSALE_QUEUE_FULL, "the queue takes no more entries");
    json_reply_error(&exchange, &no_origins, &error);
    assert_int_equal(answer.status, 429);
    assert_null(strstr(answer.headers, "retry-after"));
    assert_null(strstr(answer.body, "retryDelay"));
}

static void each_code_has_its_status(void **state)
{
    (void)state;
    static const struct {
        enum onsale_status status;
        unsigned http_status;
        const char *code;
    } cases[] = {
        {ONSALE_ARGUMENT_INVALID, 400, "INVALID_ARGUMENT"},
        {ONSALE_PAYLOAD_TOO_LARGE, 413, "INVALID_ARGUMENT"},
        {ONSALE_TOKEN_MISSING, 401, "UNAUTHENTICATED"},
        {ONSALE_TOKEN_EXPIRED, 403, "PERMISSION_DENIED"},
        {ONSALE_USER_NOT_FOUND, 404, "NOT_FOUND"},
        {ONSALE_ID_REUSED, 409, "ALREADY_EXISTS"},
        {ONSALE_SEAT_TAKEN, 400, "FAILED_PRECONDITION"},
        {ONSALE_BALANCE_OVERFLOW, 400, "OUT_OF_RANGE"},
        {ONSALE_METHOD_UNKNOWN, 501, "UNIMPLEMENTED"},
        {ONSALE_DEADLINE_EXCEEDED, 504, "DEADLINE_EXCEEDED"},
        {ONSALE_SHUTTING_DOWN, 503, "UNAVAILABLE"},
        {ONSALE_STORE_DAMAGED, 500, "DATA_LOSS"},
        {ONSALE_INTERNAL, 500, "INTERNAL"},
        {ONSALE_CANCELLED, 499, "CANCELLED"},
        {ONSALE_UNKNOWN_REASON, 500, "UNKNOWN"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[64];
        struct exchange exchange = asked("GET", NULL);
        struct onsale_error error = refusal(cases[i].status, "x");
        json_reply_error(&exchange, &no_origins, &error);
        assert_int_equal(answer.status, cases[i].http_status);
        snprintf(expected, sizeof expected, "{\"error\":{\"code\":%u,\"status\":\"%s\",",
                 cases[i].http_status, cases[i].code);
        assert_int_equal(strncmp(answer.body, expected, strlen(expected)), 0);
        assert_int_equal(has_header("www-authenticate: Bearer"), cases[i].http_status == 401);
    }
}

static void what_the_library_says_is_told_in_the_language_of_the_caller(void **state)
{
    (void)state;
    static const struct header korean = {"accept-language", "ko"};
    struct exchange exchange = asked("GET", &korean);
    const char *english = onsale_status_text(ONSALE_NOTHING_LISTENS);
    struct onsale_error error = refusal(ONSALE_NOTHING_LISTENS, english);
    json_reply_error(&exchange, &no_origins, &error);
    assert_int_equal(answer.status, 503);
    assert_non_null(strstr(answer.body, "\"message\":\"서버가 실행 중이 아닙니다.\""));
}

static void a_message_that_is_cut_inside_a_letter_is_json_still(void **state)
{
    (void)state;
    struct exchange exchange = asked("GET", NULL);
    struct onsale_error error = refusal(ONSALE_INTERNAL, "a \"b\"\n좌\xec\x84");
    json_reply_error(&exchange, &no_origins, &error);
    assert_non_null(strstr(answer.body, "\"message\":\"a \\\"b\\\"\\n좌\uFFFD\uFFFD\""));
}

/* --- Tags ------------------------------------------------------------------------------------- */

static void reply(const char *method, const struct header *header, const char *text)
{
    struct exchange exchange = asked(method, header);
    struct json_buffer buffer;
    json_buffer_init(&buffer, TEXT_BYTES);
    json_buffer_add_string(&buffer, text);
    json_reply_text(&exchange, &no_origins, &buffer);
    json_buffer_deinit(&buffer);
}

/* The value of the header etag. */
static void read_tag(char ret_tag[32])
{
    const char *at = strstr(answer.headers, "etag: ");
    assert_non_null(at);
    snprintf(ret_tag, 32, "%.*s", (int)strcspn(at + 6, "\n"), at + 6);
}

static void a_get_has_a_tag_of_what_it_shows(void **state)
{
    (void)state;
    char tag[32], other[32];
    reply("GET", NULL, "{\"a\":1}");
    assert_int_equal(answer.status, 200);
    read_tag(tag);
    reply("HEAD", NULL, "{\"a\":1}");
    read_tag(other);
    assert_string_equal(tag, other);
    reply("GET", NULL, "{\"a\":2}");
    read_tag(other);
    assert_string_not_equal(tag, other);
    reply("POST", NULL, "{\"a\":1}");
    assert_null(strstr(answer.headers, "etag"));
    assert_true(has_header("cache-control: no-store"));
}

static void what_is_there_already_is_not_sent_again(void **state)
{
    (void)state;
    char tag[32], list[96];
    reply("GET", NULL, "{}");
    read_tag(tag);
    snprintf(list, sizeof list, "\"0\", W/%s , \"1\"", tag);
    const char *const matching[] = {tag, list, "*"};
    for (size_t i = 0; i < 3; i++) {
        const struct header header = {"if-none-match", matching[i]};
        reply("GET", &header, "{}");
        assert_int_equal(answer.status, 304);
        assert_string_equal(answer.body, "");
        assert_non_null(strstr(answer.headers, tag));
    }
    const struct header header = {"if-none-match", "\"0\""};
    reply("GET", &header, "{}");
    assert_int_equal(answer.status, 200);
}

static void a_text_that_is_cut_is_refused(void **state)
{
    (void)state;
    struct exchange exchange = asked("GET", NULL);
    struct json_buffer buffer;
    json_buffer_init(&buffer, 2);
    json_buffer_add_string(&buffer, "{\"a\":1}");
    json_reply_text(&exchange, &no_origins, &buffer);
    assert_int_equal(answer.status, 429);
    assert_non_null(strstr(answer.body, "REPLY_TOO_LARGE"));
    json_buffer_deinit(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_retry_is_told_in_seconds_and_exactly),
        cmocka_unit_test(each_code_has_its_status),
        cmocka_unit_test(what_the_library_says_is_told_in_the_language_of_the_caller),
        cmocka_unit_test(a_message_that_is_cut_inside_a_letter_is_json_still),
        cmocka_unit_test(a_get_has_a_tag_of_what_it_shows),
        cmocka_unit_test(what_is_there_already_is_not_sent_again),
        cmocka_unit_test(a_text_that_is_cut_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
