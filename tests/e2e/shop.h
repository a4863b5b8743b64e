/* shop.h -- What most tests begin with: a server with a small catalogue, and a channel to it.
 *
 *   concert 1   performances 11 and 12, on sale; 13, on sale in a thousand years
 *   concert 2   performance 21
 *   the hall    200 seats: sections 101 and 102 with rows A and B of 50; 101 costs more
 *
 * However a test ends, its server passes the invariant check and stops with exit code 0. */
#ifndef TESTS_E2E_SHOP_H
#define TESTS_E2E_SHOP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <onsale/onsale.h>

#include "tests/e2e/server_process.h"

enum {
    CONCERT = 1,
    OTHER_CONCERT = 2,
    PERFORMANCE = 11,
    SECOND_PERFORMANCE = 12,
    CLOSED_PERFORMANCE = 13,
    OTHER_PERFORMANCE = 21,
    HALL_SEATS = 200,
    FIRST_CHEAP_SEAT = 100,
    PRICE = 110000,
    CHEAP_PRICE = 66000,
};

struct shop {
    struct server_process server;
    struct onsale_channel *channel;
};

/** cmocka's setup: the server is running and knows the catalogue. The initial state of the test is
 * the path of onsaled. */
int shop_setup(void **state);

/** cmocka's setup: nothing is started yet. */
int shop_setup_closed(void **state);

/** cmocka's teardown: checks the invariants and stops the server if it runs. */
int shop_teardown(void **state);

/** Rows of cmocka's table. */
#define SHOP_TEST(test, onsaled)                                                                   \
    cmocka_unit_test_prestate_setup_teardown(test, shop_setup, shop_teardown, onsaled)
#define CLOSED_SHOP_TEST(test, onsaled)                                                            \
    cmocka_unit_test_prestate_setup_teardown(test, shop_setup_closed, shop_teardown, onsaled)

/** Starts the server and waits until it serves. @param more  As server_process_start. */
void shop_open(struct shop *shop, const char *const *more);

/** Waits until a server that was started serves; fails the test if it does not. */
void shop_await(struct shop *shop);

/** Stops the server and checks its exit code. */
void shop_close(struct shop *shop);

/** Checks the invariants, then stops the server and starts it again. */
void shop_reopen(struct shop *shop, const char *const *more);

/** Fails the test, naming them, if the running server finds violations of its invariants. */
void shop_check(struct shop *shop);

/** How the server says it is; UNSPECIFIED if it does not answer. */
Onsale__Rpc__V1__ServingStatus shop_health(struct shop *shop);

/** Imports the catalogue. Again is fine. */
void shop_import(struct shop *shop);

/** Opens one more channel to the server. @param options  Its urls are replaced. */
struct onsale_channel *shop_channel(const struct shop *shop, struct onsale_channel_options options);

#endif
