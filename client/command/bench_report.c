#include <string.h>

#include "client/command/bench.h"
#include "client/command/output.h"

enum { NS_PER_US = 1000, NS_PER_MS = 1000 * 1000 };

static const struct {
    const char *title;
    const char *key; /* in JSON */
    double share;
} quantiles[] = {{"p50", "p50Us", 0.5},
                 {"p90", "p90Us", 0.9},
                 {"p99", "p99Us", 0.99},
                 {"p99.9", "p999Us", 0.999}};

enum { QUANTILES = sizeof quantiles / sizeof quantiles[0] };

static double seconds(int64_t ns)
{
    return (double)ns / 1e9;
}

static double per_second(const struct bench *bench, uint64_t count)
{
    return (double)count / seconds(bench->ended_ns - bench->began_ns);
}

/* @param first  Of the statuses that count: STATUS_OK comes first of all. */
static uint64_t count_ended(const struct bench_target *target, size_t first)
{
    uint64_t count = 0;
    for (size_t status = first; status < STATUS_NUMBERS; status++)
        count += atomic_load(&target->ended[status]);
    return count;
}

/* --- For people ------------------------------------------------------------------------------- */

void bench_report_progress(const struct bench *bench, int64_t now_ns)
{
    if (!bench->tells_progress) return;
    int64_t elapsed_ns = now_ns - bench->began_ns;
    uint64_t ended = atomic_load(&bench->ended), sent = atomic_load(&bench->sent), failed = 0;
    for (size_t i = 0; i < bench->mix.count; i++)
        failed += count_ended(&bench->targets[i], STATUS_OK + 1);
    output_line(stderr, "%4.0f s  %s calls, %.0f a second, %s not OK, %s under way",
                seconds(elapsed_ns), text_of_money((int64_t)ended).bytes,
                (double)ended / seconds(elapsed_ns), text_of_money((int64_t)failed).bytes,
                text_of_money((int64_t)(sent - ended)).bytes);
}

/* "GetQueueEntry" */
static const char *short_name(const struct bench_target *target)
{
    const char *slash = strrchr(target->method->name, '/');
    return slash == NULL ? target->method->name : slash + 1;
}

static void print_row(const struct bench *bench, const struct bench_target *target)
{
    uint64_t count = count_ended(target, STATUS_OK);
    output_print(stdout, "%-18.18s %10s %8.0f", short_name(target),
                 text_of_money((int64_t)count).bytes, per_second(bench, count));
    for (size_t i = 0; i < QUANTILES; i++)
        output_print(
            stdout, " %7s",
            text_of_latency(latencies_quantile_ns(&target->latencies, quantiles[i].share)).bytes);
    output_line(stdout, " %7s", text_of_latency(target->latencies.max_ns).bytes);
}

static void print_outcomes(const struct bench_target *target)
{
    for (size_t status = 0; status < STATUS_NUMBERS; status++) {
        uint64_t count = atomic_load(&target->ended[status]);
        if (count > 0)
            output_line(stdout, "%-18.18s %10s  %s", short_name(target),
                        text_of_money((int64_t)count).bytes,
                        onsale_status_name((enum onsale_status)status));
    }
}

static void print_report(const struct bench *bench)
{
    output_line(stdout, "%s for %.1f s: %s", bench->rate > 0 ? "open loop" : "closed loop",
                seconds(bench->ended_ns - bench->began_ns),
                bench->rate > 0 ? "latencies from the intended beginning of each call"
                                : "latencies from the beginning of each call");
    output_line(stdout, "%s", "");
    output_print(stdout, "%-18s %10s %8s", "", "calls", "a second");
    for (size_t i = 0; i < QUANTILES; i++)
        output_print(stdout, " %7s", quantiles[i].title);
    output_line(stdout, " %7s", "max");
    for (size_t i = 0; i < bench->mix.count; i++)
        print_row(bench, &bench->targets[i]);
    output_line(stdout, "%s", "");
    for (size_t i = 0; i < bench->mix.count; i++)
        print_outcomes(&bench->targets[i]);
}

/* --- For programs ----------------------------------------------------------------------------- */

static json_t *json_of_outcomes(const struct bench_target *target)
{
    json_t *outcomes = json_array();
    for (size_t number = 0; number < STATUS_NUMBERS; number++) {
        enum onsale_status status = (enum onsale_status)number;
        uint64_t count = atomic_load(&target->ended[number]);
        if (count == 0) continue;
        json_array_append_new(
            outcomes, json_pack("{sisssI}", "code", (int)onsale_status_code(status), "reason",
                                onsale_status_name(status), "calls", (json_int_t)count));
    }
    return outcomes;
}

static json_t *json_of_us(uint64_t ns)
{
    return json_integer((json_int_t)((ns + NS_PER_US - 1) / NS_PER_US));
}

static json_t *json_of_target(const struct bench *bench, const struct bench_target *target)
{
    uint64_t count = count_ended(target, STATUS_OK);
    json_t *json = json_pack("{sssIsI}", "method", target->method->name, "calls", (json_int_t)count,
                             "callsPerSecond", (json_int_t)per_second(bench, count));
    for (size_t i = 0; i < QUANTILES; i++)
        json_object_set_new(
            json, quantiles[i].key,
            json_of_us(latencies_quantile_ns(&target->latencies, quantiles[i].share)));
    json_object_set_new(json, "maxUs", json_of_us(target->latencies.max_ns));
    json_object_set_new(json, "outcomes", json_of_outcomes(target));
    return json;
}

static json_t *json_of_bench(const struct bench *bench)
{
    json_t *methods = json_array();
    for (size_t i = 0; i < bench->mix.count; i++)
        json_array_append_new(methods, json_of_target(bench, &bench->targets[i]));
    return json_pack("{sssIso}", "loop", bench->rate > 0 ? "open" : "closed", "durationMs",
                     (json_int_t)((bench->ended_ns - bench->began_ns) / NS_PER_MS), "methods",
                     methods);
}

void bench_report(const struct bench *bench)
{
    if (bench->run->json)
        json_write(json_of_bench(bench), stdout);
    else
        print_report(bench);
}
