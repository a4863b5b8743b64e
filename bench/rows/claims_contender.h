/* claims_contender.h -- Buyers who hold one seat each, as a contender of several rows. */
#ifndef BENCH_ROWS_CLAIMS_CONTENDER_H
#define BENCH_ROWS_CLAIMS_CONTENDER_H

#include "bench/contender.h"
#include "bench/load/driver.h"
#include "bench/workloads/claims.h"

/** The `settings` of such a contender. */
struct claims_setting {
    enum claims_order order;
    struct driver driver;
};

enum outcome claims_open(struct stage *stage, const struct contender *contender, void **ret_state);
bool claims_round(struct stage *stage, void *state, struct round *ret_round);
void claims_close(void *state);

/** The plan of rows that claim: a buyer and a seat for every claim of a round. */
void claims_plan(const struct scale *scale, struct shop_plan *ret_plan);

/** 512 in flight through the asynchronous API. */
extern const struct contender claims_coalesced;

#endif
