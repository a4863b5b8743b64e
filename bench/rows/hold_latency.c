#include <stdlib.h>

#include "base/require.h"
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

/* At half of the peak that was measured when the row began. */

struct half_load {
    struct claims *claims;
    double rate;
};

static enum outcome half_load_open(struct stage *stage, const struct contender *contender,
                                   void **ret_state)
{
    struct half_load *state = calloc(1, sizeof *state);
    struct round peak;
    (void)contender;
    REQUIRE(state != NULL);
    state->claims = claims_make(stage->shop, CLAIMS_BY_PERFORMANCE);
    const struct workload workload = claims_workload(state->claims);
    closed_loop_run(stage->shop->channel, &workload, SHOP_IN_FLIGHT,
                    stage->options->scale.round_seconds, &peak);
    claims_give_back(state->claims);
    state->rate = round_rate(&peak) / 2;
    *ret_state = state;
    return state->rate > 0 ? OUTCOME_READY : OUTCOME_FAILED;
}

static bool half_load_round(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    struct half_load *state = state_pointer;
    const struct workload workload = claims_workload(state->claims);
    open_loop_run(stage->shop->channel, &workload, state->rate, stage->options->scale.round_seconds,
                  ret_round);
    claims_give_back(state->claims);
    return true;
}

static void half_load_close(void *state_pointer)
{
    struct half_load *state = state_pointer;
    claims_free(state->claims);
    free(state);
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
