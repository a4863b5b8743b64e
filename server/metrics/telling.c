#include "server/metrics/telling.h"

#include <inttypes.h>
#include <string.h>

enum { SAMPLES_FIRST = 4 };

const char *telling_number(struct telling *telling, uint64_t number)
{
    const char *text = arena_printf(telling->arena, "%" PRIu64, number);
    if (text == NULL) telling->has_failed = true;
    return text == NULL ? "" : text;
}

static void *take(struct telling *telling, size_t count, size_t size)
{
    void *memory = arena_calloc(telling->arena, count, size);
    if (memory == NULL) telling->has_failed = true;
    return memory;
}

static bool make_room(struct telling *telling)
{
    Onsale__V1__MetricFamily *family = telling->family;
    if (family->n_samples < telling->samples_room) return true;
    size_t room = telling->samples_room == 0 ? (size_t)SAMPLES_FIRST : 2 * telling->samples_room;
    Onsale__V1__MetricSample **samples = take(telling, room, sizeof(void *));
    if (samples == NULL) return false;
    if (family->n_samples > 0) memcpy(samples, family->samples, family->n_samples * sizeof(void *));
    family->samples = samples;
    telling->samples_room = room;
    return true;
}

static bool set_labels(struct telling *telling, Onsale__V1__MetricSample *sample,
                       const struct label labels[METRIC_LABELS_MAX])
{
    size_t count = 0;
    while (count < METRIC_LABELS_MAX && labels[count].name != NULL)
        count++;
    if (count == 0) return true;
    sample->labels = take(telling, count, sizeof *sample->labels);
    Onsale__V1__MetricLabel *messages = take(telling, count, sizeof *messages);
    if (sample->labels == NULL || messages == NULL) return false;
    sample->n_labels = count;
    for (size_t i = 0; i < count; i++) {
        onsale__v1__metric_label__init(&messages[i]);
        messages[i].name = (char *)labels[i].name;
        messages[i].value = (char *)labels[i].value;
        sample->labels[i] = &messages[i];
    }
    return true;
}

/* @return NULL if memory is used up. */
static Onsale__V1__MetricSample *add(struct telling *telling,
                                     const struct label labels[METRIC_LABELS_MAX])
{
    Onsale__V1__MetricSample *sample = take(telling, 1, sizeof *sample);
    if (sample == NULL || !make_room(telling)) return NULL;
    onsale__v1__metric_sample__init(sample);
    if (!set_labels(telling, sample, labels)) return NULL;
    telling->family->samples[telling->family->n_samples++] = sample;
    return sample;
}

void telling_add(struct telling *telling, const struct label labels[METRIC_LABELS_MAX],
                 int64_t value)
{
    Onsale__V1__MetricSample *sample = add(telling, labels);
    if (sample != NULL) sample->value = value;
}

void telling_add_histogram(struct telling *telling, const struct label labels[METRIC_LABELS_MAX],
                           const struct histogram *histogram)
{
    Onsale__V1__MetricSample *sample = add(telling, labels);
    Onsale__V1__MetricHistogram *message = take(telling, 1, sizeof *message);
    size_t bounds = histogram->bounds_count;
    uint64_t *numbers = take(telling, 2 * bounds + 1, sizeof *numbers);
    if (sample == NULL || message == NULL || numbers == NULL) return;
    onsale__v1__metric_histogram__init(message);
    message->n_bounds = bounds;
    message->bounds = numbers;
    message->n_counts = bounds + 1;
    message->counts = numbers + bounds;
    for (unsigned i = 0; i < bounds; i++)
        message->bounds[i] = histogram_bound(histogram, i);
    for (unsigned i = 0; i <= bounds; i++)
        message->counts[i] = atomic_load_explicit(&histogram->counts[i], memory_order_relaxed);
    message->sum = atomic_load_explicit(&histogram->sum, memory_order_relaxed);
    sample->histogram = message;
}
