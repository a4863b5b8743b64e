#include "client/command/top_sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void take_sample(struct top_sample *sample, const Onsale__V1__MetricSample *from);

static const char *label_of(const Onsale__V1__MetricSample *from, const char *name)
{
    for (size_t i = 0; i < from->n_labels; i++)
        if (strcmp(from->labels[i]->name, name) == 0) return from->labels[i]->value;
    return "";
}

static void take_spread(struct top_spread *spread, const Onsale__V1__MetricSample *from)
{
    const Onsale__V1__MetricHistogram *histogram = from->histogram;
    if (histogram == NULL || histogram->n_bounds > TOP_BUCKETS_MAX ||
        histogram->n_counts != histogram->n_bounds + 1)
        return;
    spread->bounds_count = histogram->n_bounds;
    for (size_t i = 0; i < histogram->n_bounds; i++)
        spread->bounds[i] = histogram->bounds[i];
    for (size_t i = 0; i < histogram->n_counts; i++)
        spread->counts[i] = histogram->counts[i];
}

/* "onsale.v1.QueueService/EnterQueue" is EnterQueue. */
static struct top_method *method_of(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    const char *label = label_of(from, "method");
    const char *slash = strrchr(label, '/');
    const char *name = slash == NULL ? label : slash + 1;
    for (size_t i = 0; i < sample->methods_count; i++)
        if (strncmp(sample->methods[i].name, name, TOP_NAME_BYTES - 1) == 0)
            return &sample->methods[i];
    if (sample->methods_count == TOP_METHODS_MAX) return NULL;
    struct top_method *method = &sample->methods[sample->methods_count++];
    snprintf(method->name, sizeof method->name, "%s", name);
    return method;
}

static void count_refusal(struct top_sample *sample, const char *name, uint64_t calls)
{
    size_t i = 0;
    while (i < sample->reasons_count && strcmp(sample->reasons[i].name, name) != 0)
        i++;
    if (i == TOP_REASONS_MAX) return;
    if (i == sample->reasons_count) {
        snprintf(sample->reasons[i].name, sizeof sample->reasons[i].name, "%s", name);
        sample->reasons_count++;
    }
    sample->reasons[i].calls += calls;
    sample->refused += calls;
}

static void take_calls(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    struct top_method *method = method_of(sample, from);
    const char *reason = label_of(from, "reason");
    uint64_t calls = (uint64_t)from->value;
    if (method != NULL) method->calls += calls;
    if (strcmp(reason, "OK") != 0) count_refusal(sample, reason, calls);
}

static void take_refused_frames(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    count_refusal(sample, label_of(from, "reason"), (uint64_t)from->value);
}

static void take_duration(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    struct top_method *method = method_of(sample, from);
    if (method != NULL) take_spread(&method->took_us, from);
}

static const struct {
    const char *kind;
    enum top_count count;
} kinds[] = {
    {"QUEUE_ENTERED", TOP_ENTERED},
    {"QUEUE_ADMITTED", TOP_ADMITTED},
    {"SEATS_HELD", TOP_HELD},
    {"RESERVATION_PAID", TOP_PAID},
    {"RESERVATION_EXPIRED", TOP_EXPIRED},
    {"RESERVATION_CANCELLED", TOP_CANCELLED},
    {"QUEUE_EXPIRED", TOP_LEFT_QUEUE},
    {"QUEUE_LEFT", TOP_LEFT_QUEUE},
};

static void add_kind(uint64_t counts[TOP_COUNTS], const Onsale__V1__MetricSample *from)
{
    const char *kind = label_of(from, "kind");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, kind) == 0) counts[kinds[i].count] += (uint64_t)from->value;
}

static void take_events(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    add_kind(sample->counts, from);
}

static void take_event_seats(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    add_kind(sample->seats_of, from);
}

static void take_version(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    snprintf(sample->version, sizeof sample->version, "%s", label_of(from, "version"));
}

static void take_batch(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    take_spread(&sample->batch, from);
}

static void take_flush(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    take_spread(&sample->flush_us, from);
}

static void take_commit(struct top_sample *sample, const Onsale__V1__MetricSample *from)
{
    take_spread(&sample->commit_us, from);
}

/* Families whose numbers are told apart by labels. */
static const struct {
    const char *name;
    take_sample *take;
} tables[] = {
    {"build_info", take_version},
    {"calls_total", take_calls},
    {"frames_refused_total", take_refused_frames},
    {"call_duration_seconds", take_duration},
    {"events_total", take_events},
    {"event_seats_total", take_event_seats},
    {"batch_commands", take_batch},
    {"flush_duration_seconds", take_flush},
    {"commit_duration_seconds", take_commit},
};

/* Families of one number, or of one for each concert or performance: these are added up. */
#define NUMBER(name, member)                                                                       \
    {                                                                                              \
        name, offsetof(struct top_sample, member)                                                  \
    }
static const struct {
    const char *name;
    size_t offset;
} numbers[] = {
    NUMBER("start_time_seconds", started_at_ms),
    NUMBER("queue_waiting", waiting),
    NUMBER("queue_active", active),
    NUMBER("queue_active_limit", active_limit),
    NUMBER("queue_admission_open", queues_open),
    NUMBER("holding_stopped", holding_stopped),
    NUMBER("paying_stopped", paying_stopped),
    NUMBER("seats", seats),
    NUMBER("seats_available", available),
    NUMBER("writer_queue_commands", writer_waiting),
    NUMBER("connections", connections),
    NUMBER("long_polls_waiting", long_polls),
    NUMBER("memory_used_bytes", memory_used),
    NUMBER("memory_budget_bytes", memory_budget),
    NUMBER("process_cpu_seconds_total", cpu_us),
    NUMBER("store_used_bytes", store_used),
    NUMBER("store_limit_bytes", store_limit),
    NUMBER("store_has_room", has_room),
    NUMBER("store_damage_met_total", damage_met),
    NUMBER("journal_used_bytes", journal_used),
    NUMBER("journal_limit_bytes", journal_limit),
    NUMBER("clock_behind_seconds", clock_behind_ms),
    NUMBER("clock_jumped_seconds", clock_jumped_ms),
};

static bool is_of(const Onsale__V1__MetricSample *from, uint32_t concert_id)
{
    char wanted[16];
    const char *concert = label_of(from, "concert");
    snprintf(wanted, sizeof wanted, "%" PRIu32, concert_id);
    return concert_id == 0 || concert[0] == '\0' || strcmp(concert, wanted) == 0;
}

static void add_number(struct top_sample *sample, const char *family,
                       const Onsale__V1__MetricSample *from)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(numbers[i].name, family) == 0)
            *(int64_t *)(void *)((uint8_t *)sample + numbers[i].offset) += from->value;
    if (strcmp(family, "queue_waiting") == 0) sample->queues++;
}

static void read_family(struct top_sample *sample, const Onsale__V1__MetricFamily *family,
                        uint32_t concert_id)
{
    static const char prefix[] = "onsale_";
    const char *name = family->name;
    if (strncmp(name, prefix, strlen(prefix)) != 0) return;
    name += strlen(prefix);
    for (size_t i = 0; i < family->n_samples; i++) {
        const Onsale__V1__MetricSample *from = family->samples[i];
        if (!is_of(from, concert_id)) continue;
        add_number(sample, name, from);
        for (size_t k = 0; k < sizeof tables / sizeof tables[0]; k++)
            if (strcmp(tables[k].name, name) == 0) tables[k].take(sample, from);
    }
}

void top_sample_read(struct top_sample *ret_sample, const Onsale__V1__GetMetricsResponse *metrics,
                     uint32_t concert_id, int64_t taken_ms)
{
    memset(ret_sample, 0, sizeof *ret_sample);
    ret_sample->taken_ms = taken_ms;
    for (size_t i = 0; i < metrics->n_families; i++)
        read_family(ret_sample, metrics->families[i], concert_id);
}

double top_rate(uint64_t before, uint64_t now, int64_t took_ms)
{
    if (took_ms <= 0 || now < before) return 0;
    return (double)(now - before) * 1000.0 / (double)took_ms;
}

/* Values in a bucket since the spread before. */
static uint64_t counted(const struct top_spread *before, const struct top_spread *now, size_t i)
{
    uint64_t earlier = before == NULL || i > before->bounds_count ? 0 : before->counts[i];
    return now->counts[i] > earlier ? now->counts[i] - earlier : 0;
}

bool top_quantile(const struct top_spread *before, const struct top_spread *now, double quantile,
                  double *ret_value)
{
    uint64_t total = 0;
    double below = 0;
    for (size_t i = 0; i <= now->bounds_count; i++)
        total += counted(before, now, i);
    if (total == 0 || now->bounds_count == 0) return false;
    double wanted = quantile * (double)total;
    for (size_t i = 0; i < now->bounds_count; i++) {
        double count = (double)counted(before, now, i);
        double low = i == 0 ? 0 : (double)now->bounds[i - 1];
        if (count > 0 && below + count >= wanted) {
            *ret_value = low + ((double)now->bounds[i] - low) * (wanted - below) / count;
            return true;
        }
        below += count;
    }
    *ret_value = (double)now->bounds[now->bounds_count - 1];
    return true;
}

const struct top_method *top_method_named(const struct top_sample *sample, const char *name)
{
    for (size_t i = 0; i < sample->methods_count; i++)
        if (strcmp(sample->methods[i].name, name) == 0) return &sample->methods[i];
    return NULL;
}

const struct top_reason *top_reason_named(const struct top_sample *sample, const char *name)
{
    for (size_t i = 0; i < sample->reasons_count; i++)
        if (strcmp(sample->reasons[i].name, name) == 0) return &sample->reasons[i];
    return NULL;
}
