#include "bench/curves/curves.h"
#include "bench/load/closed_loop.h"
#include "bench/measure/rank.h"
#include "bench/workloads/claims.h"
#include "bench/workloads/sales.h"

enum { CLAIMS_MAX = 100 * 1000, ROUNDS = 3 };

static struct shop_plan plan_for(const struct scale *scale)
{
    uint32_t claims = scale->claims < CLAIMS_MAX ? scale->claims : CLAIMS_MAX;
    return (struct shop_plan){
        .performances = (claims + SHOP_SEATS - 1) / SHOP_SEATS +
                        (scale->sold_max + SHOP_SEATS - 1) / SHOP_SEATS,
        .buyers = claims,
        .strangers = scale->sold_max / SALES_SEATS_EACH,
    };
}

/* The median of several rounds. */
static double claims_rate(struct shop *shop, double seconds)
{
    struct claims *claims = claims_make(shop, CLAIMS_BY_PERFORMANCE);
    double rates[ROUNDS];
    for (size_t i = 0; i < ROUNDS; i++) {
        const struct workload workload = claims_workload(claims);
        struct round round;
        closed_loop_run(shop->channel, &workload, SHOP_IN_FLIGHT, seconds, &round);
        claims_give_back(claims);
        rates[i] = round_rate(&round);
    }
    claims_free(claims);
    return rank_of(rates, ROUNDS).median;
}

/* What is sold is beyond the seats that are only claimed and given back. */
static bool measure_sizes(const struct options *options, struct shop *shop, struct curve *curve)
{
    const uint64_t first_seat =
        (uint64_t)SHOP_SEATS * ((shop->plan.buyers + SHOP_SEATS - 1) / SHOP_SEATS);
    uint64_t bytes_of_sales = 0;
    bool is_fine = true;
    shop->seats_used = first_seat;
    for (uint32_t part = 1000; is_fine && part >= 1; part /= 10) {
        uint64_t sold = options->scale.sold_max / part / SALES_SEATS_EACH * SALES_SEATS_EACH;
        double start_seconds = 0;
        uint64_t bytes_before = shop_store_bytes(shop);
        is_fine = sales_run(shop, sold - (shop->seats_used - first_seat));
        bytes_of_sales += shop_store_bytes(shop) - bytes_before;
        double rate = claims_rate(shop, options->scale.round_seconds);
        double memory_mb = (double)shop_memory_bytes(shop) / 1e6;
        is_fine = is_fine && shop_stop(shop) && shop_start(shop, &start_seconds);
        const double figures[] = {rate, (double)bytes_of_sales / (double)sold, memory_mb,
                                  start_seconds};
        curve_add(curve, (double)sold, figures);
    }
    return is_fine;
}

static bool measure(const struct options *options, struct curve *curve)
{
    const struct shop_plan plan = plan_for(&options->scale);
    struct shop *shop = shop_open(options->server, options->folder, &plan);
    if (shop == NULL) return false;
    bool is_fine = measure_sizes(options, shop, curve) && shop_check(shop);
    return shop_close(shop) && is_fine;
}

const struct curve_row curve_costs_by_seats_sold = {
    .key = "costs_by_seats_sold",
    .what = "claims, disk, memory and start-up against seats ever sold",
    .size_name = "seats_sold",
    .names = {"claims_per_second", "bytes_per_seat", "memory_mb", "start_seconds"},
    .bounded_figure = 3,
    .at_most = 1,
    .measure = measure,
};
