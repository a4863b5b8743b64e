#include "client/command/top_sample.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Takes a sample of a family into the member that it has. */
typedef void take_sample(const Onsale__V1__MetricSample *from, void *member);

static const char *label_of(const Onsale__V1__MetricSample *from, const char *name)
{
    for (size_t i = 0; i < from->n_labels; i++)
        if (strcmp(from->labels[i]->name, name) == 0) return from->labels[i]->value;
    return "";
}

static void take_spread(const Onsale__V1__MetricSample *from, void *member)
{
    const Onsale__V1__MetricHistogram *histogram = from->histogram;
    struct top_spread *spread = member;
    if (histogram == NULL || histogram->n_bounds > TOP_BUCKETS_MAX ||
        histogram->n_counts != histogram->n_bounds + 1)
        return;
    spread->bounds_count = histogram->n_bounds;
    for (size_t i = 0; i < histogram->n_bounds; i++)
        spread->bounds[i] = histogram->bounds[i];
    for (size_t i = 0; i < histogram->n_counts; i++)
        spread->counts[i] = histogram->counts[i];
}

const struct top_row *top_row_named(const struct top_list *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strncmp(list->rows[i].name, name, TOP_NAME_BYTES - 1) == 0) return &list->rows[i];
    return NULL;
}

/* The row of this name, a new one if there is none; NULL if the list is full. */
static struct top_row *row_of(struct top_list *list, const char *name)
{
    const struct top_row *found = top_row_named(list, name);
    if (found != NULL) return &list->rows[found - list->rows];
    if (list->count == TOP_ROWS_MAX) return NULL;
    struct top_row *row = &list->rows[list->count++];
    snprintf(row->name, sizeof row->name, "%s", name);
    return row;
}

/* "onsale.v1.QueueService/EnterQueue" is EnterQueue. */
static struct top_row *method_of(struct top_calls *calls, const Onsale__V1__MetricSample *from)
{
    const char *label = label_of(from, "method");
    const char *slash = strrchr(label, '/');
    return row_of(&calls->methods, slash == NULL ? label : slash + 1);
}

static void take_refused(const Onsale__V1__MetricSample *from, void *member)
{
    struct top_calls *calls = member;
    struct top_row *reason = row_of(&calls->reasons, label_of(from, "reason"));
    if (reason == NULL) return;
    reason->calls += (uint64_t)from->value;
    calls->refused += (uint64_t)from->value;
}

static void take_calls(const Onsale__V1__MetricSample *from, void *member)
{
    struct top_row *method = method_of(member, from);
    if (method != NULL) method->calls += (uint64_t)from->value;
    if (strcmp(label_of(from, "reason"), "OK") != 0) take_refused(from, member);
}

static void take_duration(const Onsale__V1__MetricSample *from, void *member)
{
    struct top_row *method = method_of(member, from);
    if (method != NULL) take_spread(from, &method->took_us);
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

static void take_kind(const Onsale__V1__MetricSample *from, void *member)
{
    const char *kind = label_of(from, "kind");
    uint64_t *counts = member;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].kind, kind) == 0) counts[kinds[i].count] += (uint64_t)from->value;
}

static void take_version(const Onsale__V1__MetricSample *from, void *member)
{
    snprintf(member, TOP_NAME_BYTES, "%s", label_of(from, "version"));
}

/* Of one number, or of one for each concert or performance: these are added up. */
static void take_number(const Onsale__V1__MetricSample *from, void *member)
{
    *(int64_t *)member += from->value;
}

static void take_one(const Onsale__V1__MetricSample *from, void *member)
{
    (void)from;
    ++*(int64_t *)member;
}

#define MEMBER(name) offsetof(struct top_sample, name)
static const struct {
    const char *name;
    take_sample *take;
    size_t offset;
} families[] = {
    {"build_info", take_version, MEMBER(version)},
    {"calls_total", take_calls, MEMBER(calls)},
    {"frames_refused_total", take_refused, MEMBER(calls)},
    {"call_duration_seconds", take_duration, MEMBER(calls)},
    {"events_total", take_kind, MEMBER(counts)},
    {"event_seats_total", take_kind, MEMBER(seats_of)},
    {"batch_commands", take_spread, MEMBER(batch)},
    {"flush_duration_seconds", take_spread, MEMBER(flush_us)},
    {"commit_duration_seconds", take_spread, MEMBER(commit_us)},
    {"queue_waiting", take_one, MEMBER(queues)},
    {"start_time_seconds", take_number, MEMBER(started_at_ms)},
    {"queue_waiting", take_number, MEMBER(waiting)},
    {"queue_active", take_number, MEMBER(active)},
    {"queue_active_limit", take_number, MEMBER(active_limit)},
    {"queue_admission_open", take_number, MEMBER(queues_open)},
    {"holding_stopped", take_number, MEMBER(holding_stopped)},
    {"paying_stopped", take_number, MEMBER(paying_stopped)},
    {"seats", take_number, MEMBER(seats)},
    {"seats_available", take_number, MEMBER(available)},
    {"writer_queue_commands", take_number, MEMBER(writer_waiting)},
    {"connections", take_number, MEMBER(connections)},
    {"long_polls_waiting", take_number, MEMBER(long_polls)},
    {"memory_used_bytes", take_number, MEMBER(memory_used)},
    {"memory_budget_bytes", take_number, MEMBER(memory_budget)},
    {"process_cpu_seconds_total", take_number, MEMBER(cpu_us)},
    {"store_used_bytes", take_number, MEMBER(store_used)},
    {"store_limit_bytes", take_number, MEMBER(store_limit)},
    {"store_has_room", take_number, MEMBER(has_room)},
    {"store_damage_met_total", take_number, MEMBER(damage_met)},
    {"journal_used_bytes", take_number, MEMBER(journal_used)},
    {"journal_limit_bytes", take_number, MEMBER(journal_limit)},
    {"clock_behind_seconds", take_number, MEMBER(clock_behind_ms)},
    {"clock_jumped_seconds", take_number, MEMBER(clock_jumped_ms)},
};

static bool is_of(const Onsale__V1__MetricSample *from, uint32_t concert_id)
{
    char wanted[16];
    const char *concert = label_of(from, "concert");
    snprintf(wanted, sizeof wanted, "%" PRIu32, concert_id);
    return concert_id == 0 || concert[0] == '\0' || strcmp(concert, wanted) == 0;
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
        for (size_t k = 0; k < sizeof families / sizeof families[0]; k++)
            if (strcmp(families[k].name, name) == 0)
                families[k].take(from, (uint8_t *)sample + families[k].offset);
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
