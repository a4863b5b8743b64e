/* claims.h -- Buyers who hold one seat each, and then give it back, so that the next round finds
 * the seats free. */
#ifndef BENCH_WORKLOADS_CLAIMS_H
#define BENCH_WORKLOADS_CLAIMS_H

#include "bench/load/workload.h"
#include "bench/shop/shop.h"

/** In which order the seats are claimed. */
enum claims_order {
    CLAIMS_BY_PERFORMANCE, /* one performance after the other, its seats at random */
    CLAIMS_EVERYWHERE,     /* over all seats of all performances */
};

struct claims {
    struct shop *shop;
    enum claims_order order;
    uint32_t count;                  /* claims of a round: as many as there are buyers */
    uint8_t (*ids)[ONSALE_ID_BYTES]; /* of the reservations; zero: not claimed yet */
    uint32_t *held;                  /* the claims that are to be given back */
};

/** Claims for all buyers of the shop. To be freed with claims_free. */
struct claims *claims_make(struct shop *shop, enum claims_order order);

/** NULL is fine. */
void claims_free(struct claims *claims);

/** Claim i of `count`, i = 0, 1, 2 ... */
struct workload claims_workload(struct claims *claims);

/** Gives all seats back. */
void claims_give_back(struct claims *claims);

#endif
