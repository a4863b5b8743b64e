/* Catalogues in JSON: what is read, and how mistakes are named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/catalogue.h"
#include "client/command/seats.h"

static const char *examples_folder;

static const char good[] =
    "{\"concert\":{\"concert_id\":1,\"title\":\"T\",\"artist\":\"\",\"venue\":\"V\"},"
    "\"layouts\":[{\"layout_id\":3,\"sections\":["
    "{\"name\":\"F\",\"tier\":0,\"row_range\":{\"from\":\"Y\",\"count\":3,\"seats\":5}},"
    "{\"name\":\"G\",\"tier\":1,\"rows\":[{\"name\":\"r\",\"first_number\":7,\"seats\":2,"
    "\"wheelchairs\":{\"from\":8,\"count\":1}}]}]}],"
    "\"performances\":[{\"performance_id\":11,\"layout_id\":3,"
    "\"starts_at\":\"2026-12-24T19:00:00+09:00\",\"sale_opens_at\":\"2020-01-01T00:00:00Z\","
    "\"sale_closes_at\":\"2099-01-01T00:00:00Z\",\"currency\":\"EUR\","
    "\"tiers\":[{\"name\":\"VIP\",\"price\":165000},{\"name\":\"R\",\"price\":0}]}]}";

static int make_arena(void **state)
{
    struct arena *arena = malloc(sizeof *arena);
    if (arena == NULL) return -1;
    arena_init(arena, 1 << 24);
    *state = arena;
    return 0;
}

static int free_arena(void **state)
{
    arena_deinit(*state);
    free(*state);
    return 0;
}

static void a_catalogue_is_read(void **state)
{
    Onsale__V1__ImportCatalogueRequest request;
    char problem[CATALOGUE_PROBLEM_BYTES];
    assert_true(catalogue_parse(good, strlen(good), *state, &request, problem));
    assert_string_equal(request.concert->venue, "V");
    const Onsale__V1__Performance *performance = request.performances[0];
    assert_int_equal(performance->concert_id, 1);
    assert_int_equal(performance->starts_at_ms, 1798106400000);
    assert_int_equal(performance->tiers[0]->price, 165000);
    assert_string_equal(performance->currency, "EUR");
    const Onsale__V1__Section *section = request.layouts[0]->sections[0];
    assert_int_equal(section->n_rows, 3);
    assert_string_equal(section->rows[1]->name, "Z");
    assert_string_equal(section->rows[2]->name, "AA");
    assert_int_equal(section->rows[2]->first_number, 1);
    assert_int_equal(request.layouts[0]->sections[1]->rows[0]->first_number, 7);
    assert_int_equal(request.layouts[0]->sections[1]->rows[0]->first_wheelchair_number, 8);
    assert_int_equal(request.layouts[0]->sections[1]->rows[0]->wheelchair_count, 1);
    assert_int_equal(layout_seat_count(request.layouts[0]), 17);
}

/* Replaces the first `from` of the good catalogue, and expects this problem. */
static void assert_problem(struct arena *arena, const char *from, const char *to,
                           const char *expected)
{
    char text[2 * sizeof good], problem[CATALOGUE_PROBLEM_BYTES];
    Onsale__V1__ImportCatalogueRequest request;
    const char *at = strstr(good, from);
    assert_non_null(at);
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
    assert_false(catalogue_parse(text, strlen(text), arena, &request, problem));
    assert_string_equal(problem, expected);
}

static void a_mistake_is_named_by_its_path(void **state)
{
    struct arena *arena = *state;
    assert_problem(arena, "\"venue\":", "\"venu\":", "concert.venu: there is no such key here");
    assert_problem(arena, ",\"venue\":\"V\"", "", "concert.venue: is missing");
    assert_problem(arena, "\"title\":\"T\"", "\"title\":\"\"",
                   "concert.title: must be text of 1..120 bytes");
    assert_problem(arena, "\"tier\":1", "\"tier\":16",
                   "layouts[0].sections[1].tier: must be a whole number, 0..15");
    assert_problem(arena, "\"tier\":1", "\"tier\":\"1\"",
                   "layouts[0].sections[1].tier: must be a whole number, 0..15");
    assert_problem(arena, "\"first_number\":7", "\"first_number\":7.5",
                   "layouts[0].sections[1].rows[0].first_number: must be a whole number, 0..9999");
    assert_problem(arena, "\"from\":\"Y\"", "\"from\":\"YY\"",
                   "layouts[0].sections[0].row_range.from: must be a letter \"A\" to \"Z\" or a "
                   "whole number, 0..9999");
    assert_problem(arena, "\"rows\":[", "\"row_range\":{},\"rows\":[",
                   "layouts[0].sections[1]: must have either rows or row_range");
    assert_problem(arena, "2020-01-01T00:00:00Z", "2020-01-01",
                   "performances[0].sale_opens_at: must be a moment like "
                   "\"2026-12-24T19:00:00+09:00\"");
    assert_problem(arena, "\"price\":0", "\"price\":-1",
                   "performances[0].tiers[1].price: must be a whole number, 0..1000000000000");
    assert_problem(arena, "[{\"layout_id\"", "[],\"x\":[{\"layout_id\"",
                   "x: there is no such key here");
    assert_problem(arena, "{\"concert_id\":1,\"title\":\"T\",\"artist\":\"\",\"venue\":\"V\"}",
                   "[]", "concert: must be an object {...}");
}

static void an_empty_list_is_a_mistake(void **state)
{
    static const char text[] =
        "{\"concert\":{\"concert_id\":1,\"title\":\"T\",\"artist\":\"\",\"venue\":\"\"},"
        "\"layouts\":[],\"performances\":[]}";
    Onsale__V1__ImportCatalogueRequest request;
    char problem[CATALOGUE_PROBLEM_BYTES];
    assert_false(catalogue_parse(text, strlen(text), *state, &request, problem));
    assert_string_equal(problem, "layouts: must have 1..20 elements, not 0");
}

static void broken_json_is_named_by_its_line(void **state)
{
    Onsale__V1__ImportCatalogueRequest request;
    char problem[CATALOGUE_PROBLEM_BYTES];
    assert_false(catalogue_parse("{\n\"a\": }", 8, *state, &request, problem));
    assert_memory_equal(problem, "line 2, column ", strlen("line 2, column "));
    assert_false(catalogue_parse("[]", 2, *state, &request, problem));
    assert_string_equal(problem, "top: must be an object {...}");
    assert_false(catalogue_parse("", 0, *state, &request, problem));
    assert_false(catalogue_parse("{\"a\":1,\"a\":1}", 13, *state, &request, problem));
}

static void a_byte_order_mark_is_fine(void **state)
{
    char text[2 * sizeof good], problem[CATALOGUE_PROBLEM_BYTES];
    Onsale__V1__ImportCatalogueRequest request;
    snprintf(text, sizeof text, "\xef\xbb\xbf%s", good);
    assert_true(catalogue_parse(text, strlen(text), *state, &request, problem));
    assert_string_equal(request.concert->title, "T");
    snprintf(text, sizeof text, "\xef\xbb\xbf\xef\xbb\xbf%s", good);
    assert_false(catalogue_parse(text, strlen(text), *state, &request, problem));
}

static void assert_bytes_refused(struct arena *arena, const char *bytes, size_t size,
                                 const char *expected)
{
    char problem[CATALOGUE_PROBLEM_BYTES];
    Onsale__V1__ImportCatalogueRequest request;
    assert_false(catalogue_parse(bytes, size, arena, &request, problem));
    assert_string_equal(problem, expected);
}

static void a_nul_is_named_by_its_place(void **state)
{
    char text[2 * sizeof good], ends[CATALOGUE_PROBLEM_BYTES];
    int length = snprintf(text, sizeof text, "%s\n%cgarbage{{{", good, '\0');
    snprintf(ends, sizeof ends, "line 1, column %zu: a NUL byte, of which JSON has none",
             sizeof good);
    assert_bytes_refused(*state, text, (size_t)length,
                         "line 2, column 1: a NUL byte, of which JSON has none");
    assert_bytes_refused(*state, good, sizeof good, /* its own end */
                         ends);
    assert_bytes_refused(*state, "{ \0}", 4,
                         "line 1, column 3: a NUL byte, of which JSON has none");
}

static void what_is_no_utf8_is_said(void **state)
{
    static const char *const expected = "it is UTF-16 or UTF-32: save it as UTF-8";
    assert_bytes_refused(*state, "\xff\xfe{\0}\0", 6, expected);
    assert_bytes_refused(*state, "\xfe\xff\0{\0}", 6, expected);
    assert_bytes_refused(*state, "{\0}\0", 4, expected);
    assert_bytes_refused(*state, "\0{\0}", 4, expected);
    assert_bytes_refused(*state, "\xff\xfe\0\0{\0\0\0", 8, expected);
    assert_bytes_refused(*state, "", 0, "there is nothing in it");
    assert_bytes_refused(*state, "\xef\xbb\xbf", 3, "there is nothing in it");
}

static void numbers_that_are_none_are_refused(void **state)
{
    static const char *const numbers[] = {"56.32", "1e3", "\"1\"", "true", "null", "-1", "[1]"};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        char price[32];
        snprintf(price, sizeof price, "\"price\":%s", numbers[i]);
        assert_problem(*state, "\"price\":165000", price,
                       "performances[0].tiers[0].price: must be a whole number, 0..1000000000000");
    }
}

static void a_path_is_cut_between_characters(void **state)
{
    char key[2048] = "\"venue\":\"V\",\"";
    for (size_t i = 0; i < 100; i++)
        snprintf(key + strlen(key), sizeof key - strlen(key), "공");
    snprintf(key + strlen(key), sizeof key - strlen(key), "\":1");
    char text[4 * sizeof good], problem[CATALOGUE_PROBLEM_BYTES];
    Onsale__V1__ImportCatalogueRequest request;
    const char *at = strstr(good, "\"venue\":\"V\"");
    snprintf(text, sizeof text, "%.*s%s%s", (int)(at - good), good, key,
             at + strlen("\"venue\":\"V\""));
    assert_false(catalogue_parse(text, strlen(text), *state, &request, problem));
    assert_non_null(strstr(problem, "공: there is no such key here"));
}

static void no_part_of_a_catalogue_is_one(void **state)
{
    Onsale__V1__ImportCatalogueRequest request;
    char problem[CATALOGUE_PROBLEM_BYTES];
    for (size_t size = 0; size < strlen(good); size++)
        assert_false(catalogue_parse(good, size, *state, &request, problem));
}

static void a_quota_that_is_too_small_is_a_problem_not_a_crash(void **state)
{
    Onsale__V1__ImportCatalogueRequest request;
    char problem[CATALOGUE_PROBLEM_BYTES];
    size_t quota = 0;
    for (bool done = false; !done; quota++) {
        struct arena arena;
        arena_init(&arena, quota);
        done = catalogue_parse(good, strlen(good), &arena, &request, problem);
        if (!done) assert_non_null(strstr(problem, "out of memory"));
        arena_deinit(&arena);
    }
    assert_true(quota > 100);
    (void)state;
}

/* @return Seats of the example's first hall. */
static uint32_t example_seats(struct arena *arena, const char *name)
{
    static char text[1 << 20];
    char path[512], problem[CATALOGUE_PROBLEM_BYTES];
    Onsale__V1__ImportCatalogueRequest request;
    snprintf(path, sizeof path, "%s/%s", examples_folder, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t size = fread(text, 1, sizeof text, file);
    fclose(file);
    if (!catalogue_parse(text, size, arena, &request, problem)) fail_msg("%s: %s", name, problem);
    return layout_seat_count(request.layouts[0]);
}

static void the_examples_are_catalogues(void **state)
{
    assert_int_equal(example_seats(*state, "seoul_arena.json"), 15120);
    assert_int_equal(example_seats(*state, "club.json"), 202);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_catalogue_is_read, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(a_mistake_is_named_by_its_path, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(an_empty_list_is_a_mistake, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(broken_json_is_named_by_its_line, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(a_path_is_cut_between_characters, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(numbers_that_are_none_are_refused, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(what_is_no_utf8_is_said, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(a_nul_is_named_by_its_place, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(a_byte_order_mark_is_fine, make_arena, free_arena),
        cmocka_unit_test_setup_teardown(no_part_of_a_catalogue_is_one, make_arena, free_arena),
        cmocka_unit_test(a_quota_that_is_too_small_is_a_problem_not_a_crash),
        cmocka_unit_test_setup_teardown(the_examples_are_catalogues, make_arena, free_arena),
    };
    if (argc != 2) return EXIT_FAILURE;
    examples_folder = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
