/* Paths, queries and keys, before anybody is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <onsale/method.h>

#include "gateway/json_key.h"
#include "gateway/json_route.h"
#include "gateway/origins.h"

static struct arena arena;

static int open_arena(void **state)
{
    (void)state;
    arena_init(&arena, 64 * 1024);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    arena_deinit(&arena);
    return 0;
}

static bool slice_is(struct text_slice slice, const char *text)
{
    return slice.size == strlen(text) && memcmp(slice.bytes, text, slice.size) == 0;
}

static void assert_decodes(const char *text, bool plus_is_blank, const char *expected)
{
    struct text_slice decoded;
    assert_true(
        url_decode(&arena, (struct text_slice){text, strlen(text)}, plus_is_blank, &decoded));
    assert_true(slice_is(decoded, expected));
}

static void escapes_become_bytes(void **state)
{
    (void)state;
    assert_decodes("", true, "");
    assert_decodes("a%20b+c", true, "a b c");
    assert_decodes("a%20b+c", false, "a b+c");
    assert_decodes("%EC%A2%8c%ec%84%9d", false, "좌석");
    assert_decodes("100%25", false, "100%");
}

static void escapes_that_are_none_are_refused(void **state)
{
    (void)state;
    static const char *const refused[] = {"%", "%2", "%zz", "%2g", "a%", "%00", "%-1", "% 1"};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct text_slice text;
        assert_false(
            url_decode(&arena, (struct text_slice){refused[i], strlen(refused[i])}, false, &text));
    }
}

static void a_query_is_pairs(void **state)
{
    (void)state;
    const char *query = "&pageSize=5&&page_token=a%26b=c&flag&=x&seat=1&seat=2";
    static const char *const expected[][2] = {{"pageSize", "5"}, {"page_token", "a&b=c"},
                                              {"flag", ""},      {"", "x"},
                                              {"seat", "1"},     {"seat", "2"}};
    struct query_pair pair;
    bool is_ok;
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_true(query_next(&arena, &query, &pair, &is_ok));
        assert_true(is_ok);
        assert_true(slice_is(pair.name, expected[i][0]));
        assert_true(slice_is(pair.value, expected[i][1]));
    }
    assert_false(query_next(&arena, &query, &pair, &is_ok));
    query = "a=%0";
    assert_true(query_next(&arena, &query, &pair, &is_ok));
    assert_false(is_ok);
}

static void a_path_fits_a_template_part_by_part(void **state)
{
    (void)state;
    struct path_variables variables;
    assert_true(path_fits("/v1/users/{user_id}/tickets/{ticket_id}", "/v1/users/7/tickets/a%2Fb",
                          &variables));
    assert_int_equal(variables.count, 2);
    assert_true(slice_is(variables.list[0].name, "user_id"));
    assert_true(slice_is(variables.list[0].value, "7"));
    assert_true(slice_is(variables.list[1].value, "a%2Fb"));
    assert_true(path_fits("/v1/r/{id}:cancel", "/v1/r/x:cancel", &variables));
    assert_true(slice_is(variables.list[0].value, "x"));
    static const char *const others[] = {
        "/v1/r/x",       "/v1/r/:cancel",     "/v1/r/x/:cancel",  "/v1/r/x:cancel/",
        "/v1/r/x:cance", "/v1/r/x:cancelled", "/v1/r/x:y:cancel", "",
        "/v1/r"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(path_fits("/v1/r/{id}:cancel", others[i], &variables));
    assert_false(path_fits("/v1/r/{id}", "/v1/r/x:cancel", &variables));
}

static void a_route_is_found_by_verb_and_path(void **state)
{
    (void)state;
    struct path_variables variables;
    char allow[JSON_ALLOW_BYTES];
    const struct json_route *route =
        json_route_find("GET", "/v1/users/7/balance", false, &variables, allow);
    assert_string_equal(route->method->name, "onsale.v1.WalletService/GetBalance");
    assert_ptr_equal(json_route_find("HEAD", "/v1/users/7/balance", false, &variables, allow),
                     route);
    assert_string_equal(allow, "OPTIONS, GET, HEAD");
    assert_null(json_route_find("POST", "/v1/users/7/balance", false, &variables, allow));
    assert_string_equal(allow, "OPTIONS, GET, HEAD");
    assert_null(json_route_find("GET", "/v1/users/7/balanc", false, &variables, allow));
    assert_string_equal(allow, "");
    assert_non_null(
        json_route_find("POST", "/v1/admin/concerts/2/saleStops", true, &variables, allow));
    assert_string_equal(allow, "OPTIONS, POST, GET, HEAD");
}

static void every_method_has_a_route_and_reads_are_gets(void **state)
{
    (void)state;
    size_t routes = 0, methods = 0;
    for (const struct json_route *route = json_routes; route->verb != NULL; route++, routes++) {
        assert_int_equal(strcmp(route->verb, "GET") == 0, route->method->is_read);
        assert_int_equal(route->has_body, !route->method->is_read);
    }
    while (onsale_method_at(methods) != NULL)
        methods++;
    assert_int_equal(routes, methods);
}

static void administration_is_not_there_for_others(void **state)
{
    (void)state;
    struct path_variables variables;
    char allow[JSON_ALLOW_BYTES];
    for (const struct json_route *route = json_routes; route->verb != NULL; route++) {
        bool is_admin = strncmp(route->path, "/v1/admin/", strlen("/v1/admin/")) == 0;
        assert_int_equal(is_admin, route->method->endpoint == ONSALE_ENDPOINT_ADMIN);
    }
    assert_non_null(json_route_find("GET", "/v1/admin/stats", true, &variables, allow));
    assert_null(json_route_find("GET", "/v1/admin/stats", false, &variables, allow));
    assert_string_equal(allow, "");
}

static void a_key_is_the_id_or_a_hash_of_its_own(void **state)
{
    (void)state;
    uint8_t id[ID_BYTES], other[ID_BYTES];
    char text[ID_TEXT_BYTES];
    assert_true(json_key_to_id("0190163d-8694-739b-aea5-966c26f8ad91", "/a", "", id));
    id_print(id, text);
    assert_string_equal(text, "0190163d-8694-739b-aea5-966c26f8ad91");
    assert_true(json_key_to_id("order 7", "/a", "s", id));
    assert_true(json_key_to_id("order 7", "/a", "s", other));
    assert_memory_equal(id, other, ID_BYTES);
    static const char *const others[][3] = {
        {"order 8", "/a", "s"}, {"order 7", "/b", "s"}, {"order 7", "/a", "t"}};
    for (size_t i = 0; i < 3; i++) {
        assert_true(json_key_to_id(others[i][0], others[i][1], others[i][2], other));
        assert_memory_not_equal(id, other, ID_BYTES);
    }
}

static void a_key_that_is_none_is_refused(void **state)
{
    (void)state;
    uint8_t id[ID_BYTES];
    char longest[258];
    memset(longest, 'x', sizeof longest);
    longest[256] = '\0';
    assert_false(json_key_to_id("", "/a", "", id));
    assert_false(json_key_to_id("a\tb", "/a", "", id));
    assert_false(json_key_to_id("좌석", "/a", "", id));
    assert_false(json_key_to_id("00000000-0000-0000-0000-000000000000", "/a", "", id));
    assert_false(json_key_to_id(longest, "/a", "", id));
    longest[255] = '\0';
    assert_true(json_key_to_id(longest, "/a", "", id));
}

static void origins_are_compared_whole(void **state)
{
    (void)state;
    struct origins origins = {0};
    assert_null(origins_add(&origins, "https://shop.example"));
    assert_null(origins_add(&origins, "http://localhost:5173"));
    assert_true(origins_have(&origins, "https://shop.example"));
    assert_true(origins_have(&origins, "https://SHOP.example"));
    static const char *const others[] = {"http://shop.example",
                                         "https://shop.example.evil",
                                         "https://evil/shop.example",
                                         "https://shop.example:444",
                                         "null",
                                         ""};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_false(origins_have(&origins, others[i]));
    assert_false(origins_have(&origins, NULL));
    static const char *const refused[] = {"shop.example", "https://", "https://a/b",
                                          "https://a b",  "ftp://a",  ""};
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        assert_non_null(origins_add(&origins, refused[i]));
    assert_null(origins_add(&origins, "*"));
    assert_true(origins_have(&origins, "https://anybody.example"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes_become_bytes),
        cmocka_unit_test(escapes_that_are_none_are_refused),
        cmocka_unit_test(a_query_is_pairs),
        cmocka_unit_test(a_path_fits_a_template_part_by_part),
        cmocka_unit_test(a_route_is_found_by_verb_and_path),
        cmocka_unit_test(every_method_has_a_route_and_reads_are_gets),
        cmocka_unit_test(administration_is_not_there_for_others),
        cmocka_unit_test(a_key_is_the_id_or_a_hash_of_its_own),
        cmocka_unit_test(a_key_that_is_none_is_refused),
        cmocka_unit_test(origins_are_compared_whole),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
