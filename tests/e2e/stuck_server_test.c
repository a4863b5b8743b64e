/* A server of which nng's reaper thread is stuck: this one has no cure for what nng 1.5 does when
 * clients die. It says so, and ends to be started again. */
#include <stdlib.h>

#include "tests/e2e/death.h"
#include "tests/e2e/wait_until.h"

enum { DEATHS = 64 };

static bool is_not_serving(void *context)
{
    struct shop *shop = context;
    Onsale__Rpc__V1__CheckRequest request = ONSALE__RPC__V1__CHECK_REQUEST__INIT;
    Onsale__Rpc__V1__CheckResponse *response;
    if (onsale_health_check(shop->channel, &request, NULL, &response, NULL) != ONSALE_OK)
        return false;
    Onsale__Rpc__V1__ServingStatus status = response->status;
    onsale__rpc__v1__check_response__free_unpacked(response, NULL);
    return status == ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_NOT_SERVING;
}

static void a_server_that_frees_no_connections_says_so_and_ends_with_1(void **state)
{
    struct shop *shop = *state;
    death_prepare(shop);
    assert_true(death_repeat(shop->server.url, DEATH_SMALL_REPLIES, DEATH_CLOSE, DEATHS));
    assert_true(wait_until(is_not_serving, shop));
    assert_int_equal(server_process_wait(&shop->server), EXIT_FAILURE);
    assert_true(server_process_said(&shop->server, "not freed any more"));

    shop_open(shop, NULL); /* as a supervisor does */
    assert_false(is_not_serving(shop));
    shop_check(shop);
    server_process_kill(&shop->server);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    const struct CMUnitTest tests[] = {
        SHOP_TEST(a_server_that_frees_no_connections_says_so_and_ends_with_1, argv[1]),
    };
    return cmocka_run_group_tests_name("stuck server", tests, NULL, NULL);
}
