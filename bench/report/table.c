#include <stdio.h>

#include "bench/report/report.h"
#include "bench/verdict.h"

static const char *word_for(enum reached reached)
{
    switch (reached) {
    case REACHED_YES:
        return "pass";
    case REACHED_NO:
        return "miss";
    case REACHED_UNKNOWN:
        break;
    }
    return "-";
}

static const char *unit_of(enum goal_kind kind)
{
    switch (kind) {
    case GOAL_RATIO:
        return "x";
    case GOAL_THROUGHPUT:
        return "/s";
    case GOAL_P99_MS:
        return "ms p99";
    case GOAL_LONGEST_MS:
        return "ms max";
    case GOAL_P50_OVER_US:
        return "us over";
    case GOAL_NONE:
        break;
    }
    return "";
}

static void print_number(double number)
{
    printf(number >= 1000 ? " %9.0f" : " %9.2f", number);
}

/* A goal that only aims has nothing that it must reach. */
static void print_bound(double bound, enum reached reached)
{
    if (bound == 0)
        printf(" %9s %-4s", "-", "");
    else
        printf(bound >= 1000 ? " %9.0f %-4s" : " %9.2f %-4s", bound, word_for(reached));
}

static double rivals_p50_us(const struct row_result *result)
{
    double sum = 0;
    for (size_t i = 1; i < row_contenders_count(result->row); i++)
        sum += record_p50_us(&result->records[i]);
    return sum;
}

static void print_rival(const struct row_result *result, const struct goal *goal)
{
    const struct record *record = &result->records[goal->rival];
    const char *name = result->row->contenders[goal->rival]->name;
    if (goal->kind == GOAL_P50_OVER_US)
        printf(" %-24s %8.1f us", "the others' p50, in all", rivals_p50_us(result));
    else if (goal->kind != GOAL_RATIO)
        printf(" %-24s %11s", "-", "");
    else if (record->outcome == OUTCOME_NOT_INSTALLED)
        printf(" %-24s %11s", name, "not installed");
    else
        printf(" %-24s %11.0f", name, record_rates(record).median);
}

static void print_goal(const struct row_result *result, const struct goal *goal)
{
    struct verdict verdict = verdict_of(result, goal);
    uint64_t refused = record_refused(&result->records[0]);
    printf("%-24s %11.0f", result->row->key, record_rates(&result->records[0]).median);
    print_rival(result, goal);
    print_number(verdict.figure);
    print_number(verdict.min);
    print_number(verdict.max);
    printf(" %-7s", unit_of(goal->kind));
    print_bound(goal->must_reach, verdict.must_reach);
    print_bound(goal->aim_for, verdict.aim_for);
    if (refused > 0) printf(" %llu REFUSED", (unsigned long long)refused);
    printf("%s\n", result->is_complete ? "" : " FAILED");
}

static void print_row(const struct row_result *result)
{
    for (size_t i = 0; i < ROW_GOALS_MAX && result->row->goals[i].kind != GOAL_NONE; i++)
        print_goal(result, &result->row->goals[i]);
}

static void print_curve_bound(const struct curve *curve)
{
    const struct curve_row *row = curve->row;
    if (row->at_most > 0)
        printf("%s at most %g: %s\n", row->names[row->bounded_figure], row->at_most,
               curve_keeps_bound(curve) ? "pass" : "miss");
}

static void print_curve(const struct curve *curve)
{
    const struct curve_row *row = curve->row;
    size_t figures = curve_figures_count(row);
    printf("\n%s: %s%s\n%16s", row->key, row->what, curve->is_complete ? "" : "  FAILED",
           row->size_name);
    for (size_t i = 0; i < figures; i++)
        printf(" %18s", row->names[i]);
    printf("\n");
    for (size_t i = 0; i < curve->points_count; i++) {
        printf("%16.0f", curve->points[i].size);
        for (size_t j = 0; j < figures; j++)
            printf(" %18.2f", curve->points[i].figures[j]);
        printf("\n");
    }
    print_curve_bound(curve);
}

/* Where it is much, ratios hold better than rates, and tails least of all. */
static void print_stolen(const struct report *report)
{
    double most = 0;
    struct host_time sum = {0};
    for (size_t i = 0; i < report->results_count; i++) {
        struct host_time time = report->results[i].host_time;
        if (host_stolen_share(time) > most) most = host_stolen_share(time);
        sum.all += time.all;
        sum.stolen += time.stolen;
    }
    if (sum.all > 0)
        printf(
            "\nThe host gave others %.1f %% of the processors' time, %.1f %% in the worst row.\n",
            host_stolen_share(sum) * 100, most * 100);
}

void report_print_table(const struct report *report)
{
    printf("\n%-24s %11s %-24s %11s %9s %9s %9s %7s %9s %4s %9s %s\n", "row", "onsale /s", "beside",
           "its /s", "measured", "min", "max", "", "must", "", "aim", "");
    for (size_t i = 0; i < report->results_count; i++)
        print_row(&report->results[i]);
    print_stolen(report);
    for (size_t i = 0; i < report->curves_count; i++)
        print_curve(&report->curves[i]);
}
