/* gateway_contender.h -- Contenders that go through onsale-gateway: its settings are a struct
 * rival, loaded by a program of others. */
#ifndef BENCH_ROWS_GATEWAY_CONTENDER_H
#define BENCH_ROWS_GATEWAY_CONTENDER_H

#include "bench/contender.h"

/** A shop with one buyer, whose balance is asked for. */
void gateway_plan(const struct scale *scale, struct shop_plan *ret_plan);

/** As rival_open, with a gateway in front of the shop's server. */
enum outcome gateway_open(struct stage *stage, const struct contender *contender, void **ret_state);

#endif
