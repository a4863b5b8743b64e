/* report.h -- Tells what was measured: a table for people, a file for programs. */
#ifndef BENCH_REPORT_REPORT_H
#define BENCH_REPORT_REPORT_H

#include "bench/curve.h"
#include "bench/row.h"

struct report {
    const struct options *options;
    const struct row_result *results;
    size_t results_count;
    const struct curve *curves;
    size_t curves_count;
};

/** Prints one line for each goal of each row, then the curves. */
void report_print_table(const struct report *report);

/** Writes options->results. @return False if it can't be written: said why on stderr. */
bool report_write_json(const struct report *report);

/** Writes a file for each curve into options->plots: a line for each point.
 * @return False if one can't be written: said why on stderr. */
bool report_write_plots(const struct report *report);

#endif
