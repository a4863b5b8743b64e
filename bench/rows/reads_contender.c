#include "bench/rows/reads_contender.h"

#include <stdlib.h>

#include "base/require.h"

struct reads_state {
    struct workload workload;
    const struct driver *driver;
};

static bool run(const struct stage *stage, const struct reads_state *state,
                const struct driver *driver, double seconds, struct round *ret_round)
{
    return driver_run(driver, stage->shop->channel, stage->shop->url, &state->workload, seconds,
                      ret_round);
}

static const struct driver *choose_driver(const struct stage *stage,
                                          const struct reads_state *state,
                                          const struct reads_setting *setting)
{
    const struct driver *best = &setting->drivers[0];
    double best_rate = -1;
    for (size_t i = 0; i < setting->drivers_count; i++) {
        struct round round = {0};
        run(stage, state, &setting->drivers[i], stage->options->scale.trial_seconds, &round);
        if (round_rate(&round) > best_rate) best = &setting->drivers[i];
        if (round_rate(&round) > best_rate) best_rate = round_rate(&round);
    }
    return best;
}

enum outcome reads_open(struct stage *stage, const struct contender *contender, void **ret_state)
{
    const struct reads_setting *setting = contender->settings;
    struct reads_state *state = calloc(1, sizeof *state);
    REQUIRE(state != NULL);
    *ret_state = state;
    state->workload = (struct workload){
        .prepare = setting->reads->prepare,
        .state = setting->reads->make_state(stage->shop),
        .operations_max = WORKLOAD_ENDLESS,
    };
    if (state->workload.state == NULL) return OUTCOME_FAILED;
    state->driver = choose_driver(stage, state, setting);
    return OUTCOME_READY;
}

bool reads_round(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    const struct reads_state *state = state_pointer;
    return run(stage, state, state->driver, stage->options->scale.round_seconds, ret_round);
}

void reads_close(void *state_pointer)
{
    struct reads_state *state = state_pointer;
    free(state->workload.state);
    free(state);
}
