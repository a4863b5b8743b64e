/* The numbers of 'admin top' from the server's metrics, and the page that is made of them. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/command/output.h"
#include "client/command/top_page.h"

enum { LABELS_MAX = 3, SAMPLES_MAX = 64, FAMILIES_MAX = 16, PAGE_BYTES = 64 * 1024 };

/* An answer that is put together sample by sample. */
struct metrics {
    Onsale__V1__GetMetricsResponse answer;
    Onsale__V1__MetricFamily families[FAMILIES_MAX];
    Onsale__V1__MetricFamily *families_list[FAMILIES_MAX];
    Onsale__V1__MetricSample samples[SAMPLES_MAX];
    Onsale__V1__MetricSample *samples_list[SAMPLES_MAX];
    Onsale__V1__MetricLabel labels[SAMPLES_MAX][LABELS_MAX];
    Onsale__V1__MetricLabel *labels_list[SAMPLES_MAX][LABELS_MAX];
    Onsale__V1__MetricHistogram histograms[SAMPLES_MAX];
    size_t samples_count;
};

static struct metrics metrics;

static void begin(void)
{
    memset(&metrics, 0, sizeof metrics);
    onsale__v1__get_metrics_response__init(&metrics.answer);
    metrics.answer.families = metrics.families_list;
}

static void family(const char *name)
{
    Onsale__V1__MetricFamily *made = &metrics.families[metrics.answer.n_families];
    onsale__v1__metric_family__init(made);
    made->name = (char *)name;
    made->samples = &metrics.samples_list[metrics.samples_count];
    metrics.families_list[metrics.answer.n_families++] = made;
}

static Onsale__V1__MetricSample *sample(int64_t value)
{
    size_t place = metrics.samples_count++;
    Onsale__V1__MetricSample *made = &metrics.samples[place];
    onsale__v1__metric_sample__init(made);
    made->value = value;
    made->labels = metrics.labels_list[place];
    metrics.samples_list[place] = made;
    metrics.families[metrics.answer.n_families - 1].n_samples++;
    return made;
}

static void label(Onsale__V1__MetricSample *of, const char *name, const char *value)
{
    size_t place = (size_t)(of - metrics.samples);
    Onsale__V1__MetricLabel *made = &metrics.labels[place][of->n_labels];
    onsale__v1__metric_label__init(made);
    made->name = (char *)name;
    made->value = (char *)value;
    of->labels[of->n_labels++] = made;
}

static void call(const char *method, const char *reason, int64_t count)
{
    Onsale__V1__MetricSample *made = sample(count);
    label(made, "method", method);
    label(made, "code", "ANY");
    label(made, "reason", reason);
}

static void spread(Onsale__V1__MetricSample *of, uint64_t *bounds, size_t count, uint64_t *counts)
{
    Onsale__V1__MetricHistogram *made = &metrics.histograms[of - metrics.samples];
    onsale__v1__metric_histogram__init(made);
    made->bounds = bounds;
    made->n_bounds = count;
    made->counts = counts;
    made->n_counts = count + 1;
    of->histogram = made;
}

/* Two concerts, calls of two methods, refusals. */
static void fill(int64_t factor)
{
    static uint64_t bounds[] = {1000, 2000, 4000};
    static uint64_t counts[] = {100, 0, 100, 0};
    begin();
    family("onsale_build_info");
    label(sample(1), "version", "0.2.0");
    family("onsale_start_time_seconds");
    sample(1000);
    family("onsale_queue_waiting");
    label(sample(10 * factor), "concert", "1");
    label(sample(500 * factor), "concert", "2");
    family("onsale_events_total");
    for (int concert = 1; concert <= 2; concert++) {
        Onsale__V1__MetricSample *made = sample(7 * concert * factor);
        label(made, "concert", concert == 1 ? "1" : "2");
        label(made, "kind", "SEATS_HELD");
    }
    family("onsale_calls_total");
    call("onsale.v1.ReservationService/HoldSeats", "OK", 100 * factor);
    call("onsale.v1.ReservationService/HoldSeats", "SEAT_TAKEN", 30 * factor);
    call("onsale.v1.QueueService/EnterQueue", "OK", 900 * factor);
    call("onsale.v1.QueueService/EnterQueue", "bad \033[31m reason", 1);
    family("onsale_call_duration_seconds");
    Onsale__V1__MetricSample *took = sample(0);
    label(took, "method", "onsale.v1.ReservationService/HoldSeats");
    spread(took, bounds, 3, counts);
    family("onsale_memory_budget_bytes");
    sample(268435456);
    family("onsale_store_has_room");
    sample(1);
}

static struct top_sample before, now;

static void numbers_are_those_of_the_concert_or_of_all(void **state)
{
    (void)state;
    fill(1);
    top_sample_read(&now, &metrics.answer, 0, 0);
    assert_int_equal(now.waiting, 510);
    assert_int_equal(now.counts[TOP_HELD], 21);
    top_sample_read(&now, &metrics.answer, 2, 0);
    assert_int_equal(now.waiting, 500);
    assert_int_equal(now.counts[TOP_HELD], 14);
    assert_int_equal(now.memory_budget, 268435456);
    assert_string_equal(now.version, "0.2.0");
}

static void calls_and_refusals_are_counted_by_method_and_reason(void **state)
{
    (void)state;
    fill(1);
    top_sample_read(&now, &metrics.answer, 0, 0);
    assert_int_equal(now.calls.refused, 31);
    assert_int_equal(top_row_named(&now.calls.methods, "HoldSeats")->calls, 130);
    assert_int_equal(top_row_named(&now.calls.reasons, "SEAT_TAKEN")->calls, 30);
    assert_null(top_row_named(&now.calls.reasons, "OK"));
}

static void a_rate_is_what_was_counted_by_the_time_between(void **state)
{
    (void)state;
    assert_true(top_rate(100, 300, 2000) == 100);
    assert_true(top_rate(300, 100, 2000) == 0); /* begun anew */
    assert_true(top_rate(100, 300, 0) == 0);
}

static void a_quantile_is_of_what_was_counted_between_two_samples(void **state)
{
    (void)state;
    struct top_spread earlier = {3, {1000, 2000, 4000}, {100, 0, 0, 0}};
    struct top_spread later = {3, {1000, 2000, 4000}, {100, 0, 100, 0}};
    double value = 0;
    assert_true(top_quantile(&earlier, &later, 0.5, &value));
    assert_true(value == 3000);
    assert_true(top_quantile(NULL, &later, 0.25, &value));
    assert_true(value == 500);
    assert_false(top_quantile(&later, &later, 0.5, &value));
    later.counts[3] = 10000;
    assert_true(top_quantile(&earlier, &later, 0.99, &value));
    assert_true(value == 4000); /* it is known to be no less */
}

static char page[PAGE_BYTES];

static size_t write_page(size_t width, size_t height, const char *notice)
{
    struct top_view view = {"all concerts", &now, &before, &before, 5000, notice};
    FILE *out = fmemopen(page, sizeof page, "w");
    assert_non_null(out);
    size_t lines = top_page_write(&view, width, height, out);
    fclose(out);
    return lines;
}

static void take_two_samples(void)
{
    fill(1);
    top_sample_read(&before, &metrics.answer, 0, 1000);
    fill(3);
    top_sample_read(&now, &metrics.answer, 0, 2000);
}

static void a_page_fits_the_terminal_whatever_its_size(void **state)
{
    (void)state;
    static const size_t sizes[][2] = {{80, 24}, {40, 10}, {132, 50}, {1000, 200}, {80, 1}};
    take_two_samples();
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t lines = write_page(sizes[i][0], sizes[i][1], "q ends");
        size_t counted = 0;
        assert_true(lines <= sizes[i][1]);
        assert_non_null(strstr(page, "q ends\n"));
        for (char *rest = page, *line; (line = strsep(&rest, "\n")) != NULL && rest != NULL;) {
            counted++;
            if (text_width(line) > sizes[i][0]) fail_msg("%s", line);
        }
        assert_int_equal(counted, lines);
    }
}

static void at_80_by_24_everything_is_there(void **state)
{
    (void)state;
    take_two_samples();
    assert_int_equal(write_page(80, 24, "q ends"), 24);
    assert_non_null(strstr(page, "waiting 1,530"));
    assert_non_null(strstr(page, "holds                       42"));
    assert_non_null(strstr(page, "HoldSeats                          260"));
    assert_non_null(strstr(page, "SEAT_TAKEN                          60"));
    assert_non_null(strstr(page, "Memory"));
    assert_non_null(strstr(page, "Store"));
}

static void what_a_server_sends_is_shown_and_never_obeyed(void **state)
{
    (void)state;
    take_two_samples();
    write_page(80, 24, NULL);
    assert_null(strchr(page, '\033'));
    assert_non_null(strstr(page, "bad \\x1b"));
}

static void what_wants_somebody_to_look_is_said(void **state)
{
    (void)state;
    take_two_samples();
    now.has_room = 0;
    write_page(80, 24, NULL);
    assert_non_null(strstr(page, "NO ROOM"));
    now.clock_jumped_ms = 90000;
    write_page(80, 24, NULL);
    assert_non_null(strstr(page, "CLOCK JUMPED AHEAD by 1 min 30 s"));
    now.paying_stopped = 1;
    write_page(80, 24, NULL);
    assert_non_null(strstr(page, "PAYING STOPPED"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_those_of_the_concert_or_of_all),
        cmocka_unit_test(calls_and_refusals_are_counted_by_method_and_reason),
        cmocka_unit_test(a_rate_is_what_was_counted_by_the_time_between),
        cmocka_unit_test(a_quantile_is_of_what_was_counted_between_two_samples),
        cmocka_unit_test(a_page_fits_the_terminal_whatever_its_size),
        cmocka_unit_test(at_80_by_24_everything_is_there),
        cmocka_unit_test(what_a_server_sends_is_shown_and_never_obeyed),
        cmocka_unit_test(what_wants_somebody_to_look_is_said),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
