#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/url_list.h"

static void assert_url(const char *list, size_t index, const char *expected)
{
    char *url;
    assert_int_equal(url_list_copy(list, index, &url), STATUS_OK);
    if (expected == NULL) assert_null(url);
    if (expected != NULL) assert_string_equal(url, expected);
    free(url);
}

static void a_list_has_a_place_for_each_server(void **state)
{
    (void)state;
    assert_int_equal(url_list_count(NULL), 0);
    assert_int_equal(url_list_count(""), 1);
    assert_int_equal(url_list_count("ipc:///a"), 1);
    assert_int_equal(url_list_count("ipc:///a,,tcp://c:1"), 3);
    assert_int_equal(url_list_count(",,"), 3);
}

static void a_place_may_be_empty(void **state)
{
    (void)state;
    const char *list = ",ipc:///b,,tcp://d:1";
    assert_url(list, 0, NULL);
    assert_url(list, 1, "ipc:///b");
    assert_url(list, 2, NULL);
    assert_url(list, 3, "tcp://d:1");
    assert_url(list, 4, NULL);
    assert_url(NULL, 0, NULL);
    assert_url("", 0, NULL);
}

static void a_list_may_have_none_in_all_its_places(void **state)
{
    (void)state;
    assert_false(url_list_has_any(NULL));
    assert_false(url_list_has_any(""));
    assert_false(url_list_has_any(",,"));
    assert_true(url_list_has_any("a"));
    assert_true(url_list_has_any(",,a"));
    assert_true(url_list_has_any("a,"));
}

static void sockets_lie_beside_those_of_ipc(void **state)
{
    (void)state;
    char beside[64];
    assert_true(url_list_beside("ipc:///a/b/c", "w", beside, sizeof beside));
    assert_string_equal(beside, "ipc:///a/b/w");
    assert_true(url_list_beside("tcp://a:1,ipc:///b/c,tcp://d:2", "w", beside, sizeof beside));
    assert_string_equal(beside, ",ipc:///b/w,");
    assert_true(url_list_beside("tcp://a:1,tcp://b:1", "w", beside, sizeof beside));
    assert_string_equal(beside, "");
    assert_true(url_list_beside("ipc://x", "w", beside, sizeof beside));
    assert_string_equal(beside, "ipc://w");
}

static void what_does_not_fit_is_refused_at_every_size(void **state)
{
    (void)state;
    const char *list = "ipc:///a/b,ipc:///c/d";
    char beside[64];
    size_t needed = sizeof "ipc:///a/watch,ipc:///c/watch";
    for (size_t size = 1; size <= sizeof beside; size++)
        assert_int_equal(url_list_beside(list, "watch", beside, size), size >= needed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_has_a_place_for_each_server),
        cmocka_unit_test(a_place_may_be_empty),
        cmocka_unit_test(a_list_may_have_none_in_all_its_places),
        cmocka_unit_test(sockets_lie_beside_those_of_ipc),
        cmocka_unit_test(what_does_not_fit_is_refused_at_every_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
