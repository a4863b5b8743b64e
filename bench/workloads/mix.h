/* mix.h -- The first minutes of a sale: of 100 calls 80 are polls, 15 ask for the seats, 4 hold a
 * seat and one pays. */
#ifndef BENCH_WORKLOADS_MIX_H
#define BENCH_WORKLOADS_MIX_H

#include <stdatomic.h>

#include "bench/load/workload.h"
#include "bench/shop/shop.h"

enum { MIX_CALLS = 100, MIX_HOLDS = 4, MIX_PAYMENTS = 1, MIX_SEAT_MAPS = 15 };

/** The first buyers pay, once each; the rest hold. */
struct mix {
    struct shop *shop;
    uint64_t blocks;                             /* of MIX_CALLS calls, in a round */
    uint64_t payers;                             /* buyers that pay in all rounds together */
    uint64_t first_payer;                        /* of the present round */
    uint64_t first_seat;                         /* of the present round */
    uint8_t (*reservation_ids)[ONSALE_ID_BYTES]; /* what is to be paid in the present round */
    atomic_uint_least64_t known_version; /* of the seat map of the present round's performance */
};

/** @param rounds  Most rounds on this shop, whoever's: each has buyers of its own who pay. To be
 * freed with mix_free. */
struct mix *mix_make(struct shop *shop, uint64_t blocks, uint64_t rounds);

/** NULL is fine. */
void mix_free(struct mix *mix);

/** Holds what the next round pays, and begins that round. */
struct workload mix_workload(struct mix *mix);

#endif
