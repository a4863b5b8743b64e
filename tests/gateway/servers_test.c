/* The servers that the gateway is given, and those sockets of them that it finds by itself. */
#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/options.h"

static struct options *parse(const char *servers, const char *read_from)
{
    char *argv[] = {(char *)"onsale-gateway", (char *)"--server", (char *)servers,
                    (char *)"--read-from",    (char *)read_from,  NULL};
    struct options *options = calloc(1, sizeof *options);
    assert_non_null(options);
    optind = 0;
    if (options_parse(5, argv, options) == OPTIONS_RUN) return options;
    free(options);
    return NULL;
}

static void sockets_of_several_ipc_servers_lie_beside_them(void **state)
{
    (void)state;
    struct options *options = parse("ipc:///a/onsale.sock,ipc:///b/onsale.sock", "nearest");
    assert_non_null(options);
    assert_string_equal(options->server_urls, "ipc:///a/onsale.sock,ipc:///b/onsale.sock");
    assert_string_equal(options->watch_urls, "ipc:///a/watch.sock,ipc:///b/watch.sock");
    assert_string_equal(options->admin_urls, "ipc:///a/admin/admin.sock,ipc:///b/admin/admin.sock");
    assert_int_equal(options->read_from, ONSALE_READ_FROM_NEAREST);
    free(options);
}

static void sockets_that_some_servers_lack_are_not_guessed(void **state)
{
    (void)state;
    static const char *const lists[] = {"tcp://a:1,ipc:///b/onsale.sock", "ipc:///b/s,tcp://a:1",
                                        "ipc:///a/s,tcp://b:1,ipc:///c/s", "tcp://a:1,tcp://b:1"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        struct options *options = parse(lists[i], "leader");
        assert_non_null(options);
        assert_string_equal(options->watch_urls, "");
        assert_string_equal(options->admin_urls, "");
        assert_int_equal(options->read_from, ONSALE_READ_FROM_LEADER);
        free(options);
    }
}

static void what_is_no_list_of_urls_is_refused(void **state)
{
    (void)state;
    static const char *const lists[] = {
        "", ",", "a", "tcp://a:1,", ",tcp://a:1", "tcp://a:1,b", "tcp://a:1, tcp://b:1"};
    char too_long[URLS_BYTES + 1] = "tcp://";
    memset(too_long + strlen(too_long), 'a', URLS_BYTES - strlen(too_long));
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        assert_null(parse(lists[i], "leader"));
    assert_null(parse(too_long, "leader"));
    assert_null(parse("tcp://a:1", "farthest"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sockets_of_several_ipc_servers_lie_beside_them),
        cmocka_unit_test(sockets_that_some_servers_lack_are_not_guessed),
        cmocka_unit_test(what_is_no_list_of_urls_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
