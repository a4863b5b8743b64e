/* population.h -- Fills a shop: the catalogue, the policy, the users and their tokens. */
#ifndef BENCH_SHOP_POPULATION_H
#define BENCH_SHOP_POPULATION_H

#include "bench/shop/shop.h"

/** @return False if a call was refused: said which on stderr. */
bool population_make(struct shop *shop);

/** The policy under which the whole shop is open: as many ACTIVE entries as there are buyers, and
 * all that strangers need. */
bool population_set_policy(struct shop *shop, int64_t hold_lifetime_ms);

/** Imports the performances of the plan. */
bool population_import(struct shop *shop);

#endif
