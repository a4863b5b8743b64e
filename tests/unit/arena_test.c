#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

enum { QUOTA = 100 * 1000 };

static void an_allocation_of_the_whole_quota_fits(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, QUOTA);
    assert_non_null(arena_alloc(&arena, QUOTA));
    assert_null(arena_alloc(&arena, 1));
    arena_deinit(&arena);
}

static void a_byte_more_than_the_quota_is_refused(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, QUOTA);
    assert_null(arena_alloc(&arena, QUOTA + 1));
    assert_null(arena_alloc(&arena, SIZE_MAX));
    assert_non_null(arena_alloc(&arena, QUOTA));
    arena_deinit(&arena);
}

static void the_quota_counts_over_all_blocks(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, QUOTA);
    for (int i = 0; i < QUOTA / 1000; i++)
        assert_non_null(arena_alloc(&arena, 1000));
    assert_null(arena_alloc(&arena, 1));
    arena_deinit(&arena);
}

static void a_rewound_arena_is_as_it_was(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, QUOTA);
    struct arena empty = arena;
    assert_non_null(arena_alloc(&arena, 100));
    arena_rewind(&arena, &empty);
    assert_int_equal(arena.used, 0);

    unsigned char *kept = arena_alloc(&arena, 100);
    memset(kept, 7, 100);
    struct arena before = arena;
    unsigned char *first = arena_alloc(&arena, 1000);
    for (int i = 0; i < 90; i++)
        memset(arena_alloc(&arena, 1000), i, 1000);
    arena_rewind(&arena, &before);
    assert_int_equal(arena.used, 100);
    assert_ptr_equal(arena_alloc(&arena, 1000), first);
    assert_non_null(arena_alloc(&arena, QUOTA - 100 - 1000));
    assert_null(arena_alloc(&arena, 1));
    assert_int_equal(kept[99], 7);
    arena_deinit(&arena);
}

static void a_product_that_overflows_is_refused(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    assert_null(arena_calloc(&arena, SIZE_MAX / 2, 3));
    arena_deinit(&arena);
}

static void allocations_are_aligned_and_do_not_overlap(void **state)
{
    (void)state;
    struct arena arena;
    unsigned char *parts[64];
    arena_init(&arena, QUOTA);
    for (size_t i = 0; i < 64; i++) {
        parts[i] = arena_alloc(&arena, i * 7 + 1);
        assert_non_null(parts[i]);
        assert_int_equal((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
        memset(parts[i], (int)i, i * 7 + 1);
    }
    for (size_t i = 0; i < 64; i++)
        for (size_t at = 0; at < i * 7 + 1; at++)
            assert_int_equal(parts[i][at], i);
    arena_deinit(&arena);
}

static void a_reset_gives_the_quota_and_the_first_block_back(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, QUOTA);
    void *first = arena_alloc(&arena, 100);
    assert_non_null(arena_alloc(&arena, QUOTA - 100));
    arena_reset(&arena);
    assert_ptr_equal(arena_alloc(&arena, 100), first);
    assert_non_null(arena_alloc(&arena, QUOTA - 100));
    arena_deinit(&arena);
}

static void cleared_memory_is_zero_also_after_a_reset(void **state)
{
    (void)state;
    struct arena arena;
    static const unsigned char zeros[256];
    arena_init(&arena, QUOTA);
    memset(arena_alloc(&arena, 256), 0xff, 256);
    arena_reset(&arena);
    assert_memory_equal(arena_calloc(&arena, 16, 16), zeros, 256);
    arena_deinit(&arena);
}

static void nothing_can_be_allocated_as_well(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 0);
    assert_non_null(arena_alloc(&arena, 0));
    assert_non_null(arena_copy(&arena, NULL, 0));
    arena_deinit(&arena);
}

static void a_copy_has_the_same_bytes_elsewhere(void **state)
{
    (void)state;
    struct arena arena;
    const char text[] = "seat";
    arena_init(&arena, QUOTA);
    char *copy = arena_copy(&arena, text, sizeof text);
    assert_ptr_not_equal(copy, text);
    assert_string_equal(copy, text);
    arena_deinit(&arena);
}

static void text_is_printed_if_it_fits(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 9);
    assert_string_equal(arena_printf(&arena, "seat %d", 123), "seat 123");
    assert_null(arena_printf(&arena, "x"));
    arena_reset(&arena);
    assert_null(arena_printf(&arena, "seat %d", 1234));
    arena_deinit(&arena);
}

static void a_zeroed_arena_can_be_ended(void **state)
{
    (void)state;
    struct arena arena = {0};
    arena_deinit(&arena);
    arena_deinit(NULL);
    assert_null(arena.first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_allocation_of_the_whole_quota_fits),
        cmocka_unit_test(a_byte_more_than_the_quota_is_refused),
        cmocka_unit_test(the_quota_counts_over_all_blocks),
        cmocka_unit_test(a_rewound_arena_is_as_it_was),
        cmocka_unit_test(a_product_that_overflows_is_refused),
        cmocka_unit_test(allocations_are_aligned_and_do_not_overlap),
        cmocka_unit_test(a_reset_gives_the_quota_and_the_first_block_back),
        cmocka_unit_test(cleared_memory_is_zero_also_after_a_reset),
        cmocka_unit_test(nothing_can_be_allocated_as_well),
        cmocka_unit_test(a_copy_has_the_same_bytes_elsewhere),
        cmocka_unit_test(text_is_printed_if_it_fits),
        cmocka_unit_test(a_zeroed_arena_can_be_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
