/* Bytes that go from one buffer to another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/buffer.h"

enum { SMALL = 8, LARGE = 64 };

static struct buffer filled(size_t bytes_max, const char *bytes, size_t size)
{
    struct buffer buffer;
    buffer_init(&buffer, bytes_max);
    assert_true(buffer_add(&buffer, bytes, size));
    return buffer;
}

static void assert_holds(const struct buffer *buffer, const char *bytes, size_t size)
{
    assert_int_equal(buffer_size(buffer), size);
    if (size > 0) assert_memory_equal(buffer_at(buffer), bytes, size);
}

static void all_of_it_is_moved_without_a_copy_to_one_that_is_empty(void **state)
{
    struct buffer from = filled(LARGE, "abcdef", 6), to;
    (void)state;
    buffer_init(&to, SMALL);
    buffer_take(&from, 2);
    const uint8_t *at = buffer_at(&from);
    assert_true(buffer_move(&from, &to, 4));
    assert_ptr_equal(buffer_at(&to), at);
    assert_holds(&to, "cdef", 4);
    assert_holds(&from, "", 0);
    assert_false(buffer_add(&to, "12345", 5)); /* each has its own maximum still */
    assert_true(buffer_add(&from, "1234567890", 10));
    buffer_deinit(&from);
    buffer_deinit(&to);
}

static void some_of_it_is_moved_behind_what_is_there(void **state)
{
    struct buffer from = filled(LARGE, "abcdef", 6), to = filled(SMALL, "xy", 2);
    (void)state;
    assert_true(buffer_move(&from, &to, 3));
    assert_holds(&to, "xyabc", 5);
    assert_holds(&from, "def", 3);
    assert_true(buffer_move(&from, &to, 0));
    assert_holds(&from, "def", 3);
    buffer_deinit(&from);
    buffer_deinit(&to);
}

static void what_does_not_fit_stays(void **state)
{
    struct buffer from = filled(LARGE, "abcdefghi", 9), to = filled(SMALL, "x", 1);
    (void)state;
    assert_false(buffer_move(&from, &to, 8));
    assert_holds(&from, "abcdefghi", 9);
    assert_holds(&to, "x", 1);
    buffer_take(&to, 1);
    assert_false(buffer_move(&from, &to, 9));
    assert_holds(&from, "abcdefghi", 9);
    buffer_deinit(&from);
    buffer_deinit(&to);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_it_is_moved_without_a_copy_to_one_that_is_empty),
        cmocka_unit_test(some_of_it_is_moved_behind_what_is_there),
        cmocka_unit_test(what_does_not_fit_stays),
    };
    return cmocka_run_group_tests_name("gateway: buffers", tests, NULL, NULL);
}
