#include <stdlib.h>

#include "bench/curves/curves.h"
#include "bench/load/closed_loop.h"
#include "bench/measure/rank.h"
#include "bench/workloads/reads.h"

enum { ROUNDS = 3 };

static bool measure_size(const struct options *options, uint32_t waiting, struct curve *curve)
{
    const struct shop_plan plan = {.performances = 1, .buyers = 1, .waiting = waiting};
    struct shop *shop = shop_open(options->server, options->folder, &plan);
    double rates[ROUNDS];
    if (shop == NULL) return false;
    const struct workload polls = {.prepare = reads_polls.prepare,
                                   .state = reads_polls.make_state(shop),
                                   .operations_max = WORKLOAD_ENDLESS};
    for (size_t i = 0; i < ROUNDS; i++) {
        struct round round;
        closed_loop_run(shop->channel, &polls, SHOP_IN_FLIGHT, options->scale.round_seconds,
                        &round);
        rates[i] = round_rate(&round);
    }
    free(polls.state);
    curve_add(curve, waiting, &(double){rank_of(rates, ROUNDS).median});
    bool is_fine = shop_check(shop);
    return shop_close(shop) && is_fine;
}

static bool measure(const struct options *options, struct curve *curve)
{
    bool is_fine = true;
    for (uint32_t part = 1000; is_fine && part >= 1; part /= 10)
        is_fine = measure_size(options, options->scale.waiting / part, curve);
    return is_fine;
}

const struct curve_row curve_polls_by_waiting = {
    .key = "polls_by_waiting",
    .what = "polls against entries that wait, asynchronous API",
    .size_name = "entries_waiting",
    .names = {"polls_per_second"},
    .measure = measure,
};
