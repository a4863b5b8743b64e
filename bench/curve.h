/* curve.h -- How something changes with a size: a few figures at each of several sizes. */
#ifndef BENCH_CURVE_H
#define BENCH_CURVE_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/options.h"

enum { CURVE_FIGURES_MAX = 6, CURVE_POINTS_MAX = 16 };

struct curve;

/** A curve as it is to be measured. */
struct curve_row {
    const char *key;
    const char *what;                     /* "claims against callers" */
    const char *size_name;                /* "callers" */
    const char *names[CURVE_FIGURES_MAX]; /* of the figures, with their unit; NULL: no more */
    size_t bounded_figure;                /* the figure that has a bound */
    double at_most;                       /* its bound at every size; 0: none has one */
    /** Adds the points. @return False if something failed or an invariant does not hold. */
    bool (*measure)(const struct options *options, struct curve *curve);
};

struct curve_point {
    double size;
    double figures[CURVE_FIGURES_MAX];
};

/** A curve as it was measured. */
struct curve {
    const struct curve_row *row;
    size_t points_count;
    struct curve_point points[CURVE_POINTS_MAX];
    bool is_complete;
};

/** Whether the bound holds at every size that was measured; true if there is none. */
bool curve_keeps_bound(const struct curve *curve);

/** How many figures each point has. */
size_t curve_figures_count(const struct curve_row *row);

/** Adds a point. @param figures  curve_figures_count(curve->row) of them. */
void curve_add(struct curve *curve, double size, const double *figures);

#endif
