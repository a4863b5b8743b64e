#include "bench/rivals/rival.h"
#include "bench/rows/reads_contender.h"
#include "bench/rows/rows.h"

static void plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    *ret_plan = (struct shop_plan){.performances = 1, .buyers = 1, .waiting = scale->waiting};
}

static const struct reads_setting single = {
    .reads = &reads_polls,
    .drivers = {{.kind = DRIVER_FRAMES, .shape = {4, 16}},
                {.kind = DRIVER_FRAMES, .shape = {16, 32}}},
    .drivers_count = 2,
};

static const struct reads_setting coalesced = {
    .reads = &reads_polls,
    .drivers = {{.kind = DRIVER_ASYNC, .callers = 512}},
    .drivers_count = 1,
};

static const struct contender ours_single = {"onsale, one call a frame", reads_open, reads_round,
                                             reads_close, &single};
static const struct contender ours_coalesced = {"onsale, 512 in flight", reads_open, reads_round,
                                                reads_close, &coalesced};

const struct row row_polls_single = {
    .key = "polls_single",
    .workload = "GetQueueEntry among many who wait, one call a frame",
    .plan = plan,
    .contenders = {&ours_single, &rival_echo},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 0.6, .aim_for = 0.9}},
};

const struct row row_polls_coalesced = {
    .key = "polls_coalesced",
    .workload = "GetQueueEntry among many who wait, through the asynchronous API",
    .plan = plan,
    .contenders = {&ours_coalesced, &rival_echo},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 2.0, .aim_for = 5.0}},
};
