/* Metrics as Prometheus reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "metrics/metrics_text.h"

static void assert_text(const Onsale__V1__MetricFamily *family, const char *expected)
{
    Onsale__V1__GetMetricsResponse metrics = ONSALE__V1__GET_METRICS_RESPONSE__INIT;
    Onsale__V1__MetricFamily *families[] = {(Onsale__V1__MetricFamily *)family};
    size_t size = 0;
    metrics.n_families = 1;
    metrics.families = families;
    char *text = metrics_text(&metrics, &size);
    assert_non_null(text);
    assert_string_equal(text, expected);
    assert_int_equal(size, strlen(expected));
    free(text);
}

static void numbers_are_told_in_the_unit_of_the_name(void **state)
{
    (void)state;
    static const struct {
        int64_t value;
        uint32_t per_unit;
        const char *text;
    } cases[] = {
        {0, 1, "0"},
        {0, 1000, "0"},
        {12345678901, 1, "12345678901"},
        {1234, 1000, "1.234"},
        {1200, 1000, "1.2"},
        {64, 1000000, "0.000064"},
        {8388608, 1000000, "8.388608"},
        {-1500, 1000, "-1.5"},
        {INT64_MIN, 1, "-9223372036854775808"},
        {INT64_MAX, 1000000, "9223372036854.775807"},
        {5, 0, "5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        Onsale__V1__MetricSample sample = ONSALE__V1__METRIC_SAMPLE__INIT;
        Onsale__V1__MetricSample *samples[] = {&sample};
        Onsale__V1__MetricFamily family = ONSALE__V1__METRIC_FAMILY__INIT;
        char expected[128];
        sample.value = cases[i].value;
        family.name = "onsale_x";
        family.help = "X.";
        family.type = ONSALE__V1__METRIC_TYPE__METRIC_TYPE_GAUGE;
        family.per_unit = cases[i].per_unit;
        family.n_samples = 1;
        family.samples = samples;
        snprintf(expected, sizeof expected,
                 "# HELP onsale_x X.\n# TYPE onsale_x gauge\nonsale_x %s\n", cases[i].text);
        assert_text(&family, expected);
    }
}

static void a_family_without_numbers_is_named_even_so(void **state)
{
    (void)state;
    Onsale__V1__MetricFamily family = ONSALE__V1__METRIC_FAMILY__INIT;
    family.name = "onsale_x_total";
    family.help = "X.";
    family.type = ONSALE__V1__METRIC_TYPE__METRIC_TYPE_COUNTER;
    assert_text(&family, "# HELP onsale_x_total X.\n# TYPE onsale_x_total counter\n");
}

static void what_would_end_a_label_or_a_line_is_escaped(void **state)
{
    (void)state;
    Onsale__V1__MetricLabel label = ONSALE__V1__METRIC_LABEL__INIT;
    Onsale__V1__MetricLabel *labels[] = {&label, &label};
    Onsale__V1__MetricSample sample = ONSALE__V1__METRIC_SAMPLE__INIT;
    Onsale__V1__MetricSample *samples[] = {&sample};
    Onsale__V1__MetricFamily family = ONSALE__V1__METRIC_FAMILY__INIT;
    label.name = "a";
    label.value = "say \"no\"\n\\ 콘서트";
    sample.n_labels = 2;
    sample.labels = labels;
    family.name = "onsale_x";
    family.help = "A \"b\"\n\\.";
    family.type = ONSALE__V1__METRIC_TYPE__METRIC_TYPE_GAUGE;
    family.per_unit = 1;
    family.n_samples = 1;
    family.samples = samples;
    assert_text(&family, "# HELP onsale_x A \"b\"\\n\\\\.\n"
                         "# TYPE onsale_x gauge\n"
                         "onsale_x{a=\"say \\\"no\\\"\\n\\\\ 콘서트\","
                         "a=\"say \\\"no\\\"\\n\\\\ 콘서트\"} 0\n");
}

static Onsale__V1__MetricFamily histogram_family(Onsale__V1__MetricSample **samples)
{
    Onsale__V1__MetricFamily family = ONSALE__V1__METRIC_FAMILY__INIT;
    family.name = "onsale_x_seconds";
    family.help = "X.";
    family.type = ONSALE__V1__METRIC_TYPE__METRIC_TYPE_HISTOGRAM;
    family.per_unit = 1000000;
    family.n_samples = 1;
    family.samples = samples;
    return family;
}

static void the_buckets_of_a_histogram_are_added_up(void **state)
{
    (void)state;
    uint64_t bounds[] = {64, 128};
    uint64_t counts[] = {3, 0, 2};
    Onsale__V1__MetricHistogram histogram = ONSALE__V1__METRIC_HISTOGRAM__INIT;
    Onsale__V1__MetricLabel label = ONSALE__V1__METRIC_LABEL__INIT;
    Onsale__V1__MetricLabel *labels[] = {&label};
    Onsale__V1__MetricSample sample = ONSALE__V1__METRIC_SAMPLE__INIT;
    Onsale__V1__MetricSample *samples[] = {&sample};
    label.name = "method";
    label.value = "M";
    sample.n_labels = 1;
    sample.labels = labels;
    sample.histogram = &histogram;
    histogram.n_bounds = 2;
    histogram.bounds = bounds;
    histogram.n_counts = 3;
    histogram.counts = counts;
    histogram.sum = 1500100;
    Onsale__V1__MetricFamily family = histogram_family(samples);
    assert_text(&family, "# HELP onsale_x_seconds X.\n"
                         "# TYPE onsale_x_seconds histogram\n"
                         "onsale_x_seconds_bucket{method=\"M\",le=\"0.000064\"} 3\n"
                         "onsale_x_seconds_bucket{method=\"M\",le=\"0.000128\"} 3\n"
                         "onsale_x_seconds_bucket{method=\"M\",le=\"+Inf\"} 5\n"
                         "onsale_x_seconds_sum{method=\"M\"} 1.5001\n"
                         "onsale_x_seconds_count{method=\"M\"} 5\n");
}

static void a_histogram_that_lacks_its_buckets_is_left_out(void **state)
{
    (void)state;
    uint64_t bounds[] = {64, 128};
    Onsale__V1__MetricHistogram histogram = ONSALE__V1__METRIC_HISTOGRAM__INIT;
    Onsale__V1__MetricSample sample = ONSALE__V1__METRIC_SAMPLE__INIT;
    Onsale__V1__MetricSample *samples[] = {&sample};
    Onsale__V1__MetricFamily family = histogram_family(samples);
    const char *bare = "# HELP onsale_x_seconds X.\n# TYPE onsale_x_seconds histogram\n";
    assert_text(&family, bare);
    sample.histogram = &histogram;
    histogram.n_bounds = 2;
    histogram.bounds = bounds;
    assert_text(&family, bare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_told_in_the_unit_of_the_name),
        cmocka_unit_test(a_family_without_numbers_is_named_even_so),
        cmocka_unit_test(what_would_end_a_label_or_a_line_is_escaped),
        cmocka_unit_test(the_buckets_of_a_histogram_are_added_up),
        cmocka_unit_test(a_histogram_that_lacks_its_buckets_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
