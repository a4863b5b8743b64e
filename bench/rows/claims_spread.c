#include "bench/rows/claims_contender.h"
#include "bench/rows/rows.h"

enum { PERFORMANCES = 100 };

static const struct claims_setting setting = {
    .order = CLAIMS_EVERYWHERE,
    .driver = {.kind = DRIVER_ASYNC, .callers = 512},
};

static const struct contender ours = {"onsale, 100 performances", claims_open, claims_round,
                                      claims_close, &setting};

static void plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    claims_plan(scale, ret_plan);
    ret_plan->performances = PERFORMANCES;
}

const struct row row_claims_spread = {
    .key = "claims_spread",
    .workload = "HoldSeats of one seat, over 2,000,000 seats of 100 performances",
    .plan = plan,
    .contenders = {&ours, &claims_coalesced},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 0.5, .aim_for = 0.8}},
};
