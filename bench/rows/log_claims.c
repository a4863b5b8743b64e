#include "bench/rows/claims_contender.h"
#include "bench/rows/log_contender.h"
#include "bench/rows/rows.h"

static const struct log_setting near = {.callers = 512};
/* Frames for all callers, of 256 calls each, as several programs would have them. */
static const struct log_setting far = {.callers = 4096, .frames_in_flight = 16, .link_us = 1000};

static const struct contender ours_near = {"onsale, log in PostgreSQL", log_open, log_round,
                                           log_close, &near};
static const struct contender ours_far = {"onsale, log 1 ms away", log_open, log_round, log_close,
                                          &far};

const struct row row_log_claims = {
    .key = "log_claims",
    .workload = "HoldSeats of one seat, 512 in flight, acknowledged by two of three PostgreSQL on "
                "the same cores",
    .plan = claims_plan,
    .contenders = {&ours_near, &claims_coalesced},
    .goals =
        {
            {GOAL_RATIO, .rival = 1, .must_reach = 0.4, .aim_for = 0.5},
            {GOAL_P99_MS, .must_reach = 20, .aim_for = 10},
        },
};

const struct row row_log_claims_far = {
    .key = "log_claims_far",
    .workload = "the same with 1 ms each way between server and PostgreSQL, 4,096 in flight",
    .plan = claims_plan,
    .contenders = {&ours_far},
    .goals = {{GOAL_THROUGHPUT, .must_reach = 100000, .aim_for = 120000}},
};
