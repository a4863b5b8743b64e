#include <stdio.h>
#include <stdlib.h>

#include "base/require.h"
#include "bench/load/crowd_loop.h"
#include "bench/measure/clock.h"
#include "bench/rows/rows.h"

/* An overload takes a moment to be noticed and to be cut back, which is not counted. */
enum { OVER_SECONDS_MIN = 2, OVER_WARM_UP_SECONDS = 4 };

/* The peak is the best of a few crowds in which everybody is served; the overload is ten times as
 * many callers as the peak has, each of whom waits for a second. Its latencies are those of the
 * refusals. What else is asked of an overload is told on stderr. */

enum { PEAK_LEVELS = 3, TIMES = 10, TIMEOUT_MS = 1000, PATIENT_MS = 16000, USERS = 64 };

static const uint32_t peak_callers[PEAK_LEVELS] = {256, 512, 1024};

struct overload_setting {
    uint32_t connections;
    bool is_peak;
};

static enum outcome open_crowd(struct stage *stage, const struct contender *contender,
                               void **ret_state)
{
    (void)stage;
    *ret_state = (void *)contender->settings;
    return OUTCOME_READY;
}

static void close_crowd(void *state)
{
    (void)state;
}

static bool run(struct stage *stage, uint32_t connections, uint32_t callers, uint32_t timeout_ms,
                double warm_up, double seconds, struct crowd_result *ret_result)
{
    const struct crowd crowd = {
        .url = stage->shop->url,
        .connections = connections,
        .callers = callers,
        .timeout_ms = timeout_ms,
        .first_user = 1,
        .users = USERS,
    };
    return crowd_run(&crowd, warm_up, seconds, ret_result);
}

/* @return The callers of the best level; 0 if the server can't be reached. */
static uint32_t find_peak(struct stage *stage, uint32_t connections, struct crowd_result *ret_best)
{
    static struct crowd_result result;
    double seconds = stage->options->scale.round_seconds;
    uint32_t best = 0;
    for (size_t i = 0; i < PEAK_LEVELS; i++) {
        if (!run(stage, connections, peak_callers[i], PATIENT_MS, seconds, seconds, &result))
            return 0;
        if (best != 0 && result.in_time <= ret_best->in_time) continue;
        *ret_best = result;
        best = peak_callers[i];
    }
    return best;
}

/* Until a caller who comes after the crowd is served within 10 ms. */
static double seconds_to_normal(struct stage *stage)
{
    enum { NORMAL_MS = 10 };
    uint64_t began_ns = clock_now_ns();
    for (;;) {
        Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
        Onsale__V1__GetBalanceResponse *response;
        uint64_t asked_ns = clock_now_ns();
        request.user_id = 1;
        enum onsale_status status =
            onsale_wallet_get_balance(stage->shop->channel, &request, NULL, &response, NULL);
        if (status == ONSALE_OK) onsale__v1__get_balance_response__free_unpacked(response, NULL);
        uint64_t now_ns = clock_now_ns();
        if (status == ONSALE_OK && now_ns - asked_ns < NORMAL_MS * NS_PER_MS)
            return (double)(now_ns - began_ns) / (double)NS_PER_SECOND;
        if (now_ns - began_ns > 10 * NS_PER_SECOND) return -1;
    }
}

static void tell(const struct crowd_result *result, uint32_t callers, double normal_seconds,
                 uint64_t memory_bytes)
{
    static const double NS_PER_MILLI = 1e6;
    fprintf(
        stderr,
        "\n  %u callers: %.0f/s in time, %.0f/s refused (p99 %.1f ms, less what the crowd may have "
        "left it unread: %.1f ms), %.0f/s given up, "
        "executed for nobody: %lu begun late, %lu answered late, %lu read late, answers p99 %.0f "
        "ms, %lu MiB, normal after %.3f s ",
        callers, (double)result->in_time / result->seconds,
        (double)result->refused / result->seconds,
        (double)latencies_quantile_ns(&result->refusals, 0.99) / NS_PER_MILLI,
        (double)latencies_quantile_ns(&result->refusals_not_there, 0.99) / NS_PER_MILLI,
        (double)result->given_up / result->seconds, (unsigned long)result->begun_late,
        (unsigned long)result->answered_late, (unsigned long)result->read_late,
        (double)latencies_quantile_ns(&result->successes, 0.99) / NS_PER_MILLI,
        (unsigned long)(memory_bytes >> 20), normal_seconds);
}

static bool crowd_round(struct stage *stage, void *state, struct round *ret_round)
{
    const struct overload_setting *setting = state;
    static struct crowd_result result;
    double seconds = 2 * stage->options->scale.round_seconds;
    uint32_t callers = find_peak(stage, setting->connections, &result);
    if (callers == 0) return false;
    if (!setting->is_peak) {
        callers *= TIMES;
        if (seconds < OVER_SECONDS_MIN) seconds = OVER_SECONDS_MIN;
        if (!run(stage, setting->connections, callers, TIMEOUT_MS, OVER_WARM_UP_SECONDS, seconds,
                 &result))
            return false;
        tell(&result, callers, seconds_to_normal(stage), shop_memory_bytes(stage->shop));
    }
    *ret_round = (struct round){.operations = result.in_time, .seconds = result.seconds};
    round_take_latencies(ret_round, setting->is_peak ? &result.successes : &result.refusals);
    return true;
}

static void plan(const struct scale *scale, struct shop_plan *ret_plan)
{
    (void)scale;
    *ret_plan = (struct shop_plan){.performances = 1, .buyers = 1, .strangers = USERS};
}

#define OVERLOAD_ROW(connections_)                                                                 \
    static const struct overload_setting peak_##connections_ = {(connections_), true};             \
    static const struct overload_setting over_##connections_ = {(connections_), false};            \
    static const struct contender ours_##connections_ = {                                          \
        "onsale, ten times as many", open_crowd, crowd_round, close_crowd, &over_##connections_};  \
    static const struct contender same_##connections_ = {                                          \
        "onsale, at its peak", open_crowd, crowd_round, close_crowd, &peak_##connections_};        \
    const struct row row_overload_##connections_ = {                                               \
        .key = "overload_" #connections_,                                                          \
        .workload = "ChargeBalance, one call a frame, from " #connections_                         \
                    " connections: ten times the callers of the peak, with a second each",         \
        .plan = plan,                                                                              \
        .contenders = {&ours_##connections_, &same_##connections_},                                \
        .goals =                                                                                   \
            {                                                                                      \
                {GOAL_RATIO, .rival = 1, .must_reach = 0.9, .aim_for = 1.0},                       \
                {GOAL_P99_MS, .must_reach = 10, .aim_for = 10},                                    \
            },                                                                                     \
    }

OVERLOAD_ROW(64);
OVERLOAD_ROW(300);
