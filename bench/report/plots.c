#include <stdio.h>

#include "bench/report/report.h"

enum { PATH_BYTES = 512 };

static bool write_curve(const struct curve *curve, const char *folder)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s.dat", folder, curve->row->key);
    FILE *file = fopen(path, "we");
    if (file == NULL) {
        perror(path);
        return false;
    }
    for (size_t i = 0; i < curve->points_count; i++) {
        fprintf(file, "%.0f", curve->points[i].size);
        for (size_t j = 0; j < curve_figures_count(curve->row); j++)
            fprintf(file, " %g", curve->points[i].figures[j]);
        fputc('\n', file);
    }
    return fclose(file) == 0;
}

bool report_write_plots(const struct report *report)
{
    bool is_fine = true;
    for (size_t i = 0; i < report->curves_count; i++)
        is_fine = write_curve(&report->curves[i], report->options->plots) && is_fine;
    return is_fine;
}
