#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/require.h"
#include "bench/report/report.h"
#include "bench/verdict.h"

enum { FACT_NAME_BYTES = 64 };

static json_t *reached_json(enum reached reached)
{
    return reached == REACHED_UNKNOWN ? json_null() : json_boolean(reached == REACHED_YES);
}

static json_t *round_json(const struct round *round)
{
    return json_pack("{s:I, s:I, s:f, s:f, s:I, s:I, s:I, s:I, s:I}", "operations",
                     (json_int_t)round->operations, "refused", (json_int_t)round->refused,
                     "seconds", round->seconds, "per_second", round_rate(round), "p50_ns",
                     (json_int_t)round->p50_ns, "p90_ns", (json_int_t)round->p90_ns, "p99_ns",
                     (json_int_t)round->p99_ns, "p999_ns", (json_int_t)round->p999_ns, "max_ns",
                     (json_int_t)round->max_ns);
}

static const char *outcome_name(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_READY:
        return "measured";
    case OUTCOME_NOT_INSTALLED:
        return "not installed";
    case OUTCOME_FAILED:
        break;
    }
    return "failed";
}

static json_t *record_json(const char *name, const struct record *record)
{
    struct rank rates = record_rates(record);
    json_t *rounds = json_array();
    for (size_t i = 0; i < record->rounds_count; i++)
        json_array_append_new(rounds, round_json(&record->rounds[i]));
    return json_pack("{s:s, s:s, s:f, s:f, s:f, s:o}", "name", name, "outcome",
                     outcome_name(record->outcome), "median_per_second", rates.median,
                     "min_per_second", rates.min, "max_per_second", rates.max, "rounds", rounds);
}

static const char *goal_name(enum goal_kind kind)
{
    switch (kind) {
    case GOAL_RATIO:
        return "throughput ratio, at least";
    case GOAL_THROUGHPUT:
        return "throughput a second, at least";
    case GOAL_P99_MS:
        return "p99 in ms, at most";
    case GOAL_LONGEST_MS:
        return "longest in ms, at most";
    case GOAL_P50_OVER_US:
        return "p50 beyond the sum of the others' in us, at most";
    case GOAL_NONE:
        break;
    }
    return "";
}

static json_t *goal_json(const struct row_result *result, const struct goal *goal)
{
    struct verdict verdict = verdict_of(result, goal);
    json_t *rival = goal->kind == GOAL_RATIO
                        ? json_string(result->row->contenders[goal->rival]->name)
                        : json_null();
    return json_pack("{s:s, s:o, s:f, s:f, s:f, s:f, s:o, s:f, s:o}", "goal", goal_name(goal->kind),
                     "beside", rival, "measured", verdict.figure, "min", verdict.min, "max",
                     verdict.max, "must_reach", goal->must_reach, "must_reach_holds",
                     reached_json(verdict.must_reach), "aim_for", goal->aim_for, "aim_for_holds",
                     reached_json(verdict.aim_for));
}

static json_t *row_json(const struct row_result *result)
{
    const struct row *row = result->row;
    json_t *contenders = json_array();
    json_t *goals = json_array();
    for (size_t i = 0; i < row_contenders_count(row); i++)
        json_array_append_new(contenders,
                              record_json(row->contenders[i]->name, &result->records[i]));
    for (size_t i = 0; i < ROW_GOALS_MAX && row->goals[i].kind != GOAL_NONE; i++)
        json_array_append_new(goals, goal_json(result, &row->goals[i]));
    return json_pack("{s:s, s:b, s:f, s:o, s:o}", "workload", row->workload, "complete",
                     result->is_complete, "stolen_share", host_stolen_share(result->host_time),
                     "goals", goals, "contenders", contenders);
}

static json_t *point_json(const struct curve_row *row, const struct curve_point *point)
{
    json_t *object = json_object();
    json_object_set_new(object, row->size_name, json_real(point->size));
    for (size_t i = 0; i < curve_figures_count(row); i++)
        json_object_set_new(object, row->names[i], json_real(point->figures[i]));
    return object;
}

static json_t *bound_json(const struct curve *curve)
{
    const struct curve_row *row = curve->row;
    if (row->at_most == 0) return json_null();
    return json_pack("{s:s, s:f, s:b}", "figure", row->names[row->bounded_figure], "at_most",
                     row->at_most, "holds", curve_keeps_bound(curve));
}

static json_t *curve_json(const struct curve *curve)
{
    json_t *points = json_array();
    for (size_t i = 0; i < curve->points_count; i++)
        json_array_append_new(points, point_json(curve->row, &curve->points[i]));
    return json_pack("{s:s, s:b, s:o, s:o}", "what", curve->row->what, "complete",
                     curve->is_complete, "bound", bound_json(curve), "points", points);
}

/* "name=value" as the script found it. */
static json_t *facts_json(const struct options *options)
{
    json_t *facts = json_object();
    for (size_t i = 0; i < options->facts_count; i++) {
        const char *fact = options->facts[i];
        const char *value = strchr(fact, '=');
        char name[FACT_NAME_BYTES];
        if (value == NULL) continue;
        snprintf(name, sizeof name, "%.*s", (int)(value - fact), fact);
        json_object_set_new(facts, name, json_string(value + 1));
    }
    return facts;
}

static json_t *scale_json(const struct options *options)
{
    const struct scale *scale = &options->scale;
    return json_pack("{s:b, s:i, s:i, s:f, s:i, s:i, s:i, s:i, s:i}", "quick", options->is_quick,
                     "runs", (int)scale->runs, "rounds_of_a_run", (int)scale->rounds,
                     "round_seconds_max", scale->round_seconds, "claims_of_a_round_max",
                     (int)scale->claims, "waiting", (int)scale->waiting, "purchases_of_a_round",
                     (int)scale->purchases, "seats_sold_max", (int)scale->sold_max,
                     "holds_swept_max", (int)scale->sweep_max);
}

static json_t *date_json(void)
{
    char text[32];
    time_t now = time(NULL);
    struct tm parts;
    REQUIRE(gmtime_r(&now, &parts) != NULL);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    return json_string(text);
}

bool report_write_json(const struct report *report)
{
    json_t *rows = json_object();
    json_t *curves = json_object();
    for (size_t i = 0; i < report->results_count; i++)
        json_object_set_new(rows, report->results[i].row->key, row_json(&report->results[i]));
    for (size_t i = 0; i < report->curves_count; i++)
        json_object_set_new(curves, report->curves[i].row->key, curve_json(&report->curves[i]));
    json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:o}", "date", date_json(), "facts",
                            facts_json(report->options), "scale", scale_json(report->options),
                            "rows", rows, "curves", curves);
    REQUIRE(all != NULL);
    int rc = json_dump_file(all, report->options->results, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    json_decref(all);
    if (rc != 0) perror(report->options->results);
    return rc == 0;
}
