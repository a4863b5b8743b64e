/* What a request for a stream of events asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/sse_request.h"

static enum status read_path(const char *path, const char *query, struct sse_request *ret_request)
{
    const struct request request = {.method = "GET", .path = path, .query = query};
    return sse_request_read(&request, ret_request);
}

static void paths_say_what_is_followed(void **state)
{
    struct sse_request request;
    (void)state;
    assert_int_equal(read_path("/v1/events/queue", "", &request), STATUS_OK);
    assert_int_equal(request.kind, NEWS_QUEUE_ENTRY);
    assert_int_equal(read_path("/v1/events/performances/7/seats", "", &request), STATUS_OK);
    assert_int_equal(request.kind, NEWS_SEATS);
    assert_int_equal(request.id, 7);
    assert_int_equal(read_path("/v1/events/sale/4294967295", "", &request), STATUS_OK);
    assert_int_equal(request.kind, NEWS_SALE);
    assert_int_equal(request.id, UINT32_MAX);
}

static void other_paths_are_none(void **state)
{
    static const char *const unknown[] = {"/v1/events/", "/v1/events/queues", "/v1/events/queue/",
                                          "/v1/events/performances/7"};
    static const char *const wrong[] = {
        "/v1/events/performances/x/seats",      "/v1/events/performances/7/seats/",
        "/v1/events/performances/-7/seats",     "/v1/events/performances//seats",
        "/v1/events/performances/ 7/seats",     "/v1/events/sale/4294967296",
        "/v1/events/sale/18446744073709551617", "/v1/events/sale/",
    };
    struct sse_request request;
    (void)state;
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        assert_int_equal(read_path(unknown[i], "", &request), STATUS_METHOD_UNKNOWN);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(read_path(wrong[i], "", &request), STATUS_ARGUMENT_INVALID);
}

static void a_token_is_base64_of_either_alphabet_escaped_or_not(void **state)
{
    static const uint8_t token[] = {0xfb, 0xff, 0xfe, 1};
    static const char *const queries[] = {"token=+//+AQ==", "a=b&token=-__-AQ",
                                          "token=%2B%2f%2F%2bAQ%3D%3D", "token=-__-AQ&token=AAAA"};
    struct sse_request request;
    (void)state;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++) {
        assert_int_equal(read_path("/v1/events/queue", queries[i], &request), STATUS_OK);
        assert_int_equal(request.token_size, sizeof token);
        assert_memory_equal(request.token, token, sizeof token);
    }
}

static void what_is_no_token_is_refused(void **state)
{
    static const char *const queries[] = {
        "token=!!!!",
        "token=%2",
        "token=%zz",
        "token=A%00AA",
        "token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    };
    struct sse_request request;
    (void)state;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        assert_int_equal(read_path("/v1/events/queue", queries[i], &request), STATUS_TOKEN_UNKNOWN);
}

static void the_header_comes_before_the_query(void **state)
{
    const struct header headers[] = {{"authorization", "bearer AAAA"}, {"last-event-id", "12"}};
    const struct request http = {.method = "GET",
                                 .path = "/v1/events/queue",
                                 .query = "token=BBBBBBBB",
                                 .headers = headers,
                                 .headers_count = 2};
    struct sse_request request;
    (void)state;
    assert_int_equal(sse_request_read(&http, &request), STATUS_OK);
    assert_int_equal(request.token_size, 3);
    assert_string_equal(request.last_id, "12");
}

static void ids_of_seats_are_versions(void **state)
{
    char id[SSE_ID_BYTES];
    (void)state;
    sse_id_write(NEWS_SEATS, UINT64_MAX, id);
    assert_int_equal(sse_id_read(NEWS_SEATS, id), UINT64_MAX);
    sse_id_write(NEWS_QUEUE_ENTRY, (uint64_t)1 << 32 | 17, id);
    assert_string_equal(id, "1.17");
    sse_id_write(NEWS_QUEUE_ENTRY, UINT64_MAX, id);
    assert_string_equal(id, "4294967295.4294967295");
    sse_id_write(NEWS_SALE, 0, id);
    assert_string_equal(id, "0");
    assert_int_equal(sse_id_read(NEWS_SEATS, id), 0);
    assert_int_equal(sse_id_read(NEWS_SEATS, ""), 0);
    assert_int_equal(sse_id_read(NEWS_SEATS, "-1"), 0);
    assert_int_equal(sse_id_read(NEWS_SEATS, "99999999999999999999"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_say_what_is_followed),
        cmocka_unit_test(other_paths_are_none),
        cmocka_unit_test(a_token_is_base64_of_either_alphabet_escaped_or_not),
        cmocka_unit_test(what_is_no_token_is_refused),
        cmocka_unit_test(the_header_comes_before_the_query),
        cmocka_unit_test(ids_of_seats_are_versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
