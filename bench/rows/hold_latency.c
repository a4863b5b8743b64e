#include "bench/load/closed_loop.h"
#include "bench/load/open_loop.h"
#include "bench/rivals/rival.h"
#include "bench/rows/claims_contender.h"
#include "bench/rows/rows.h"

/* Alone: one caller who waits for every answer. */

static const struct claims_setting alone = {
    .order = CLAIMS_BY_PERFORMANCE,
    .driver = {.kind = DRIVER_THREADS, .callers = 1},
};

static const struct contender ours_alone = {"onsale, one caller", claims_open, claims_round,
                                            claims_close, &alone};

const struct row row_hold_latency_unloaded = {
    .key = "hold_latency_unloaded",
    .workload = "HoldSeats of one seat, one caller: p50 beyond an echo and an LMDB commit",
    .plan = claims_plan,
    .contenders = {&ours_alone, &rival_echo_alone, &rival_commit},
    .goals = {{GOAL_P50_OVER_US, .must_reach = 50, .aim_for = 15}},
};

/* At half of the peak. The speed of a machine drifts, so the peak is that of the second before. */

static enum outcome half_load_open(struct stage *stage, const struct contender *contender,
                                   void **ret_state)
{
    (void)contender;
    *ret_state = claims_make(stage->shop, CLAIMS_BY_PERFORMANCE);
    return OUTCOME_READY;
}

static bool half_load_round(struct stage *stage, void *claims, struct round *ret_round)
{
    const struct workload workload = claims_workload(claims);
    double seconds = stage->options->scale.round_seconds;
    struct round peak;
    closed_loop_run(stage->shop->channel, &workload, SHOP_IN_FLIGHT, seconds, &peak);
    claims_give_back(claims);
    if (peak.operations == 0) return false;
    open_loop_run(stage->shop->channel, &workload, round_rate(&peak) / 2, seconds, ret_round);
    claims_give_back(claims);
    return true;
}

static void half_load_close(void *claims)
{
    claims_free(claims);
}

static const struct contender ours_half_load = {"onsale, half of peak", half_load_open,
                                                half_load_round, half_load_close, NULL};

const struct row row_hold_latency_half_load = {
    .key = "hold_latency_half_load",
    .workload = "HoldSeats of one seat, open loop at half of peak",
    .plan = claims_plan,
    .contenders = {&ours_half_load, &claims_coalesced},
    .goals = {{GOAL_P99_MS, .must_reach = 5, .aim_for = 1}},
};
