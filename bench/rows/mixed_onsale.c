#include <stdlib.h>

#include "base/require.h"
#include "bench/load/closed_loop.h"
#include "bench/load/open_loop.h"
#include "bench/rows/rows.h"
#include "bench/workloads/mix.h"

enum { CLAIMS_PER_BLOCK = 50 };

static const double SHARE_OF_PEAK = 0.7;

static uint32_t blocks_per_round(const struct scale *scale)
{
    return scale->claims / CLAIMS_PER_BLOCK;
}

/* Of both contenders, and the one that looks for the peak. */
static uint32_t rounds_in_all(const struct scale *scale)
{
    return 2 * scale->rounds + 1;
}

static void plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    uint32_t blocks = blocks_per_round(scale);
    uint32_t seats = blocks * (1 + MIX_HOLDS) * rounds_in_all(scale);
    *ret_plan = (struct shop_plan){
        .performances = (seats + SHOP_SEATS - 1) / SHOP_SEATS,
        .buyers = blocks * (MIX_HOLDS + rounds_in_all(scale)),
        .waiting = scale->waiting,
        .buyers_have_money = true,
    };
}

struct mixed {
    struct mix *mix;
    double rate; /* of the open loop */
};

static bool measure_peak(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    struct mixed *state = state_pointer;
    const struct workload workload = mix_workload(state->mix);
    closed_loop_run(stage->shop->channel, &workload, SHOP_IN_FLIGHT,
                    stage->options->scale.round_seconds, ret_round);
    return true;
}

static enum outcome open_peak(struct stage *stage, const struct contender *contender,
                              void **ret_state)
{
    const struct scale *scale = &stage->options->scale;
    struct mixed *state = calloc(1, sizeof *state);
    (void)contender;
    REQUIRE(state != NULL);
    state->mix = mix_make(stage->shop, blocks_per_round(scale), rounds_in_all(scale));
    *ret_state = state;
    return OUTCOME_READY;
}

static enum outcome open_at_rate(struct stage *stage, const struct contender *contender,
                                 void **ret_state)
{
    struct round peak;
    open_peak(stage, contender, ret_state);
    struct mixed *state = *ret_state;
    measure_peak(stage, state, &peak);
    state->rate = SHARE_OF_PEAK * round_rate(&peak);
    return state->rate > 0 ? OUTCOME_READY : OUTCOME_FAILED;
}

static bool measure_at_rate(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    struct mixed *state = state_pointer;
    const struct workload workload = mix_workload(state->mix);
    open_loop_run(stage->shop->channel, &workload, state->rate, stage->options->scale.round_seconds,
                  ret_round);
    return true;
}

static void close(void *state_pointer)
{
    struct mixed *state = state_pointer;
    mix_free(state->mix);
    free(state);
}

static const struct contender at_rate = {"onsale, 70 % of peak", open_at_rate, measure_at_rate,
                                         close, NULL};
static const struct contender at_peak = {"onsale, 512 in flight", open_peak, measure_peak, close,
                                         NULL};

const struct row row_mixed_onsale = {
    .key = "mixed_onsale",
    .workload = "95 % polls and seat maps, 4 % holds, 1 % payments, open loop at 70 % of peak",
    .plan = plan,
    .contenders = {&at_rate, &at_peak},
    .goals = {{GOAL_P99_MS, .must_reach = 5, .aim_for = 1}},
};
