#include "bench/measure/rank.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"

static int compare(const void *a, const void *b)
{
    double first = *(const double *)a;
    double second = *(const double *)b;
    return (first > second) - (first < second);
}

struct rank rank_of(const double *numbers, size_t count)
{
    double sorted[RANK_MAX];
    REQUIRE(count >= 1);
    REQUIRE(count <= RANK_MAX);
    memcpy(sorted, numbers, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare);
    return (struct rank){
        .median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2,
        .min = sorted[0],
        .max = sorted[count - 1],
    };
}
