#include "bench/rivals/rival.h"
#include "bench/rows/gateway_contender.h"
#include "bench/rows/rows.h"

static const struct rival gateway = {
    .server = "gateway.sh",
    .server_is_script = true,
    .program = "h2_load",
    .settings = {{"json"}},
};

static const struct rival constant = {
    .server = "http_server",
    .program = "h2_load",
    .settings = {{"constant"}},
};

static const struct contender ours = {"onsale-gateway, wrk, 64 connections", gateway_open,
                                      rival_round, rival_close, &gateway};
static const struct contender microhttpd = {"libmicrohttpd's constant", rival_open, rival_round,
                                            rival_close, &constant};

const struct row row_json_gets = {
    .key = "json_gets",
    .workload = "GET of a balance as JSON, over HTTP/1.1, by the gateway and the server behind it",
    .plan = gateway_plan,
    .contenders = {&ours, &microhttpd},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 1.0, .aim_for = 1.2}},
};
