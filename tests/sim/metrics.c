#include <string.h>

#include "tests/sim/message.h"
#include "tests/sim/simulation.h"

static const Onsale__V1__MetricFamily *find(const Onsale__V1__GetMetricsResponse *metrics,
                                            const char *name)
{
    for (size_t i = 0; i < metrics->n_families; i++)
        if (strcmp(metrics->families[i]->name, name) == 0) return metrics->families[i];
    return NULL;
}

/* Whether each of the expected samples is among the others, and no other. */
static bool are_equal(const Onsale__V1__MetricFamily *expected,
                      const Onsale__V1__MetricFamily *actual)
{
    if (actual == NULL || actual->n_samples != expected->n_samples || actual->help[0] == '\0')
        return false;
    for (size_t i = 0; i < expected->n_samples; i++) {
        size_t j = 0;
        while (j < actual->n_samples &&
               !message_is_as_expected(&expected->samples[i]->base, &actual->samples[j]->base))
            j++;
        if (j == actual->n_samples) return false;
    }
    return true;
}

const char *simulation_check_metrics(const Onsale__V1__GetMetricsResponse *expected,
                                     const Onsale__V1__GetMetricsResponse *actual)
{
    for (size_t i = 0; i < expected->n_families; i++)
        if (!are_equal(expected->families[i], find(actual, expected->families[i]->name)))
            return expected->families[i]->name;
    return NULL;
}
