#include "bench/curve.h"

#include <stdio.h>
#include <string.h>

#include "base/require.h"

size_t curve_figures_count(const struct curve_row *row)
{
    size_t count = 0;
    while (count < CURVE_FIGURES_MAX && row->names[count] != NULL)
        count++;
    return count;
}

void curve_add(struct curve *curve, double size, const double *figures)
{
    REQUIRE(curve->points_count < CURVE_POINTS_MAX);
    struct curve_point *point = &curve->points[curve->points_count++];
    point->size = size;
    memcpy(point->figures, figures, curve_figures_count(curve->row) * sizeof *figures);
    fputc('.', stderr);
}

bool curve_keeps_bound(const struct curve *curve)
{
    const struct curve_row *row = curve->row;
    for (size_t i = 0; i < curve->points_count; i++)
        if (row->at_most > 0 && curve->points[i].figures[row->bounded_figure] > row->at_most)
            return false;
    return true;
}
