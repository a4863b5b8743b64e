#include "bench/rivals/rival.h"
#include "bench/rows/gateway_contender.h"
#include "bench/rows/reads_contender.h"
#include "bench/rows/rows.h"

/* Many at once. */

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
    .plan = gateway_plan,
    .contenders = {&ours, &grpc_echo},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 2.0, .aim_for = 2.2}},
};

/* One after another. */

static const struct rival gateway_alone = {
    .server = "gateway.sh",
    .server_is_script = true,
    .program = "h2_load",
    .settings = {{"alone"}},
};

static const struct reads_setting direct_alone = {
    .reads = &reads_balances,
    .drivers = {{.kind = DRIVER_THREADS, .callers = 1}},
    .drivers_count = 1,
};

static const struct contender ours_alone = {"onsale-gateway, h2load, one call", gateway_open,
                                            rival_round, rival_close, &gateway_alone};
static const struct contender direct = {"libonsale, one caller", reads_open, reads_round,
                                        reads_close, &direct_alone};

const struct row row_grpc_call_alone = {
    .key = "grpc_call_alone",
    .workload = "GetBalance over gRPC, one call at a time: p50 beyond that of libonsale",
    .plan = gateway_plan,
    .contenders = {&ours_alone, &direct},
    .goals = {{GOAL_P50_OVER_US, .must_reach = 80, .aim_for = 60}},
};
