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

/* Of the one at a rate, with as many that look for the peak, and of the one at the peak. */
static uint32_t rounds_in_all(const struct scale *scale)
{
    return 3 * scale->rounds;
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

static enum outcome open(struct stage *stage, const struct contender *contender, void **ret_state)
{
    const struct scale *scale = &stage->options->scale;
    (void)contender;
    *ret_state = mix_make(stage->shop, blocks_per_round(scale), rounds_in_all(scale));
    return OUTCOME_READY;
}

static bool measure_peak(struct stage *stage, void *mix, struct round *ret_round)
{
    const struct workload workload = mix_workload(mix);
    closed_loop_run(stage->shop->channel, &workload, SHOP_IN_FLIGHT,
                    stage->options->scale.round_seconds, ret_round);
    return true;
}

/* The speed of a machine drifts, so the peak is that of the second before. */
static bool measure_at_rate(struct stage *stage, void *mix, struct round *ret_round)
{
    struct round peak;
    measure_peak(stage, mix, &peak);
    if (peak.operations == 0) return false;
    const struct workload workload = mix_workload(mix);
    open_loop_run(stage->shop->channel, &workload, SHARE_OF_PEAK * round_rate(&peak),
                  stage->options->scale.round_seconds, ret_round);
    return true;
}

static void close(void *mix)
{
    mix_free(mix);
}

static const struct contender at_rate = {"onsale, 70 % of peak", open, measure_at_rate, close,
                                         NULL};
static const struct contender at_peak = {"onsale, 512 in flight", open, measure_peak, close, NULL};

const struct row row_mixed_onsale = {
    .key = "mixed_onsale",
    .workload = "95 % polls and seat maps, 4 % holds, 1 % payments, open loop at 70 % of peak",
    .plan = plan,
    .contenders = {&at_rate, &at_peak},
    .goals = {{GOAL_P99_MS, .must_reach = 5, .aim_for = 1}},
};
