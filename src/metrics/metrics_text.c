#include "metrics/metrics_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 9, DECIMAL_BYTES = 40 };

/* A number in units of `per_unit`: 1234 of a thousand is "1.234". */
struct decimal {
    char text[DECIMAL_BYTES];
};

static struct decimal decimal_of(bool is_negative, uint64_t number, uint32_t per_unit)
{
    struct decimal decimal;
    uint64_t divisor = per_unit == 0 ? 1 : per_unit;
    uint64_t rest = number % divisor;
    int length = snprintf(decimal.text, sizeof decimal.text, "%s%" PRIu64, is_negative ? "-" : "",
                          number / divisor);
    if (rest > 0) decimal.text[length++] = '.';
    for (int i = 0; i < DIGITS_MAX && rest > 0; i++) {
        rest *= 10;
        decimal.text[length++] = (char)('0' + rest / divisor);
        rest %= divisor;
    }
    decimal.text[length] = '\0';
    return decimal;
}

static struct decimal decimal_of_value(int64_t value, uint32_t per_unit)
{
    uint64_t number = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    return decimal_of(value < 0, number, per_unit);
}

/* A quote means something in the value of a label only. */
static void write_escaped(FILE *out, const char *text, const char *meaningful)
{
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            fputs("\\n", out);
        else if (strchr(meaningful, *text) != NULL)
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

/* @param bound  Value of a last label "le"; NULL for none. */
static void write_labels(FILE *out, const Onsale__V1__MetricSample *sample, const char *bound)
{
    const char *before = "{";
    for (size_t i = 0; i < sample->n_labels; i++) {
        fprintf(out, "%s%s=\"", before, sample->labels[i]->name);
        write_escaped(out, sample->labels[i]->value, "\\\"");
        fputc('"', out);
        before = ",";
    }
    if (bound != NULL) fprintf(out, "%sle=\"%s\"", before, bound);
    if (bound != NULL || sample->n_labels > 0) fputc('}', out);
}

static void write_bucket(FILE *out, const char *name, const Onsale__V1__MetricSample *sample,
                         const char *bound, uint64_t count)
{
    fprintf(out, "%s_bucket", name);
    write_labels(out, sample, bound);
    fprintf(out, " %" PRIu64 "\n", count);
}

static void write_histogram(FILE *out, const Onsale__V1__MetricFamily *family,
                            const Onsale__V1__MetricSample *sample)
{
    const Onsale__V1__MetricHistogram *histogram = sample->histogram;
    uint64_t count = 0;
    if (histogram == NULL || histogram->n_counts != histogram->n_bounds + 1) return;
    for (size_t i = 0; i < histogram->n_bounds; i++) {
        count += histogram->counts[i];
        struct decimal bound = decimal_of(false, histogram->bounds[i], family->per_unit);
        write_bucket(out, family->name, sample, bound.text, count);
    }
    count += histogram->counts[histogram->n_bounds];
    write_bucket(out, family->name, sample, "+Inf", count);
    fprintf(out, "%s_sum", family->name);
    write_labels(out, sample, NULL);
    fprintf(out, " %s\n", decimal_of(false, histogram->sum, family->per_unit).text);
    fprintf(out, "%s_count", family->name);
    write_labels(out, sample, NULL);
    fprintf(out, " %" PRIu64 "\n", count);
}

static void write_value(FILE *out, const Onsale__V1__MetricFamily *family,
                        const Onsale__V1__MetricSample *sample)
{
    fputs(family->name, out);
    write_labels(out, sample, NULL);
    fprintf(out, " %s\n", decimal_of_value(sample->value, family->per_unit).text);
}

static const char *type_name(Onsale__V1__MetricType type)
{
    if (type == ONSALE__V1__METRIC_TYPE__METRIC_TYPE_COUNTER) return "counter";
    if (type == ONSALE__V1__METRIC_TYPE__METRIC_TYPE_GAUGE) return "gauge";
    if (type == ONSALE__V1__METRIC_TYPE__METRIC_TYPE_HISTOGRAM) return "histogram";
    return "untyped";
}

static void write_family(FILE *out, const Onsale__V1__MetricFamily *family)
{
    bool is_histogram = family->type == ONSALE__V1__METRIC_TYPE__METRIC_TYPE_HISTOGRAM;
    fprintf(out, "# HELP %s ", family->name);
    write_escaped(out, family->help, "\\");
    fprintf(out, "\n# TYPE %s %s\n", family->name, type_name(family->type));
    for (size_t i = 0; i < family->n_samples; i++)
        if (is_histogram)
            write_histogram(out, family, family->samples[i]);
        else
            write_value(out, family, family->samples[i]);
}

char *metrics_text(const Onsale__V1__GetMetricsResponse *metrics, size_t *ret_size)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) return NULL;
    for (size_t i = 0; i < metrics->n_families; i++)
        write_family(out, metrics->families[i]);
    bool is_whole = ferror(out) == 0;
    if (fclose(out) != 0 || !is_whole) {
        free(text);
        return NULL;
    }
    *ret_size = size;
    return text;
}
