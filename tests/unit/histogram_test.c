/* Values counted in buckets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/histogram.h"

static uint64_t count_at(const struct histogram *histogram, unsigned bucket)
{
    return atomic_load(&histogram->counts[bucket]);
}

static void a_bound_is_in_its_bucket_and_what_is_more_in_the_next(void **state)
{
    (void)state;
    struct histogram histogram;
    histogram_init(&histogram, 6, 3); /* 64, 128, 256 */
    histogram_add(&histogram, 0, 1);
    histogram_add(&histogram, 1, 1);
    histogram_add(&histogram, 64, 1);
    histogram_add(&histogram, 65, 1);
    histogram_add(&histogram, 128, 1);
    histogram_add(&histogram, 129, 1);
    histogram_add(&histogram, 256, 1);
    histogram_add(&histogram, 257, 1);
    histogram_add(&histogram, UINT64_C(1) << 62, 1);
    assert_int_equal(histogram_bound(&histogram, 0), 64);
    assert_int_equal(histogram_bound(&histogram, 2), 256);
    assert_int_equal(count_at(&histogram, 0), 3);
    assert_int_equal(count_at(&histogram, 1), 2);
    assert_int_equal(count_at(&histogram, 2), 2);
    assert_int_equal(count_at(&histogram, 3), 2);
    assert_int_equal(histogram_count(&histogram), 9);
}

static void a_first_bound_of_one_counts_nothing_and_one_together(void **state)
{
    (void)state;
    struct histogram histogram;
    histogram_init(&histogram, 0, 12); /* 1, 2, 4 ... 2048 */
    histogram_add(&histogram, 0, 1);
    histogram_add(&histogram, 1, 1);
    histogram_add(&histogram, 2, 1);
    histogram_add(&histogram, 2048, 1);
    assert_int_equal(count_at(&histogram, 0), 2);
    assert_int_equal(count_at(&histogram, 1), 1);
    assert_int_equal(count_at(&histogram, 11), 1);
    assert_int_equal(count_at(&histogram, 12), 0);
}

static void a_value_may_be_added_many_times_at_once(void **state)
{
    (void)state;
    struct histogram histogram;
    histogram_init_us(&histogram);
    histogram_add(&histogram, 100, 64);
    assert_int_equal(count_at(&histogram, 1), 64);
    assert_int_equal(atomic_load(&histogram.sum), 6400);
}

static void times_are_told_in_microseconds_and_are_never_negative(void **state)
{
    (void)state;
    struct histogram histogram;
    histogram_init_us(&histogram);
    histogram_add_ns(&histogram, 1000, 1000 + 70 * 1000 + 999);
    histogram_add_ns(&histogram, 5000, 4000);
    assert_int_equal(count_at(&histogram, 0), 1);
    assert_int_equal(count_at(&histogram, 1), 1);
    assert_int_equal(atomic_load(&histogram.sum), 70);
    assert_int_equal(histogram_bound(&histogram, HISTOGRAM_BOUNDS_MAX - 1), 8388608);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bound_is_in_its_bucket_and_what_is_more_in_the_next),
        cmocka_unit_test(a_first_bound_of_one_counts_nothing_and_one_together),
        cmocka_unit_test(a_value_may_be_added_many_times_at_once),
        cmocka_unit_test(times_are_told_in_microseconds_and_are_never_negative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
