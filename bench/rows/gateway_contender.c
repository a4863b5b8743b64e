#include "bench/rows/gateway_contender.h"

#include <stdlib.h>

#include "bench/rivals/rival.h"

void gateway_plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    (void)scale;
    *ret_plan = (struct shop_plan){.performances = 1, .buyers = 1};
}

/* It is started by a script that has to know the shop. */
enum outcome gateway_open(struct stage *stage, const struct contender *contender, void **ret_state)
{
    setenv("ONSALED", stage->options->server, 1);
    setenv("ONSALE_URL", stage->shop->url, 1);
    return rival_open(stage, contender, ret_state);
}
