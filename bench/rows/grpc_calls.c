#include <stdlib.h>

#include "bench/rivals/rival.h"
#include "bench/rows/rows.h"

static void plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    (void)scale;
    *ret_plan = (struct shop_plan){.performances = 1, .buyers = 1};
}

/* The gateway is started by a script that has to know the shop. */
static enum outcome gateway_open(struct stage *stage, const struct contender *contender,
                                 void **ret_state)
{
    setenv("ONSALED", stage->options->server, 1);
    setenv("ONSALE_URL", stage->shop->url, 1);
    return rival_open(stage, contender, ret_state);
}

static const struct rival gateway = {
    .server = "gateway.sh",
    .server_is_script = true,
    .program = "h2_load",
    .settings = {{"gateway"}},
};

static const struct rival echo = {
    .server = "grpc_server",
    .program = "h2_load",
    .settings = {{"echo"}},
};

static const struct contender ours = {"onsale-gateway, h2load, 256 calls", gateway_open,
                                      rival_round, rival_close, &gateway};
static const struct contender grpc_echo = {"gRPC echo, h2load, 256 calls", rival_open, rival_round,
                                           rival_close, &echo};

const struct row row_grpc_calls = {
    .key = "grpc_calls",
    .workload = "GetBalance over gRPC, by the gateway and the server behind it",
    .plan = plan,
    .contenders = {&ours, &grpc_echo},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 2.0, .aim_for = 2.2}},
};
