#include "bench/workloads/journeys.h"

#include "bench/load/closed_loop.h"
#include "bench/rows/rows.h"

enum { BUYERS = 256 };

static void plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    uint32_t purchases = scale->purchases * scale->rounds;
    *ret_plan = (struct shop_plan){
        .performances = (purchases + SHOP_SEATS - 1) / SHOP_SEATS,
        .strangers = purchases,
    };
}

static enum outcome open(struct stage *stage, const struct contender *contender, void **ret_state)
{
    (void)contender;
    *ret_state = journeys_make(stage->shop, stage->options->scale.purchases);
    return OUTCOME_READY;
}

static bool measure(struct stage *stage, void *state, struct round *ret_round)
{
    const struct workload workload = journeys_workload(state);
    closed_loop_run(stage->shop->channel, &workload, BUYERS, stage->options->scale.round_seconds,
                    ret_round);
    return true;
}

static void close(void *state)
{
    journeys_free(state);
}

static const struct contender ours = {"onsale, 256 buyers", open, measure, close, NULL};

const struct row row_journey = {
    .key = "journey",
    .workload = "enter, poll, see the seats, hold, pay, see the ticket: whole purchases",
    .plan = plan,
    .contenders = {&ours},
    .goals = {{GOAL_THROUGHPUT, .must_reach = 20000, .aim_for = 100000}},
};
