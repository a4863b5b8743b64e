#include "bench/rows/log_contender.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "bench/load/closed_loop.h"
#include "bench/shop/log_group.h"
#include "bench/workloads/claims.h"

enum { NODES = 3 };

struct log_state {
    const struct log_setting *setting;
    struct log_group group;
    struct process links[NODES];
    char far_url[LOG_GROUP_URL_BYTES];
    struct shop *shop;
    struct claims *claims;
};

/* A folder beside each server's, whose socket leads there, but takes its time. */
static void start_links(const struct options *options, struct log_state *state)
{
    char program[LOG_GROUP_PATH_BYTES], near[LOG_GROUP_PATH_BYTES + 16],
        node[LOG_GROUP_PATH_BYTES + 16], delay[16];
    size_t length = (size_t)snprintf(state->far_url, sizeof state->far_url,
                                     "user=postgres dbname=postgres host=");
    snprintf(program, sizeof program, "%s/../late_link", options->programs);
    snprintf(delay, sizeof delay, "%u", state->setting->link_us);
    for (unsigned i = 0; i < NODES; i++) {
        snprintf(node, sizeof node, "%s/n%u", state->group.folder, i + 1);
        snprintf(near, sizeof near, "%s/far%u", state->group.folder, i + 1);
        REQUIRE(mkdir(near, 0700) == 0);
        const char *const arguments[] = {program, near, node, delay, NULL};
        process_start(&state->links[i], arguments, state->group.log);
        length += (size_t)snprintf(state->far_url + length, sizeof state->far_url - length, "%s%s",
                                   i > 0 ? "," : "", near);
        REQUIRE(length < sizeof state->far_url);
    }
}

enum outcome log_open(struct stage *stage, const struct contender *contender, void **ret_state)
{
    struct log_state *state = calloc(1, sizeof *state);
    REQUIRE(state != NULL);
    *ret_state = state;
    state->setting = contender->settings;
    enum outcome outcome =
        log_group_open(stage->options, &(struct log_group_plan){.promotes = false}, &state->group);
    if (outcome != OUTCOME_READY) return outcome;
    if (state->setting->link_us > 0) start_links(stage->options, state);
    const struct shop_place place = {
        .log_url = state->setting->link_us > 0 ? state->far_url : state->group.url,
        .node = "bench",
        .frames_in_flight = state->setting->frames_in_flight,
    };
    state->shop =
        shop_open_at(stage->options->server, stage->options->folder, &stage->shop->plan, &place);
    if (state->shop == NULL) return OUTCOME_FAILED;
    state->claims = claims_make(state->shop, CLAIMS_BY_PERFORMANCE);
    return OUTCOME_READY;
}

bool log_round(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    struct log_state *state = state_pointer;
    const struct workload workload = claims_workload(state->claims);
    closed_loop_run(state->shop->channel, &workload, state->setting->callers,
                    stage->options->scale.round_seconds, ret_round);
    claims_give_back(state->claims);
    return shop_check(state->shop);
}

void log_close(void *state_pointer)
{
    struct log_state *state = state_pointer;
    claims_free(state->claims);
    shop_close(state->shop);
    for (size_t i = 0; i < NODES; i++)
        process_stop(&state->links[i], SIGTERM);
    log_group_close(&state->group);
    free(state);
}
