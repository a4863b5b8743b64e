#include "bench/rows/claims_contender.h"

#include <stdlib.h>

#include "base/require.h"

struct claims_state {
    const struct claims_setting *setting;
    struct claims *claims;
};

enum outcome claims_open(struct stage *stage, const struct contender *contender, void **ret_state)
{
    struct claims_state *state = calloc(1, sizeof *state);
    REQUIRE(state != NULL);
    state->setting = contender->settings;
    state->claims = claims_make(stage->shop, state->setting->order);
    *ret_state = state;
    return OUTCOME_READY;
}

bool claims_round(struct stage *stage, void *state_pointer, struct round *ret_round)
{
    struct claims_state *state = state_pointer;
    const struct workload workload = claims_workload(state->claims);
    bool is_fine = driver_run(&state->setting->driver, stage->shop->channel, stage->shop->url,
                              &workload, stage->options->scale.round_seconds, ret_round);
    claims_give_back(state->claims);
    return is_fine;
}

void claims_close(void *state_pointer)
{
    struct claims_state *state = state_pointer;
    claims_free(state->claims);
    free(state);
}

void claims_plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    *ret_plan = (struct shop_plan){
        .performances = (scale->claims + SHOP_SEATS - 1) / SHOP_SEATS,
        .buyers = scale->claims,
    };
}

static const struct claims_setting coalesced = {
    .order = CLAIMS_BY_PERFORMANCE,
    .driver = {.kind = DRIVER_ASYNC, .callers = 512},
};

const struct contender claims_coalesced = {"onsale, 512 in flight", claims_open, claims_round,
                                           claims_close, &coalesced};
