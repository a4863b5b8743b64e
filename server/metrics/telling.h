/* telling.h -- Adds samples to a family of metrics. Memory is the arena's; once that is used up,
 * the rest is left out and the telling has failed. */
#ifndef SERVER_METRICS_TELLING_H
#define SERVER_METRICS_TELLING_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/histogram.h"
#include "onsale/v1/admin.pb-c.h"
#include "server/metrics/view.h"

enum { METRIC_LABELS_MAX = 3 };

struct telling {
    const struct metrics_view *view;
    struct arena *arena;
    Onsale__V1__MetricFamily *family; /* to which samples are added */
    size_t samples_room;              /* that it has */
    bool has_failed;
};

/** A label; the value is kept. */
struct label {
    const char *name;
    const char *value;
};

/** Text of a number, for a label. @return "" if the telling has failed. */
const char *telling_number(struct telling *telling, uint64_t number);

/** Adds a number. @param labels  Up to METRIC_LABELS_MAX; one without a name ends them. */
void telling_add(struct telling *telling, const struct label labels[METRIC_LABELS_MAX],
                 int64_t value);

/** Adds a histogram as it is now. */
void telling_add_histogram(struct telling *telling, const struct label labels[METRIC_LABELS_MAX],
                           const struct histogram *histogram);

/** Short for a list of labels. */
#define LABELS(...)                                                                                \
    (const struct label[METRIC_LABELS_MAX])                                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }
#define NO_LABELS LABELS({NULL, NULL})

#endif
