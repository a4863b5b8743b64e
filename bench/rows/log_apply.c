#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/require.h"
#include "bench/load/closed_loop.h"
#include "bench/measure/clock.h"
#include "bench/rows/claims_contender.h"
#include "bench/rows/rows.h"
#include "bench/shop/log_group.h"
#include "bench/workloads/claims.h"

/* A follower with an empty store that reads the whole log of a shop: its operations are bytes of
 * entries. The leader does nothing meanwhile but say that it is there. */

enum { LINE_BYTES = 256, PATH_BYTES = 192 };

struct apply_state {
    struct log_group group;
    struct shop *leader;
    uint64_t bytes; /* of the entries up to ... */
    uint64_t last;  /* this one */
};

/* The log becomes as long as a round of claims more than what fills the shop. */
static void claim(struct shop *shop, double seconds)
{
    struct round round;
    struct claims *claims = claims_make(shop, CLAIMS_BY_PERFORMANCE);
    const struct workload workload = claims_workload(claims);
    closed_loop_run(shop->channel, &workload, SHOP_IN_FLIGHT, seconds, &round);
    claims_free(claims);
}

static bool measure_log(const struct options *options, struct apply_state *state)
{
    char program[PATH_BYTES], line[LINE_BYTES];
    struct shop_standing standing;
    uint64_t rows, kept;
    double unpack_seconds, pack_seconds;
    const char *const arguments[] = {program, state->group.url, NULL};
    snprintf(program, sizeof program, "%s/../log_size", options->programs);
    if (!shop_ask_standing(state->leader, &standing) ||
        process_ask(arguments, state->group.log, line, sizeof line) != 0 ||
        sscanf(line, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %lf %lf", &rows, &kept, &state->bytes,
               &unpack_seconds, &pack_seconds) != 5)
        return false;
    state->last = standing.applied;
    double megabytes = (double)state->bytes / 1e6;
    fprintf(stderr,
            "(%" PRIu64 " rows, %.0f MB of entries; zstd keeps %.3f of them, packs %.0f MB in a "
            "second of processor time and unpacks %.0f) ",
            rows, megabytes, (double)kept / (double)state->bytes, megabytes / pack_seconds,
            megabytes / unpack_seconds);
    return true;
}

static enum outcome open_row(struct stage *stage, const struct contender *contender,
                             void **ret_state)
{
    struct apply_state *state = calloc(1, sizeof *state);
    REQUIRE(state != NULL);
    *ret_state = state;
    (void)contender;
    enum outcome outcome =
        log_group_open(stage->options, &(struct log_group_plan){.promotes = false}, &state->group);
    if (outcome != OUTCOME_READY) return outcome;
    const struct shop_place place = {.log_url = state->group.url, .node = "leader"};
    state->leader =
        shop_open_at(stage->options->server, stage->options->folder, &stage->shop->plan, &place);
    if (state->leader == NULL) return OUTCOME_FAILED;
    claim(state->leader, stage->options->scale.round_seconds);
    return measure_log(stage->options, state) ? OUTCOME_READY : OUTCOME_FAILED;
}

static bool catch_up(struct shop *follower, uint64_t last)
{
    struct shop_standing standing = {0};
    while (standing.applied < last) {
        if (!shop_ask_standing(follower, &standing)) return false;
        clock_sleep_until_ns(clock_now_ns() + 5 * NS_PER_MS);
    }
    return true;
}

static bool measure(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    const struct apply_state *state = state_pointer;
    const struct shop_place place = {
        .log_url = state->group.url, .node = "follower", .follows_only = true};
    uint64_t began_ns = clock_now_ns();
    struct shop *follower = shop_follow(state->leader, stage->options->folder, &place);
    if (follower == NULL) return false;
    bool is_fine = catch_up(follower, state->last);
    double cpu_seconds = shop_cpu_seconds(follower);
    *ret_round = (struct round){
        .operations = state->bytes,
        .seconds = (double)(clock_now_ns() - began_ns) / (double)NS_PER_SECOND,
    };
    fprintf(stderr, "(%.0f MB in a second of its processor time) ",
            (double)state->bytes / 1e6 / cpu_seconds);
    return shop_close(follower) && is_fine;
}

static void close_row(void *state_pointer)
{
    struct apply_state *state = state_pointer;
    shop_close(state->leader);
    log_group_close(&state->group);
    free(state);
}

static const struct contender ours = {"onsale, a follower", open_row, measure, close_row, NULL};

const struct row row_log_apply = {
    .key = "log_apply",
    .workload =
        "bytes of entries that a new follower applies, from its start to the end of the log",
    .plan = claims_plan,
    .contenders = {&ours},
    .goals = {{GOAL_THROUGHPUT, .must_reach = 100e6, .aim_for = 200e6}},
};
