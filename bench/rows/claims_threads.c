#include "bench/rivals/rival.h"
#include "bench/rows/claims_contender.h"
#include "bench/rows/rows.h"

static const struct claims_setting setting = {
    .order = CLAIMS_BY_PERFORMANCE,
    .driver = {.kind = DRIVER_THREADS, .callers = 64},
};

static const struct contender ours = {"onsale, 64 threads", claims_open, claims_round, claims_close,
                                      &setting};

const struct row row_claims_threads = {
    .key = "claims_threads",
    .workload = "HoldSeats of one seat, durable, through the synchronous API",
    .plan = claims_plan,
    .contenders = {&ours, &rival_grpc_64, &rival_echo, &rival_redis_plain},
    .goals =
        {
            {GOAL_RATIO, .rival = 1, .must_reach = 1.0, .aim_for = 1.0},
            {GOAL_RATIO, .rival = 2, .aim_for = 1.0},
            {GOAL_RATIO, .rival = 3}, /* nothing asked: to see where it stands */
        },
};
