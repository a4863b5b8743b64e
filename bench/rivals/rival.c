#include "bench/rivals/rival.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/require.h"
#include "bench/measure/clock.h"

enum { PATH_BYTES = 512, SECONDS_BYTES = 32, LINE_BYTES = 512 };
enum { PATIENCE_MS = 60 * 1000, LOOK_EVERY_MS = 20 };

struct rival_state {
    const struct rival *rival;
    const char *const *setting; /* the best */
    struct process server;
    char folder[PATH_BYTES];
    char log[PATH_BYTES + 8];
    char program[PATH_BYTES];
};

static int run(const struct rival_state *state, const char *const *setting, double seconds,
               char ret_line[LINE_BYTES])
{
    char seconds_text[SECONDS_BYTES];
    const char *arguments[3 + RIVAL_WORDS_MAX + 1] = {state->program, state->folder, seconds_text};
    for (size_t i = 0; setting[i] != NULL; i++)
        arguments[3 + i] = setting[i];
    snprintf(seconds_text, sizeof seconds_text, "%.3f", seconds);
    return process_ask(arguments, state->log, ret_line, LINE_BYTES);
}

static bool measure(const struct rival_state *state, const char *const *setting, double seconds,
                    struct round *ret_round)
{
    char line[LINE_BYTES];
    if (run(state, setting, seconds, line) == 0 && round_scan(line, ret_round)) return true;
    fprintf(stderr, "%s failed; see %s\n", state->program, state->log);
    return false;
}

static void choose_setting(struct rival_state *state, double trial_seconds)
{
    double best = -1;
    const struct rival *rival = state->rival;
    state->setting = rival->settings[0];
    for (size_t i = 0; i < RIVAL_SETTINGS_MAX && rival->settings[1][0] != NULL; i++) {
        struct round round;
        if (rival->settings[i][0] == NULL) break;
        if (!measure(state, rival->settings[i], trial_seconds, &round)) continue;
        if (round_rate(&round) > best) state->setting = rival->settings[i];
        if (round_rate(&round) > best) best = round_rate(&round);
    }
}

static bool await_server(const struct rival_state *state)
{
    static const char *const prepare[] = {"prepare", NULL};
    char line[LINE_BYTES];
    uint64_t give_up_ns = clock_now_ns() + PATIENCE_MS * NS_PER_MS;
    while (process_is_alive(&state->server) && clock_now_ns() < give_up_ns) {
        if (run(state, prepare, 0, line) == 0) return true;
        clock_sleep_until_ns(clock_now_ns() + LOOK_EVERY_MS * NS_PER_MS);
    }
    return false;
}

static enum outcome start_server(struct rival_state *state, const struct options *options)
{
    const struct rival *rival = state->rival;
    char server[PATH_BYTES];
    const char *const arguments[] = {server, state->folder, NULL};
    if (rival->server == NULL) return OUTCOME_READY;
    snprintf(server, sizeof server, "%s/%s",
             rival->server_is_script ? options->scripts : options->programs, rival->server);
    if (access(server, X_OK) != 0) return OUTCOME_NOT_INSTALLED;
    process_start(&state->server, arguments, state->log);
    if (await_server(state)) return OUTCOME_READY;
    bool is_missing = process_stop(&state->server, SIGINT) == PROCESS_NOT_INSTALLED;
    if (!is_missing) fprintf(stderr, "%s does not serve; see %s\n", server, state->log);
    return is_missing ? OUTCOME_NOT_INSTALLED : OUTCOME_FAILED;
}

static struct rival_state *state_make(const struct rival *rival, const struct options *options)
{
    struct rival_state *state = calloc(1, sizeof *state);
    REQUIRE(state != NULL);
    state->rival = rival;
    snprintf(state->program, sizeof state->program, "%s/%s", options->programs, rival->program);
    snprintf(state->folder, sizeof state->folder, "%s/%s.XXXXXX", options->folder, rival->program);
    REQUIRE(mkdtemp(state->folder) != NULL);
    REQUIRE(chmod(state->folder, 0755) == 0);
    snprintf(state->log, sizeof state->log, "%s.log", state->folder);
    return state;
}

enum outcome rival_open(struct stage *stage, const struct contender *contender, void **ret_state)
{
    struct rival_state *state = state_make(contender->settings, stage->options);
    *ret_state = state;
    if (access(state->program, X_OK) != 0) return OUTCOME_NOT_INSTALLED;
    enum outcome outcome = start_server(state, stage->options);
    if (outcome == OUTCOME_READY) choose_setting(state, stage->options->scale.trial_seconds);
    return outcome;
}

bool rival_round(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    const struct rival_state *state = state_pointer;
    return measure(state, state->setting, stage->options->scale.round_seconds, ret_round);
}

void rival_close(void *state_pointer)
{
    struct rival_state *state = state_pointer;
    process_stop(&state->server, SIGINT);
    free(state);
}
