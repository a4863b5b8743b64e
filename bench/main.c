/* bench -- Measures onsaled beside its ceilings and rivals; script/bench builds and starts it. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/curves/curves.h"
#include "bench/report/report.h"
#include "bench/rows/rows.h"
#include "bench/verdict.h"

static const struct row *const rows[] = {
    &row_claims_coalesced,
    &row_metrics_scraped,
    &row_log_claims,
    &row_log_claims_far,
    &row_log_apply,
    &row_log_takeover,
    &row_log_promotion,
    &row_log_hand_over,
    &row_claims_threads,
    &row_claims_single,
    &row_hold_latency_unloaded,
    &row_hold_latency_half_load,
    &row_claims_spread,
    &row_polls_single,
    &row_polls_coalesced,
    &row_log_polls,
    &row_seatmap_full,
    &row_seatmap_unchanged,
    &row_seatmap_delta,
    &row_journey,
    &row_mixed_onsale,
    &row_overload_64,
    &row_overload_300,
    &row_grpc_calls,
    &row_grpc_call_alone,
    &row_json_gets,
};

static const struct curve_row *const curve_rows[] = {
    &curve_claims_by_callers,   &curve_latency_by_load,      &curve_polls_by_waiting,
    &curve_costs_by_seats_sold, &curve_stall_by_holds_swept,
};

enum { ROWS = sizeof rows / sizeof rows[0], CURVES = sizeof curve_rows / sizeof curve_rows[0] };

/* A shop is kept for the next row if that wants the same. */
static bool stage_ready(struct stage *stage, const struct row *row)
{
    struct shop_plan plan;
    row->plan(&stage->options->scale, &plan);
    if (stage->shop != NULL && memcmp(&stage->shop->plan, &plan, sizeof plan) == 0) return true;
    shop_close(stage->shop);
    fprintf(stderr, " (filling the shop)");
    stage->shop = shop_open(stage->options->server, stage->options->folder, &plan);
    return stage->shop != NULL;
}

static void measure_row(struct stage *stage, struct row_result *result)
{
    const struct row *row = result->row;
    fprintf(stderr, "%s: %s ", row->key, row->workload);
    bool is_ready = stage_ready(stage, row);
    struct host_time start = host_time_now();
    if (is_ready)
        row_run(row, stage, result);
    else
        result->is_complete = false;
    host_time_add(&result->host_time, start);
    fputc('\n', stderr);
}

/* Each run goes through all rows, so that the runs of one row lie far apart. */
static size_t measure_rows(const struct options *options, struct row_result *ret_results)
{
    struct stage stage = {.options = options};
    size_t count = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (strstr(rows[i]->key, options->only) != NULL)
            ret_results[count++] = (struct row_result){.row = rows[i], .is_complete = true};
    for (uint32_t run = 1; run <= options->scale.runs; run++) {
        if (options->scale.runs > 1) fprintf(stderr, "run %u of %u\n", run, options->scale.runs);
        for (size_t i = 0; i < count; i++)
            measure_row(&stage, &ret_results[i]);
    }
    shop_close(stage.shop);
    return count;
}

static size_t measure_curves(const struct options *options, struct curve *ret_curves)
{
    size_t count = 0;
    for (size_t i = 0; i < CURVES; i++) {
        if (strstr(curve_rows[i]->key, options->only) == NULL) continue;
        struct curve *curve = &ret_curves[count++];
        *curve = (struct curve){.row = curve_rows[i]};
        fprintf(stderr, "%s: %s ", curve_rows[i]->key, curve_rows[i]->what);
        curve->is_complete = curve_rows[i]->measure(options, curve);
        fputc('\n', stderr);
    }
    return count;
}

static bool all_complete(const struct report *report)
{
    bool is_complete = true;
    for (size_t i = 0; i < report->results_count; i++)
        is_complete = is_complete && report->results[i].is_complete;
    for (size_t i = 0; i < report->curves_count; i++)
        is_complete = is_complete && report->curves[i].is_complete;
    return is_complete;
}

int main(int argc, char **argv)
{
    static struct row_result results[ROWS];
    static struct curve curves[CURVES];
    struct options options;
    if (!options_parse(argc, argv, &options)) return 2;
    struct report report = {.options = &options, .results = results, .curves = curves};
    report.results_count = measure_rows(&options, results);
    report.curves_count = measure_curves(&options, curves);
    report_print_table(&report);
    bool is_written = report_write_json(&report) && report_write_plots(&report);
    return is_written && all_complete(&report) ? EXIT_SUCCESS : EXIT_FAILURE;
}
