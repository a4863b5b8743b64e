#include "bench/rivals/rival.h"

static const struct rival echo = {
    .server = "echo_server",
    .program = "echo_load",
    .settings = {{"64", "64", "4", "16"}, {"64", "64", "16", "32"}},
};

/* 20,000 seats, two bits each, and what is around them. */
static const struct rival echo_seat_map = {
    .server = "echo_server",
    .program = "echo_load",
    .settings = {{"64", "5032", "4", "16"}, {"64", "5032", "16", "32"}},
};

static const struct rival echo_alone = {
    .server = "echo_server",
    .program = "echo_load",
    .settings = {{"64", "64", "1", "1"}},
};

static const struct rival commit = {
    .program = "commit_load",
    .settings = {{"alone"}},
};

/* Connections, and commands in a pipeline. */
static const struct rival redis_plain = {
    .server = "redis.sh",
    .server_is_script = true,
    .program = "redis_load",
    .settings = {{"64", "1"}, {"256", "1"}},
};

static const struct rival redis_pipelined = {
    .server = "redis.sh",
    .server_is_script = true,
    .program = "redis_load",
    .settings = {{"32", "16"}, {"64", "16"}},
};

/* Connections. */
static const struct rival postgres = {
    .server = "postgres.sh",
    .server_is_script = true,
    .program = "postgres_load",
    .settings = {{"16"}, {"32"}, {"64"}},
};

/* Calls in flight. */
static const struct rival grpc_64 = {
    .server = "grpc_server",
    .program = "grpc_load",
    .settings = {{"64"}},
};

static const struct rival grpc_512 = {
    .server = "grpc_server",
    .program = "grpc_load",
    .settings = {{"512"}},
};

const struct contender rival_echo = {"nng echo", rival_open, rival_round, rival_close, &echo};
const struct contender rival_echo_seat_map = {"nng echo, 5 KB answers", rival_open, rival_round,
                                              rival_close, &echo_seat_map};
const struct contender rival_echo_alone = {"nng echo, alone", rival_open, rival_round, rival_close,
                                           &echo_alone};
const struct contender rival_commit = {"LMDB commit", rival_open, rival_round, rival_close,
                                       &commit};
const struct contender rival_redis_plain = {"Redis", rival_open, rival_round, rival_close,
                                            &redis_plain};
const struct contender rival_redis_pipelined = {"Redis pipelined", rival_open, rival_round,
                                                rival_close, &redis_pipelined};
const struct contender rival_postgres = {"PostgreSQL", rival_open, rival_round, rival_close,
                                         &postgres};
const struct contender rival_grpc_64 = {"gRPC echo, 64 calls", rival_open, rival_round, rival_close,
                                        &grpc_64};
const struct contender rival_grpc_512 = {"gRPC echo, 512 calls", rival_open, rival_round,
                                         rival_close, &grpc_512};
