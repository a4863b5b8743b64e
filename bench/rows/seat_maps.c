#include "bench/rivals/rival.h"
#include "bench/rows/reads_contender.h"
#include "bench/rows/rows.h"

enum { BUYERS = 1000 };

static void plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    (void)scale;
    *ret_plan = (struct shop_plan){.performances = 1, .buyers = BUYERS};
}

static const struct reads_setting full = {
    .reads = &reads_seat_map_full,
    .drivers = {{.kind = DRIVER_FRAMES, .shape = {4, 16}},
                {.kind = DRIVER_FRAMES, .shape = {16, 32}}},
    .drivers_count = 2,
};

static const struct reads_setting unchanged = {
    .reads = &reads_seat_map_unchanged,
    .drivers = {{.kind = DRIVER_FRAMES, .shape = {4, 16}},
                {.kind = DRIVER_FRAMES, .shape = {16, 32}}},
    .drivers_count = 2,
};

static const struct reads_setting delta = {
    .reads = &reads_seat_map_delta,
    .drivers = {{.kind = DRIVER_FRAMES, .shape = {4, 16}},
                {.kind = DRIVER_FRAMES, .shape = {16, 32}}},
    .drivers_count = 2,
};

static const struct contender ours_full = {"onsale, 20,000 seats", reads_open, reads_round,
                                           reads_close, &full};
static const struct contender ours_unchanged = {"onsale, nothing changed", reads_open, reads_round,
                                                reads_close, &unchanged};
static const struct contender ours_delta = {"onsale, 20 seats changed", reads_open, reads_round,
                                            reads_close, &delta};

const struct row row_seatmap_full = {
    .key = "seatmap_full",
    .workload = "GetSeatMap of 20,000 seats, all of them, one call a frame",
    .plan = plan,
    .contenders = {&ours_full, &rival_echo_seat_map},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 0.7, .aim_for = 0.9}},
};

const struct row row_seatmap_unchanged = {
    .key = "seatmap_unchanged",
    .workload = "GetSeatMap when nothing has changed, one call a frame",
    .plan = plan,
    .contenders = {&ours_unchanged, &rival_echo},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 0.6, .aim_for = 0.9}},
};

const struct row row_seatmap_delta = {
    .key = "seatmap_delta",
    .workload = "GetSeatMap when 20 seats have changed, one call a frame",
    .plan = plan,
    .contenders = {&ours_delta, &rival_echo},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 0.6, .aim_for = 0.9}},
};
