#include "bench/rivals/rival.h"
#include "bench/rows/claims_contender.h"
#include "bench/rows/rows.h"

const struct row row_claims_coalesced = {
    .key = "claims_coalesced",
    .workload = "HoldSeats of one seat, durable, through the asynchronous API",
    .plan = claims_plan,
    .contenders = {&claims_coalesced, &rival_echo, &rival_redis_pipelined},
    .goals =
        {
            {GOAL_RATIO, .rival = 1, .must_reach = 1.0, .aim_for = 2.5},
            {GOAL_RATIO, .rival = 2, .must_reach = 1.0, .aim_for = 1.0},
        },
};
