#include "server/metrics/families.h"

#include "server/metrics/samples.h"
#include "server/metrics/telling.h"
#include "server/present.h"

/* How many of the numbers make one of what the name says. */
enum unit { ONE = 1, MS = 1000, US = 1000000 };

struct family {
    const char *name;
    Onsale__V1__MetricType type;
    enum unit unit;
    const char *help;
    void (*tell)(struct telling *telling);
};

static void add_by_concert(struct telling *telling, const struct queue *queue, int64_t value)
{
    telling_add(telling, LABELS({"concert", telling_number(telling, queue->concert_id)}), value);
}

static void add_by_performance(struct telling *telling, const struct performance_seats *seats,
                               int64_t value)
{
    telling_add(telling,
                LABELS({"concert", telling_number(telling, seats->concert_id)},
                       {"performance", telling_number(telling, seats->performance_id)}),
                value);
}

/* First a function for each row that says where its numbers are. */
#define TELLS(name) static void tell_##name(struct telling *telling)
#define NUMBER(name, type, unit, help, value)                                                      \
    TELLS(name)                                                                                    \
    {                                                                                              \
        const struct metrics_view *view = telling->view;                                           \
        telling_add(telling, NO_LABELS, (int64_t)(value));                                         \
    }
#define SPREAD(name, unit, help, histogram)                                                        \
    TELLS(name)                                                                                    \
    {                                                                                              \
        const struct metrics_view *view = telling->view;                                           \
        telling_add_histogram(telling, NO_LABELS, &(histogram));                                   \
    }
#define BY_CONCERT(name, type, unit, help, value)                                                  \
    TELLS(name)                                                                                    \
    {                                                                                              \
        const struct metrics_view *view = telling->view;                                           \
        for (size_t i = 0; i < view->queues_count; i++) {                                          \
            const struct queue *queue = &view->queues[i];                                          \
            add_by_concert(telling, queue, (int64_t)(value));                                      \
        }                                                                                          \
    }
#define BY_PERFORMANCE(name, type, help, value)                                                    \
    TELLS(name)                                                                                    \
    {                                                                                              \
        const struct metrics_view *view = telling->view;                                           \
        for (size_t i = 0; i < view->performances_count; i++) {                                    \
            const struct performance_seats *seats = &view->performances[i];                        \
            add_by_performance(telling, seats, (int64_t)(value));                                  \
        }                                                                                          \
    }
#define TABLE(name, type, unit, help, tell)
#include "server/metrics/metrics.def"
#undef NUMBER
#undef SPREAD
#undef BY_CONCERT
#undef BY_PERFORMANCE
#undef TABLE

#define ROW(name, type, unit, help, tell)                                                          \
    {"onsale_" #name, ONSALE__V1__METRIC_TYPE__METRIC_TYPE_##type, unit, help, tell},
#define NUMBER(name, type, unit, help, value) ROW(name, type, unit, help, tell_##name)
#define SPREAD(name, unit, help, histogram) ROW(name, HISTOGRAM, unit, help, tell_##name)
#define BY_CONCERT(name, type, unit, help, value) ROW(name, type, unit, help, tell_##name)
#define BY_PERFORMANCE(name, type, help, value) ROW(name, type, ONE, help, tell_##name)
#define TABLE(name, type, unit, help, tell) ROW(name, type, unit, help, tell)
static const struct family families[] = {
#include "server/metrics/metrics.def"
};

enum { FAMILIES = sizeof families / sizeof families[0] };

static bool tell_family(struct telling *telling, const struct family *family)
{
    telling->family = arena_alloc(telling->arena, sizeof *telling->family);
    if (telling->family == NULL) return false;
    onsale__v1__metric_family__init(telling->family);
    telling->samples_room = 0;
    telling->family->name = (char *)family->name;
    telling->family->help = (char *)family->help;
    telling->family->type = family->type;
    telling->family->per_unit = (uint32_t)family->unit;
    family->tell(telling);
    return !telling->has_failed;
}

enum status families_tell(struct arena *arena, const struct metrics_view *view,
                          Onsale__V1__GetMetricsResponse *response)
{
    struct telling telling = {.view = view, .arena = arena};
    response->families = present_array(arena, FAMILIES);
    if (response->families == NULL) return STATUS_OUT_OF_MEMORY;
    for (size_t i = 0; i < FAMILIES; i++) {
        if (!tell_family(&telling, &families[i])) return STATUS_OUT_OF_MEMORY;
        response->families[response->n_families++] = telling.family;
    }
    return STATUS_OK;
}
