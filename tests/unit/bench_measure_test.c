#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/latencies.h"
#include "bench/measure/disk.h"
#include "bench/measure/host.h"
#include "bench/measure/rank.h"
#include "bench/measure/round.h"
#include "tests/lib/temp_folder.h"

static void a_quantile_is_at_most_three_percent_too_high(void **state)
{
    (void)state;
    for (uint64_t duration_ns = 1; duration_ns < UINT64_C(1) << 60;
         duration_ns += duration_ns / 3 + 1) {
        struct latencies histogram = {0};
        latencies_add(&histogram, duration_ns);
        latencies_add(&histogram, UINT64_MAX);
        uint64_t quantile_ns = latencies_quantile_ns(&histogram, 0.5);
        assert_true(quantile_ns >= duration_ns);
        assert_true(quantile_ns - duration_ns <= duration_ns / 32);
    }
}

static void quantiles_split_what_was_added(void **state)
{
    struct latencies histogram = {0};
    (void)state;
    for (uint64_t i = 1; i <= 30; i++)
        latencies_add(&histogram, i);
    assert_int_equal(latencies_quantile_ns(&histogram, 0.1), 3);
    assert_int_equal(latencies_quantile_ns(&histogram, 0.5), 15);
    assert_int_equal(latencies_quantile_ns(&histogram, 1), 30);
    assert_int_equal(histogram.max_ns, 30);
}

static void no_quantile_exceeds_the_longest(void **state)
{
    struct latencies histogram = {0};
    (void)state;
    latencies_add(&histogram, 1000001);
    assert_int_equal(latencies_quantile_ns(&histogram, 0.999), 1000001);
}

static void an_empty_histogram_has_quantiles_of_zero(void **state)
{
    const struct latencies histogram = {0};
    (void)state;
    assert_int_equal(latencies_quantile_ns(&histogram, 0.5), 0);
}

static void the_median_of_an_even_number_is_between_the_two_in_the_middle(void **state)
{
    const double odd[] = {5, 1, 3};
    const double even[] = {9, 1, 2, 4};
    (void)state;
    assert_true(rank_of(odd, 3).median == 3);
    assert_true(rank_of(even, 4).median == 3);
    assert_true(rank_of(even, 4).min == 1);
    assert_true(rank_of(even, 4).max == 9);
}

static void a_line_that_is_cut_off_is_no_round(void **state)
{
    struct round round = {.operations = 7};
    (void)state;
    assert_false(round_scan("100 0 0.5 1 2 3 4", &round));
    assert_int_equal(round.operations, 7);
    assert_true(round_scan("100 2 0.5 1 2 3 4 5\n", &round));
    assert_int_equal(round.operations, 100);
    assert_int_equal(round.refused, 2);
    assert_int_equal(round.max_ns, 5);
    assert_true(round_rate(&round) == 200);
}

static void what_was_stolen_is_a_share_of_the_time_between(void **state)
{
    (void)state;
    struct host_time start = host_time_now();
    struct host_time sum = {.all = 60, .stolen = 30};
    host_time_add(&sum, start);
    assert_true(sum.all >= 60);
    assert_true(sum.stolen >= 30);
    assert_true(host_stolen_share((struct host_time){.all = 80, .stolen = 20}) == 0.25);
    assert_true(host_stolen_share((struct host_time){0}) == 0);
}

static void the_disk_is_written_to_in_a_file_that_stays(void **state)
{
    struct stat first, second;
    double most_ms;
    (void)state;
    char *folder = temp_folder_make();
    char *path = temp_folder_join(folder, "disk-alone");
    assert_true(disk_longest_write_ms(folder, 201, 1000, 0.02, &most_ms));
    assert_true(most_ms > 0);
    assert_int_equal(stat(path, &first), 0);
    assert_true(disk_longest_write_ms(folder, 201, 1000, 0.02, &most_ms));
    assert_int_equal(stat(path, &second), 0);
    assert_int_equal(second.st_ino, first.st_ino);
    assert_int_equal(second.st_size, first.st_size);
    free(path);
    temp_folder_remove(folder);
}

static void a_disk_that_cannot_be_written_to_is_told(void **state)
{
    double most_ms;
    (void)state;
    assert_false(disk_longest_write_ms("/nonexistent", 201, 1000, 0.02, &most_ms));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_quantile_is_at_most_three_percent_too_high),
        cmocka_unit_test(quantiles_split_what_was_added),
        cmocka_unit_test(no_quantile_exceeds_the_longest),
        cmocka_unit_test(an_empty_histogram_has_quantiles_of_zero),
        cmocka_unit_test(the_median_of_an_even_number_is_between_the_two_in_the_middle),
        cmocka_unit_test(a_line_that_is_cut_off_is_no_round),
        cmocka_unit_test(what_was_stolen_is_a_share_of_the_time_between),
        cmocka_unit_test(the_disk_is_written_to_in_a_file_that_stays),
        cmocka_unit_test(a_disk_that_cannot_be_written_to_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
