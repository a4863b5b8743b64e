#include <signal.h>
#include <stdio.h>

#include "bench/curves/curves.h"
#include "bench/load/closed_loop.h"
#include "bench/load/open_loop.h"
#include "bench/measure/clock.h"
#include "bench/measure/disk.h"
#include "bench/measure/rank.h"
#include "bench/workloads/claims.h"

enum {
    PROBE_RATE = 2000,
    CHARGE_EVERY = 2,   /* of the probe's calls is a write */
    CHARGE_BYTES = 201, /* that the server writes to its journal for one */
    LIFETIME_MS_LEAST = 500,
    HOLDS_PER_MS = 20, /* that are certainly made while none has expired yet */
    MARGIN_MS = 20,
    PATIENCE_MS = 60 * 1000,
    LOOK_EVERY_MS = 50,
    SIZES = 4,
};

/* Parts of the most holds that end at once. */
static const uint32_t parts[SIZES] = {100, 10, 4, 1};

/* The longest wait in each round. The three are measured in turns. */
struct waits {
    size_t rounds;
    double ms[SIZES][RANK_MAX];  /* while holds end */
    double without_ms[RANK_MAX]; /* after the server was stopped just as long: none ends */
    double of_disk_ms[RANK_MAX]; /* of a program that writes as often to the disk as charges do */
};

/* The other callers: one polls, the next puts money into a wallet. */
static bool prepare_probe(void *state, uint64_t operation, uint32_t step,
                          const ProtobufCMessage *answer, struct request *ret_request)
{
    const struct shop *shop = state;
    (void)answer;
    if (step > 0) return false;
    if (operation % CHARGE_EVERY != 0) {
        ret_request->method = &onsale_queue_get_queue_entry_method;
        ret_request->message.poll =
            (Onsale__V1__GetQueueEntryRequest)ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
        ret_request->message.poll.token =
            (ProtobufCBinaryData){ONSALE_TOKEN_BYTES, shop->tokens[operation % shop->plan.buyers]};
        return true;
    }
    ret_request->method = &onsale_wallet_charge_balance_method;
    ret_request->message.charge =
        (Onsale__V1__ChargeBalanceRequest)ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    ret_request->message.charge.user_id = 1 + operation % shop->plan.buyers;
    ret_request->message.charge.amount = 1;
    ret_request->message.charge.charge_id = (ProtobufCBinaryData){ONSALE_ID_BYTES, ret_request->id};
    return onsale_id_new(ret_request->id);
}

static double longest_ms(struct shop *shop, double seconds)
{
    const struct workload probe = {
        .prepare = prepare_probe, .state = shop, .operations_max = WORKLOAD_ENDLESS};
    struct round round;
    open_loop_run(shop->channel, &probe, PROBE_RATE, seconds, &round);
    return (double)round.max_ns / (double)NS_PER_MS;
}

/* The server sleeps for so long: whatever becomes due meanwhile is due in the moment it goes on. */
static double longest_after_stop_ms(struct shop *shop, uint64_t stop_ms, double seconds)
{
    kill(shop->process.pid, SIGSTOP);
    clock_sleep_until_ns(clock_now_ns() + stop_ms * NS_PER_MS);
    kill(shop->process.pid, SIGCONT);
    return longest_ms(shop, seconds);
}

static uint64_t last_event(struct shop *shop)
{
    Onsale__V1__GetStatsRequest request = ONSALE__V1__GET_STATS_REQUEST__INIT;
    Onsale__V1__GetStatsResponse *response;
    struct onsale_error error;
    if (!shop_expect_ok("GetStats",
                        onsale_admin_get_stats(shop->channel, &request, NULL, &response, &error),
                        &error))
        return 0;
    uint64_t number = response->last_event_number;
    onsale__v1__get_stats_response__free_unpacked(response, NULL);
    return number;
}

/* Every hold that expires is an event. */
static bool await_events(struct shop *shop, uint64_t number)
{
    uint64_t give_up_ns = clock_now_ns() + PATIENCE_MS * NS_PER_MS;
    while (last_event(shop) < number && clock_now_ns() < give_up_ns)
        clock_sleep_until_ns(clock_now_ns() + LOOK_EVERY_MS * NS_PER_MS);
    return last_event(shop) >= number;
}

/* Holds that all end at one instant. */
static bool measure_size(struct shop *shop, uint32_t holds, double seconds, double *ret_ms)
{
    struct claims *claims = claims_make(shop, CLAIMS_BY_PERFORMANCE);
    struct workload workload = claims_workload(claims);
    struct round round;
    uint64_t lifetime_ms = LIFETIME_MS_LEAST + holds / HOLDS_PER_MS;
    bool is_fine = shop_set_hold_lifetime(shop, (int64_t)lifetime_ms);
    workload.operations_max = holds;
    closed_loop_run(shop->channel, &workload, SHOP_IN_FLIGHT, 0, &round);
    claims_free(claims);
    uint64_t events = last_event(shop);
    *ret_ms = longest_after_stop_ms(shop, lifetime_ms + MARGIN_MS, seconds);
    uint64_t charges = (uint64_t)(PROBE_RATE * seconds) / CHARGE_EVERY;
    return is_fine && round.refused == 0 && await_events(shop, events + holds + charges);
}

static bool measure_round(struct shop *shop, const struct options *options, size_t number,
                          struct waits *waits)
{
    const double seconds = options->scale.round_seconds;
    bool is_fine = true;
    fputc('.', stderr);
    waits->without_ms[number] = longest_after_stop_ms(shop, LIFETIME_MS_LEAST, seconds);
    for (size_t i = 0; is_fine && i < SIZES; i++)
        is_fine =
            measure_size(shop, options->scale.sweep_max / parts[i], seconds, &waits->ms[i][number]);
    return is_fine &&
           disk_longest_write_ms(options->folder, CHARGE_BYTES, PROBE_RATE / CHARGE_EVERY, seconds,
                                 &waits->of_disk_ms[number]);
}

static void add_points(const struct waits *waits, uint32_t most, struct curve *curve)
{
    struct rank without = rank_of(waits->without_ms, waits->rounds);
    struct rank of_disk = rank_of(waits->of_disk_ms, waits->rounds);
    for (size_t i = 0; i < SIZES; i++) {
        struct rank rank = rank_of(waits->ms[i], waits->rounds);
        const double figures[] = {rank.median, rank.max,       without.median,
                                  without.max, of_disk.median, of_disk.max};
        curve_add(curve, most / parts[i], figures);
    }
}

static bool measure(const struct options *options, struct curve *curve)
{
    static struct waits waits;
    const uint32_t most = options->scale.sweep_max;
    const struct shop_plan plan = {
        .performances = (most + SHOP_SEATS - 1) / SHOP_SEATS,
        .buyers = most,
    };
    struct shop *shop = shop_open(options->server, options->folder, &plan);
    bool is_fine = shop != NULL;
    waits.rounds = (size_t)options->scale.rounds * options->scale.runs;
    for (size_t i = 0; is_fine && i < waits.rounds; i++)
        is_fine = measure_round(shop, options, i, &waits);
    if (is_fine) add_points(&waits, most, curve);
    is_fine = is_fine && shop_check(shop);
    return shop_close(shop) && is_fine;
}

const struct curve_row curve_stall_by_holds_swept = {
    .key = "stall_by_holds_swept",
    .what = "longest wait of any other caller while holds expire at one instant: median of rounds",
    .size_name = "holds_expired",
    .names = {"longest_ms", "worst_ms", "without_ms", "without_worst_ms", "disk_alone_ms",
              "disk_worst_ms"},
    .bounded_figure = 0,
    .at_most = 5,
    .measure = measure,
};
