#include "bench/rivals/rival.h"
#include "bench/rows/claims_contender.h"
#include "bench/rows/rows.h"

static const struct claims_setting setting = {
    .order = CLAIMS_BY_PERFORMANCE,
    .driver = {.kind = DRIVER_FRAMES, .shape = {.sockets = 16, .contexts = 32}},
};

static const struct contender ours = {"onsale, 16 x 32 frames", claims_open, claims_round,
                                      claims_close, &setting};

const struct row row_claims_single = {
    .key = "claims_single",
    .workload = "HoldSeats of one seat, durable, one call a frame",
    .plan = claims_plan,
    .contenders = {&ours, &rival_echo, &rival_postgres, &rival_grpc_512},
    .goals =
        {
            {GOAL_RATIO, .rival = 1, .must_reach = 0.3, .aim_for = 0.7},
            {GOAL_RATIO, .rival = 2, .must_reach = 2.0, .aim_for = 2.0},
            {GOAL_RATIO, .rival = 3, .must_reach = 1.0, .aim_for = 1.0},
        },
};
