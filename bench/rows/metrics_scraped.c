#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "bench/measure/clock.h"
#include "bench/rows/claims_contender.h"
#include "bench/rows/rows.h"

/* A gateway asks the server for its numbers whenever Prometheus asks it, here each second. */

enum { PATH_BYTES = 192, URL_BYTES = 64, LINE_BYTES = 256, PATIENCE_MS = 10 * 1000 };

struct scraped_state {
    void *claims; /* of the contender that is not scraped */
    struct process gateway;
    char log[PATH_BYTES];
    char url[URL_BYTES];
};

/* The gateway says where it serves: a port that was free. */
static bool find_url(struct scraped_state *state)
{
    static const char before[] = "serving metrics on ";
    char line[LINE_BYTES];
    FILE *log = fopen(state->log, "re");
    bool is_found = false;
    while (log != NULL && !is_found && fgets(line, sizeof line, log) != NULL) {
        const char *found = strstr(line, before);
        is_found = found != NULL && strchr(found, '\n') != NULL;
        if (is_found)
            snprintf(state->url, sizeof state->url, "%.*s/metrics",
                     (int)strcspn(found + sizeof before - 1, "\n"), found + sizeof before - 1);
    }
    if (log != NULL) fclose(log);
    return is_found;
}

static enum outcome open_row(struct stage *stage, const struct contender *contender,
                             void **ret_state)
{
    struct scraped_state *state = calloc(1, sizeof *state);
    REQUIRE(state != NULL);
    *ret_state = state;
    (void)contender;
    snprintf(state->log, sizeof state->log, "%s/scraped.log", stage->options->folder);
    remove(state->log); /* of the run before, whose url is nobody's now */
    const char *const arguments[] = {
        stage->options->gateway, "--metrics-listen", "http://127.0.0.1:0",   "--server",
        stage->shop->url,        "--admin",          stage->shop->admin_url, NULL};
    process_start(&state->gateway, arguments, state->log);
    uint64_t give_up_ns = clock_now_ns() + PATIENCE_MS * NS_PER_MS;
    while (!find_url(state) && clock_now_ns() < give_up_ns)
        clock_sleep_until_ns(clock_now_ns() + 10 * NS_PER_MS);
    if (state->url[0] == '\0') return OUTCOME_FAILED;
    return claims_coalesced.open(stage, &claims_coalesced, &state->claims);
}

static bool measure(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    struct scraped_state *state = state_pointer;
    struct process scraper;
    static const char scrape[] =
        "while curl -sSf -o /dev/null \"$0\"; do echo scraped; sleep 1; done";
    const char *const arguments[] = {"/bin/sh", "-c", scrape, state->url, NULL};
    process_start(&scraper, arguments, state->log);
    bool is_fine = claims_coalesced.round(stage, state->claims, ret_round);
    bool is_scraped = process_is_alive(&scraper); /* else it has failed */
    process_stop(&scraper, SIGTERM);
    return is_fine && is_scraped;
}

static void close_row(void *state_pointer)
{
    struct scraped_state *state = state_pointer;
    if (state->claims != NULL) claims_coalesced.close(state->claims);
    process_stop(&state->gateway, SIGTERM);
    free(state);
}

static const struct contender ours = {"onsale, scraped each second", open_row, measure, close_row,
                                      NULL};

const struct row row_metrics_scraped = {
    .key = "metrics_scraped",
    .workload = "HoldSeats of one seat, 512 in flight, while /metrics is read each second",
    .plan = claims_plan,
    .contenders = {&ours, &claims_coalesced},
    .goals = {{GOAL_RATIO, .rival = 1, .must_reach = 0.95, .aim_for = 1.0}},
};
