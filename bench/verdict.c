#include "bench/verdict.h"

#include "bench/measure/clock.h"

static const double NS_PER_US = 1e3;

/* A figure of one round. */
typedef double figure_of_round(const struct round *round);

static double p50_us(const struct round *round)
{
    return (double)round->p50_ns / NS_PER_US;
}

static double p99_ms(const struct round *round)
{
    return (double)round->p99_ns / (double)NS_PER_MS;
}

static double longest_ms(const struct round *round)
{
    return (double)round->max_ns / (double)NS_PER_MS;
}

static struct rank rank_rounds(const struct record *record, figure_of_round *figure)
{
    double figures[ROW_ROUNDS_MAX];
    if (record->rounds_count == 0) return (struct rank){0};
    for (size_t i = 0; i < record->rounds_count; i++)
        figures[i] = figure(&record->rounds[i]);
    return rank_of(figures, record->rounds_count);
}

struct rank record_rates(const struct record *record)
{
    return rank_rounds(record, round_rate);
}

double record_p50_us(const struct record *record)
{
    return rank_rounds(record, p50_us).median;
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

/* Rounds with the same number were measured one after the other. */
static struct rank rank_ratios(const struct record *ours, const struct record *rival)
{
    double ratios[ROW_ROUNDS_MAX];
    size_t count =
        ours->rounds_count < rival->rounds_count ? ours->rounds_count : rival->rounds_count;
    if (count == 0) return (struct rank){0};
    for (size_t i = 0; i < count; i++)
        ratios[i] = ratio(round_rate(&ours->rounds[i]), round_rate(&rival->rounds[i]));
    struct rank rank = rank_of(ratios, count);
    rank.median = ratio(record_rates(ours).median, record_rates(rival).median);
    return rank;
}

/* Our median latency less the rivals'. */
static struct rank rank_excess(const struct row_result *result)
{
    struct rank excess = rank_rounds(&result->records[0], p50_us);
    for (size_t i = 1; i < row_contenders_count(result->row); i++) {
        struct rank rival = rank_rounds(&result->records[i], p50_us);
        excess.median -= rival.median;
        excess.min -= rival.max;
        excess.max -= rival.min;
    }
    return excess;
}

static struct rank rank_of_goal(const struct row_result *result, const struct goal *goal)
{
    const struct record *ours = &result->records[0];
    switch (goal->kind) {
    case GOAL_RATIO:
        return rank_ratios(ours, &result->records[goal->rival]);
    case GOAL_THROUGHPUT:
        return record_rates(ours);
    case GOAL_P99_MS:
        return rank_rounds(ours, p99_ms);
    case GOAL_LONGEST_MS: {
        struct rank rank = rank_rounds(ours, longest_ms);
        rank.median = rank.max;
        return rank;
    }
    case GOAL_P50_OVER_US:
        return rank_excess(result);
    case GOAL_NONE:
        break;
    }
    return (struct rank){0};
}

static bool is_measured(const struct row_result *result, const struct goal *goal)
{
    size_t first = goal->kind == GOAL_RATIO ? goal->rival : 1;
    size_t end = goal->kind == GOAL_RATIO ? goal->rival + 1 : row_contenders_count(result->row);
    for (size_t i = first; i < end; i++)
        if (result->records[i].rounds_count == 0) return false;
    return result->records[0].rounds_count > 0;
}

uint64_t record_refused(const struct record *record)
{
    uint64_t refused = 0;
    for (size_t i = 0; i < record->rounds_count; i++)
        refused += record->rounds[i].refused;
    return refused;
}

struct verdict verdict_of(const struct row_result *result, const struct goal *goal)
{
    struct verdict verdict = {.must_reach = REACHED_UNKNOWN, .aim_for = REACHED_UNKNOWN};
    if (!is_measured(result, goal)) return verdict;
    bool more_is_better = goal->kind == GOAL_RATIO || goal->kind == GOAL_THROUGHPUT;
    double sign = more_is_better ? 1 : -1;
    bool all_served = record_refused(&result->records[0]) == 0;
    struct rank rank = rank_of_goal(result, goal);
    verdict.figure = rank.median;
    verdict.min = rank.min;
    verdict.max = rank.max;
    bool must = all_served && sign * rank.median >= sign * goal->must_reach;
    bool aim = all_served && sign * rank.median >= sign * goal->aim_for;
    verdict.must_reach = must ? REACHED_YES : REACHED_NO;
    verdict.aim_for = aim ? REACHED_YES : REACHED_NO;
    return verdict;
}

bool verdict_is_pass(const struct row_result *result)
{
    bool is_pass = result->is_complete;
    for (size_t i = 0; i < ROW_GOALS_MAX; i++) {
        const struct goal *goal = &result->row->goals[i];
        if (goal->kind == GOAL_NONE) break;
        if (verdict_of(result, goal).must_reach == REACHED_NO) is_pass = false;
    }
    return is_pass;
}
