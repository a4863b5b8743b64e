#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "bench/load/thread_loop.h"
#include "bench/measure/clock.h"
#include "bench/rows/claims_contender.h"
#include "bench/rows/rows.h"
#include "bench/shop/log_group.h"
#include "bench/workloads/claims.h"

/* Two servers and three PostgreSQL, of which one is killed, or hands over, while buyers hold seats:
 * the longest that one of them waits. The channel has both servers; nobody is told anything. */

enum { SERVERS = 2, CALLERS = 16, ROUND_SECONDS = 5, FAULT_AFTER_MS = 1000, URL_BYTES = 400 };

enum fault { FAULT_SERVER_KILLED, FAULT_PRIMARY_KILLED, FAULT_HAND_OVER };

struct takeover_state {
    enum fault fault;
    struct log_group group;
    struct shop *servers[SERVERS];
    struct shop both; /* the first server's, but for its channel, which has both */
    struct claims *claims;
    char killed_node[32]; /* of PostgreSQL; "": none */
    bool has_handed_over;
};

/* --- What happens ----------------------------------------------------------------------------- */

static struct shop *leader_of(struct takeover_state *state)
{
    struct shop_standing standing;
    for (size_t i = 0; i < SERVERS; i++)
        if (shop_ask_standing(state->servers[i], &standing) && standing.leads)
            return state->servers[i];
    return NULL;
}

static bool read_primary(struct takeover_state *state)
{
    char path[LOG_GROUP_PATH_BYTES + 16];
    snprintf(path, sizeof path, "%s/primary", state->group.folder);
    FILE *file = fopen(path, "re");
    if (file == NULL) return false;
    bool is_read = fgets(state->killed_node, sizeof state->killed_node, file) != NULL;
    state->killed_node[strcspn(state->killed_node, "\n")] = '\0';
    fclose(file);
    return is_read;
}

static void kill_primary(struct takeover_state *state)
{
    if (read_primary(state)) log_group_do(&state->group, "kill", state->killed_node);
}

static void hand_over(struct takeover_state *state, const struct shop *leader)
{
    Onsale__V1__HandOverRequest request = ONSALE__V1__HAND_OVER_REQUEST__INIT;
    Onsale__V1__HandOverResponse *response;
    struct onsale_error error;
    enum onsale_status status =
        onsale_admin_hand_over(leader->channel, &request, NULL, &response, &error);
    state->has_handed_over = shop_expect_ok("hand-over", status, &error);
    if (status == ONSALE_OK) onsale__v1__hand_over_response__free_unpacked(response, NULL);
}

static void *do_fault(void *state_pointer)
{
    struct takeover_state *state = state_pointer;
    clock_sleep_until_ns(clock_now_ns() + FAULT_AFTER_MS * NS_PER_MS);
    if (state->fault == FAULT_PRIMARY_KILLED) {
        kill_primary(state);
        return NULL;
    }
    struct shop *leader = leader_of(state);
    if (leader != NULL && state->fault == FAULT_SERVER_KILLED)
        process_stop(&leader->process, SIGKILL);
    else if (leader != NULL)
        hand_over(state, leader);
    return NULL;
}

/* Whoever was killed comes back, to follow. */
static bool mend(struct takeover_state *state)
{
    double seconds;
    bool is_fine = true;
    if (state->fault == FAULT_HAND_OVER) return state->has_handed_over;
    if (state->fault == FAULT_PRIMARY_KILLED)
        return state->killed_node[0] != '\0' &&
               log_group_do(&state->group, "start", state->killed_node);
    size_t killed = 0;
    for (size_t i = 0; i < SERVERS; i++) {
        if (process_is_alive(&state->servers[i]->process)) continue;
        onsale_channel_close(state->servers[i]->channel);
        state->servers[i]->channel = NULL;
        is_fine = shop_start(state->servers[i], &seconds) && is_fine;
        killed++;
    }
    return is_fine && killed == 1;
}

/* --- The row ---------------------------------------------------------------------------------- */

static bool open_channel(struct takeover_state *state)
{
    char url[URL_BYTES], admin_url[URL_BYTES];
    struct onsale_error error;
    const struct onsale_channel_options options = {
        .size = sizeof options, .url = url, .admin_url = admin_url, .timeout_ms = SHOP_CALL_MS};
    snprintf(url, sizeof url, "%s,%s", state->servers[0]->url, state->servers[1]->url);
    snprintf(admin_url, sizeof admin_url, "%s,%s", state->servers[0]->admin_url,
             state->servers[1]->admin_url);
    state->both = *state->servers[0];
    state->both.channel = NULL;
    return shop_expect_ok("channel", onsale_channel_open(&options, &state->both.channel, &error),
                          &error);
}

static enum outcome open_row(struct stage *stage, const struct contender *contender,
                             void **ret_state)
{
    const struct options *options = stage->options;
    struct takeover_state *state = calloc(1, sizeof *state);
    REQUIRE(state != NULL);
    *ret_state = state;
    state->fault = *(const enum fault *)contender->settings;
    enum outcome outcome =
        log_group_open(options, &(struct log_group_plan){.promotes = true}, &state->group);
    if (outcome != OUTCOME_READY) return outcome;
    const struct shop_place first = {.log_url = state->group.url, .node = "a"};
    const struct shop_place second = {.log_url = state->group.url, .node = "b"};
    state->servers[0] = shop_open_at(options->server, options->folder, &stage->shop->plan, &first);
    if (state->servers[0] == NULL) return OUTCOME_FAILED;
    state->servers[1] = shop_follow(state->servers[0], options->folder, &second);
    if (state->servers[1] == NULL || !open_channel(state)) return OUTCOME_FAILED;
    state->claims = claims_make(&state->both, CLAIMS_BY_PERFORMANCE);
    return OUTCOME_READY;
}

static bool measure(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    struct takeover_state *state = state_pointer;
    const struct workload workload = claims_workload(state->claims);
    pthread_t doer;
    (void)stage;
    state->killed_node[0] = '\0';
    state->has_handed_over = false;
    REQUIRE(pthread_create(&doer, NULL, do_fault, state) == 0);
    thread_loop_run(state->both.channel, &workload, CALLERS, ROUND_SECONDS, ret_round);
    pthread_join(doer, NULL);
    claims_give_back(state->claims);
    if (!mend(state)) return false;
    struct shop *leader = leader_of(state);
    return leader != NULL && shop_check(leader);
}

static void close_row(void *state_pointer)
{
    struct takeover_state *state = state_pointer;
    claims_free(state->claims);
    onsale_channel_close(state->both.channel);
    for (size_t i = 0; i < SERVERS; i++)
        shop_close(state->servers[i]);
    log_group_close(&state->group);
    free(state);
}

#define TAKEOVER_ROW(name, fault_, what, must_reach_ms, aim_for_ms)                                \
    static const enum fault fault_of_##name = (fault_);                                            \
    static const struct contender ours_##name = {"onsale, " what, open_row, measure, close_row,    \
                                                 &fault_of_##name};                                \
    const struct row row_##name = {                                                                \
        .key = #name,                                                                              \
        .workload =                                                                                \
            "HoldSeats of one seat, 16 callers, while " what ": the longest that one waits",       \
        .plan = claims_plan,                                                                       \
        .contenders = {&ours_##name},                                                              \
        .goals = {{GOAL_LONGEST_MS, .must_reach = (must_reach_ms), .aim_for = (aim_for_ms)}},      \
    }

TAKEOVER_ROW(log_takeover, FAULT_SERVER_KILLED, "the server that leads is killed", 1500, 1000);
TAKEOVER_ROW(log_promotion, FAULT_PRIMARY_KILLED, "the primary of PostgreSQL is killed", 1500,
             1000);
TAKEOVER_ROW(log_hand_over, FAULT_HAND_OVER, "the server that leads hands over", 100, 50);
