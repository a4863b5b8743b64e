/* sales.h -- Seats sold as fast as possible, to fill the store: each stranger of the shop enters,
 * holds four seats one by one, and pays them one by one. */
#ifndef BENCH_WORKLOADS_SALES_H
#define BENCH_WORKLOADS_SALES_H

#include "bench/shop/shop.h"

enum { SALES_SEATS_EACH = 4 };

/** Sells that many seats more, counted by shop->seats_used.
 * @param count  A multiple of SALES_SEATS_EACH; the shop has the strangers and seats for it.
 * @return False if a call was refused: said so on stderr. */
bool sales_run(struct shop *shop, uint64_t count);

#endif
