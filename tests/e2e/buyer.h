/* buyer.h -- A user who is let in, and what users do; each step fails the test if it is refused.
 * For the test's own thread only. */
#ifndef TESTS_E2E_BUYER_H
#define TESTS_E2E_BUYER_H

#include "tests/e2e/calls.h"
#include "tests/e2e/shop.h"

struct buyer {
    struct shop *shop;
    uint64_t user_id;
    struct queue_token token; /* ACTIVE, of CONCERT */
};

/** Creates the user, charges the wallet, enters the queue and checks that the entry is ACTIVE.
 * @param money  0: nothing is charged. */
struct buyer buyer_make(struct shop *shop, uint64_t user_id, int64_t money);

/** Holds seats of PERFORMANCE. @return The reservation. */
struct caller_id buyer_hold(struct buyer *buyer, const uint32_t *seats, size_t seats_count);

/** Tries to. @param ret_error  Set on failure; may be NULL. */
enum onsale_status buyer_try_hold(struct buyer *buyer, uint32_t performance_id,
                                  const uint32_t *seats, size_t seats_count,
                                  struct onsale_error *ret_error);

/** Pays. @return Number of the first ticket. */
uint64_t buyer_pay(struct buyer *buyer, const struct caller_id *reservation_id);

/** What is in the wallet. */
int64_t buyer_balance(struct buyer *buyer);

/** What became of a reservation. */
Onsale__V1__ReservationStatus buyer_reservation(struct buyer *buyer,
                                                const struct caller_id *reservation_id);

#endif
