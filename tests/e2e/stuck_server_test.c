/* A server whose nng frees no connections any more says so, and ends to be started again.
 *
 * The first argument is a server whose reaper thread a fault stops; the second, where nng needs it,
 * one without the cure for clients that die with frames in flight. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/e2e/death.h"
#include "tests/e2e/raw_call.h"
#include "tests/e2e/wait_until.h"

enum { DEATHS = 64, PATH_BYTES = 128 };

static bool is_not_serving(void *shop)
{
    return shop_health(shop) == ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_NOT_SERVING;
}

static void assert_it_gives_up(struct shop *shop)
{
    assert_true(wait_until(is_not_serving, shop));
    assert_int_equal(server_process_wait(&shop->server), EXIT_FAILURE);
    assert_true(server_process_said(&shop->server, "not freed any more"));
}

/* As a supervisor does. */
static void assert_it_serves_again(struct shop *shop)
{
    shop_open(shop, NULL);
    assert_false(is_not_serving(shop));
    shop_check(shop);
    server_process_kill(&shop->server);
}

static void a_server_that_frees_no_connections_says_so_and_ends_with_1(void **state)
{
    struct shop *shop = *state;
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/stuck", shop->server.folder);
    assert_int_equal(setenv("STUCK_REAPER", path, 1), 0);
    shop_open(shop, NULL);
    shop_import(shop);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fclose(file);
    assert_true(raw_check_at(shop->server.url)); /* a connection to free */
    assert_it_gives_up(shop);
    assert_int_equal(remove(path), 0);
    assert_it_serves_again(shop);
}

static void clients_that_die_make_a_server_without_the_cure_give_up(void **state)
{
    struct shop *shop = *state;
    assert_true(death_repeat(shop->server.url, DEATH_SMALL_REPLIES, DEATH_CLOSE, DEATHS));
    assert_it_gives_up(shop);
    assert_it_serves_again(shop);
}

int main(int argc, char **argv)
{
    if (argc < 2) return 2;
    const struct CMUnitTest tests[] = {
        CLOSED_SHOP_TEST(a_server_that_frees_no_connections_says_so_and_ends_with_1, argv[1]),
        SHOP_TEST(clients_that_die_make_a_server_without_the_cure_give_up, argv[argc - 1]),
    };
    const struct CMUnitTest without_cure[] = {tests[0]};
    return argc > 2 ? cmocka_run_group_tests_name("stuck server", tests, NULL, NULL)
                    : cmocka_run_group_tests_name("stuck server", without_cure, NULL, NULL);
}
