/* crowd.h -- Many buyers at once: they enter the queue, wait for their turn, and buy or leave. */
#ifndef CLIENT_DEMO_CROWD_H
#define CLIENT_DEMO_CROWD_H

#include "client/demo/buyer.h"

enum { CROWD_BUYERS = 200 };

/** Buyer i has the user number i + 1. */
struct crowd {
    struct buyer buyers[CROWD_BUYERS];
};

/** Makes every buyer a known user and lets them enter the queue in their order.
 * @return What the first call that was refused ended with; ret_error then says more. */
enum onsale_status crowd_enter(struct crowd *crowd, struct shop *shop,
                               struct onsale_error *ret_error);

/** Lets buyers first..end-1 wait for their turn, then buy; one in seven leaves instead. Several
 * threads serve them, and they all want seats near the stage. Returns when all are done.
 * @return As crowd_enter. */
enum onsale_status crowd_serve(struct crowd *crowd, size_t first, size_t end,
                               struct onsale_error *ret_error);

#endif
