#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/require.h"
#include "bench/load/closed_loop.h"
#include "bench/load/open_loop.h"
#include "bench/rows/rows.h"
#include "bench/shop/log_group.h"
#include "bench/workloads/claims.h"
#include "bench/workloads/reads.h"

/* Polls beside somebody who writes: at two followers of the server that does, and at a single
 * server that does both. From eight cores on the three servers have four of them together, and the
 * single one the same four, so that what is compared is the same machine; below that all share all
 * cores with the callers and PostgreSQL, and what it shows is what a poll costs at a follower. */

enum { FOLLOWERS = 2, BUYERS = 20 * 1000, CORES_TO_PIN = 8, URL_BYTES = 400 };

static const double CLAIMS_PER_SECOND = 2000;

struct polls_state {
    struct log_group group;
    struct shop *leader; /* who writes */
    struct shop *followers[FOLLOWERS];
    struct onsale_channel *channel; /* for polls */
    struct claims *claims;
    void *polls;
};

static void plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    *ret_plan = (struct shop_plan){
        .performances = (BUYERS + SHOP_SEATS - 1) / SHOP_SEATS,
        .buyers = BUYERS,
        .waiting = scale->waiting / 10,
    };
}

static const char *cores(const char *text)
{
    return sysconf(_SC_NPROCESSORS_ONLN) >= CORES_TO_PIN ? text : NULL;
}

/* --- Servers ---------------------------------------------------------------------------------- */

static bool open_channel(struct polls_state *state)
{
    char url[URL_BYTES];
    struct onsale_error error;
    const struct onsale_channel_options options = {.size = sizeof options,
                                                   .url = url,
                                                   .timeout_ms = SHOP_CALL_MS,
                                                   .read_from = ONSALE_READ_FROM_NEAREST};
    snprintf(url, sizeof url, "%s,%s", state->followers[0]->url, state->followers[1]->url);
    return shop_expect_ok("channel", onsale_channel_open(&options, &state->channel, &error),
                          &error);
}

static bool start_followers(const struct stage *stage, struct polls_state *state)
{
    static const char *const names[] = {"b", "c"}, *const where[] = {"2", "3"};
    for (size_t i = 0; i < FOLLOWERS; i++) {
        const struct shop_place place = {.log_url = state->group.url,
                                         .node = names[i],
                                         .follows_only = true,
                                         .cores = cores(where[i])};
        state->followers[i] = shop_follow(state->leader, stage->options->folder, &place);
        if (state->followers[i] == NULL) return false;
    }
    return true;
}

static void begin(struct polls_state *state)
{
    state->claims = claims_make(state->leader, CLAIMS_BY_PERFORMANCE);
    state->polls = reads_polls.make_state(state->leader);
}

static enum outcome open_group(struct stage *stage, const struct contender *contender,
                               void **ret_state)
{
    const struct options *options = stage->options;
    struct polls_state *state = calloc(1, sizeof *state);
    REQUIRE(state != NULL);
    *ret_state = state;
    (void)contender;
    enum outcome outcome =
        log_group_open(options, &(struct log_group_plan){.promotes = false}, &state->group);
    if (outcome != OUTCOME_READY) return outcome;
    const struct shop_place place = {
        .log_url = state->group.url, .node = "a", .cores = cores("0-1")};
    state->leader = shop_open_at(options->server, options->folder, &stage->shop->plan, &place);
    if (state->leader == NULL || !start_followers(stage, state) || !open_channel(state))
        return OUTCOME_FAILED;
    begin(state);
    return OUTCOME_READY;
}

static enum outcome open_single(struct stage *stage, const struct contender *contender,
                                void **ret_state)
{
    struct polls_state *state = calloc(1, sizeof *state);
    REQUIRE(state != NULL);
    *ret_state = state;
    (void)contender;
    state->leader = shop_open_at(stage->options->server, stage->options->folder, &stage->shop->plan,
                                 &(struct shop_place){.cores = cores("0-3")});
    if (state->leader == NULL) return OUTCOME_FAILED;
    begin(state);
    return OUTCOME_READY;
}

/* --- A round ---------------------------------------------------------------------------------- */

struct writer {
    struct polls_state *state;
    double seconds;
    struct round round;
};

static void *write_on(void *writer_pointer)
{
    struct writer *writer = writer_pointer;
    const struct workload workload = claims_workload(writer->state->claims);
    open_loop_run(writer->state->leader->channel, &workload, CLAIMS_PER_SECOND, writer->seconds,
                  &writer->round);
    return NULL;
}

static bool measure(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    struct polls_state *state = state_pointer;
    struct writer writer = {.state = state, .seconds = stage->options->scale.round_seconds};
    const struct workload polls = {
        .prepare = reads_polls.prepare, .state = state->polls, .operations_max = WORKLOAD_ENDLESS};
    pthread_t thread;
    REQUIRE(pthread_create(&thread, NULL, write_on, &writer) == 0);
    closed_loop_run(state->channel != NULL ? state->channel : state->leader->channel, &polls,
                    SHOP_IN_FLIGHT, writer.seconds, ret_round);
    pthread_join(thread, NULL);
    claims_give_back(state->claims);
    return writer.round.refused == 0 && shop_check(state->leader);
}

static void close_all(void *state_pointer)
{
    struct polls_state *state = state_pointer;
    claims_free(state->claims);
    free(state->polls);
    onsale_channel_close(state->channel);
    for (size_t i = 0; i < FOLLOWERS; i++)
        shop_close(state->followers[i]);
    shop_close(state->leader);
    log_group_close(&state->group);
    free(state);
}

static const struct contender ours = {"onsale, two followers", open_group, measure, close_all,
                                      NULL};
static const struct contender single = {"onsale, one server", open_single, measure, close_all,
                                        NULL};

const struct row row_log_polls = {
    .key = "log_polls",
    .workload = "GetQueueEntry at two followers beside 2,000 claims a second at the leader",
    .plan = plan,
    .contenders = {&ours, &single},
    .goals = {{GOAL_RATIO, .rival = 1, .aim_for = 1.6}},
};
