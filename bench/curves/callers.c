#include "bench/curves/curves.h"
#include "bench/load/closed_loop.h"
#include "bench/load/open_loop.h"
#include "bench/measure/clock.h"
#include "bench/workloads/claims.h"

/* A shop with a seat for every claim, and the claims. */
struct place {
    struct shop *shop;
    struct claims *claims;
};

static bool place_open(struct place *place, const struct options *options)
{
    const struct shop_plan plan = {
        .performances = (options->scale.claims + SHOP_SEATS - 1) / SHOP_SEATS,
        .buyers = options->scale.claims,
    };
    place->shop = shop_open(options->server, options->folder, &plan);
    if (place->shop == NULL) return false;
    place->claims = claims_make(place->shop, CLAIMS_BY_PERFORMANCE);
    return true;
}

static bool place_close(struct place *place)
{
    bool is_fine = shop_check(place->shop);
    claims_free(place->claims);
    return shop_close(place->shop) && is_fine;
}

static void measure_peak(const struct place *place, uint32_t callers, double seconds,
                         struct round *ret_round)
{
    const struct workload workload = claims_workload(place->claims);
    closed_loop_run(place->shop->channel, &workload, callers, seconds, ret_round);
    claims_give_back(place->claims);
}

static bool measure_callers(const struct options *options, struct curve *curve)
{
    static const uint32_t callers[] = {1, 4, 16, 64, 256, 512, 1024, 2048};
    struct place place;
    if (!place_open(&place, options)) return false;
    for (size_t i = 0; i < sizeof callers / sizeof callers[0]; i++) {
        struct round round;
        measure_peak(&place, callers[i], options->scale.round_seconds, &round);
        const double figures[] = {round_rate(&round), (double)round.p50_ns / (double)NS_PER_MS,
                                  (double)round.p99_ns / (double)NS_PER_MS};
        curve_add(curve, callers[i], figures);
    }
    return place_close(&place);
}

static void measure_load(const struct place *place, double rate, double seconds,
                         struct round *ret_round)
{
    const struct workload workload = claims_workload(place->claims);
    open_loop_run(place->shop->channel, &workload, rate, seconds, ret_round);
    claims_give_back(place->claims);
}

static bool measure_loads(const struct options *options, struct curve *curve)
{
    static const double percents[] = {10, 25, 50, 70, 80, 90};
    struct place place;
    struct round round;
    if (!place_open(&place, options)) return false;
    measure_peak(&place, SHOP_IN_FLIGHT, options->scale.round_seconds, &round);
    double peak = round_rate(&round);
    for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
        double rate = peak * percents[i] / 100;
        measure_load(&place, rate, options->scale.round_seconds, &round);
        const double figures[] = {
            rate,
            (double)round.p50_ns / (double)NS_PER_MS,
            (double)round.p90_ns / (double)NS_PER_MS,
            (double)round.p99_ns / (double)NS_PER_MS,
            (double)round.p999_ns / (double)NS_PER_MS,
            (double)round.max_ns / (double)NS_PER_MS,
        };
        curve_add(curve, percents[i], figures);
    }
    return place_close(&place);
}

const struct curve_row curve_claims_by_callers = {
    .key = "claims_by_callers",
    .what = "claims against callers, asynchronous API",
    .size_name = "callers",
    .names = {"claims_per_second", "p50_ms", "p99_ms"},
    .measure = measure_callers,
};

const struct curve_row curve_latency_by_load = {
    .key = "latency_by_load",
    .what = "latency of claims against load, open loop",
    .size_name = "percent_of_peak",
    .names = {"claims_per_second", "p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms"},
    .measure = measure_loads,
};
