#include "tests/e2e/shop.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/require.h"
#include "tests/e2e/calls.h"
#include "tests/e2e/catalogue.h"
#include "tests/e2e/wait_until.h"

enum { PATIENCE_MS = 30 * 1000 };

struct onsale_channel *shop_channel(const struct shop *shop, struct onsale_channel_options options)
{
    struct onsale_channel *channel;
    options.url = shop->server.url;
    options.watch_url = shop->server.watch_url;
    options.admin_url = shop->server.admin_url;
    assert_int_equal(onsale_channel_open(&options, &channel, NULL), ONSALE_OK);
    return channel;
}

struct opening {
    struct shop *shop;
    enum onsale_status status;
};

/* @param ret_health  Set on ONSALE_OK only. */
static enum onsale_status ask_for_health(struct shop *shop,
                                         const struct onsale_call_options *options,
                                         Onsale__Rpc__V1__ServingStatus *ret_health)
{
    Onsale__Rpc__V1__CheckRequest request = ONSALE__RPC__V1__CHECK_REQUEST__INIT;
    Onsale__Rpc__V1__CheckResponse *response;
    enum onsale_status status =
        onsale_health_check(shop->channel, &request, options, &response, NULL);
    if (status != ONSALE_OK) return status;
    *ret_health = response->status;
    onsale__rpc__v1__check_response__free_unpacked(response, NULL);
    return ONSALE_OK;
}

Onsale__Rpc__V1__ServingStatus shop_health(struct shop *shop)
{
    Onsale__Rpc__V1__ServingStatus health =
        ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_UNSPECIFIED;
    ask_for_health(shop, NULL, &health);
    return health;
}

/* One that gave up needs no waiting for. The channel is not asked before the server is there: nng
 * 1.5 loses a message that is given to a connection in the moment that finds it broken. */
static bool opening_is_over(void *context)
{
    static const struct onsale_call_options brief = {.timeout_ms = 500};
    struct opening *opening = context;
    Onsale__Rpc__V1__ServingStatus health;
    if (server_process_serves(&opening->shop->server))
        opening->status = ask_for_health(opening->shop, &brief, &health);
    return opening->status == ONSALE_OK || !server_process_is_alive(&opening->shop->server);
}

void shop_await(struct shop *shop)
{
    struct opening opening = {.shop = shop, .status = ONSALE_SERVER_UNREACHABLE};
    wait_until(opening_is_over, &opening);
    if (opening.status != ONSALE_OK) server_process_print_log(&shop->server);
    assert_int_equal(opening.status, ONSALE_OK);
}

void shop_open(struct shop *shop, const char *const *more)
{
    server_process_start(&shop->server, more);
    shop_await(shop);
}

void shop_close(struct shop *shop)
{
    server_process_terminate(&shop->server);
    int code = server_process_wait(&shop->server);
    if (code != EXIT_SUCCESS) server_process_print_log(&shop->server);
    assert_int_equal(code, EXIT_SUCCESS);
}

void shop_reopen(struct shop *shop, const char *const *more)
{
    shop_check(shop);
    shop_close(shop);
    shop_open(shop, more);
}

void shop_check(struct shop *shop)
{
    const struct onsale_call_options patient = {.timeout_ms = PATIENCE_MS};
    Onsale__V1__CheckInvariantsRequest request = ONSALE__V1__CHECK_INVARIANTS_REQUEST__INIT;
    Onsale__V1__CheckInvariantsResponse *response;
    assert_int_equal(
        onsale_admin_check_invariants(shop->channel, &request, &patient, &response, NULL),
        ONSALE_OK);
    size_t violations = response->n_violations;
    for (size_t i = 0; i < violations; i++)
        print_error("%s: %s\n", response->violations[i]->invariant,
                    response->violations[i]->description);
    onsale__v1__check_invariants_response__free_unpacked(response, NULL);
    assert_int_equal(violations, 0);
}

void shop_import(struct shop *shop)
{
    struct onsale_error error;
    enum onsale_status status = catalogue_import(shop->channel, &error);
    if (status != ONSALE_OK) print_error("%s: %s\n", error.reason, error.message);
    assert_int_equal(status, ONSALE_OK);
}

int shop_setup_closed(void **state)
{
    struct shop *shop = calloc(1, sizeof *shop);
    REQUIRE(shop != NULL);
    server_process_init(&shop->server, *state);
    shop->channel = shop_channel(shop, (struct onsale_channel_options){0});
    *state = shop;
    return 0;
}

int shop_setup(void **state)
{
    shop_setup_closed(state);
    struct shop *shop = *state;
    const Onsale__V1__QueuePolicy policy = policy_open_doors();
    shop_open(shop, NULL);
    shop_import(shop);
    assert_int_equal(call_set_policy(shop->channel, CONCERT, &policy, NULL), ONSALE_OK);
    return 0;
}

int shop_teardown(void **state)
{
    struct shop *shop = *state;
    if (shop->server.pid != 0) {
        shop_check(shop);
        shop_close(shop);
    }
    onsale_channel_close(shop->channel);
    server_process_deinit(&shop->server);
    free(shop);
    return 0;
}
