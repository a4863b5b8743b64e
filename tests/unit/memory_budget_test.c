#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/memory_budget.h"

/* Of every test, as if new: see set_up. */
static struct memory_budget budget;
static struct memory_share share, other;

enum { KIB = 1024, MIB = 1024 * 1024, BUDGET = 64 * MIB, SMALL = 256 * KIB };

static int set_up(void **state)
{
    (void)state;
    memory_budget_init(&budget, BUDGET);
    memory_share_init(&share, &budget);
    memory_share_init(&other, &budget);
    return 0;
}

/* Takes pieces until no more is allowed. @return What was taken. */
static size_t take_all(struct memory_share *from, size_t piece)
{
    size_t taken = 0;
    while (memory_share_take(from, piece))
        taken += piece;
    return taken;
}

static void one_share_gets_half_of_what_is_not_reserved(void **state)
{
    (void)state;
    assert_int_equal(take_all(&share, MIB), 30 * MIB);
    assert_int_equal(memory_budget_used(&budget), 30 * MIB);
}

static void those_who_take_all_they_get_leave_as_much_for_the_next(void **state)
{
    (void)state;
    enum { HOGS = 9 };
    struct memory_share hogs[HOGS + 1];
    for (size_t i = 0; i <= HOGS; i++)
        memory_share_init(&hogs[i], &budget);
    for (int round = 0; round < 1000; round++)
        for (size_t i = 0; i < HOGS; i++)
            memory_share_take(&hogs[i], 64 * KIB);
    assert_in_range(take_all(&hogs[HOGS], 64 * KIB), 2 * MIB, 6 * MIB);
}

static void a_small_share_finds_memory_when_the_large_ones_find_none(void **state)
{
    (void)state;
    memory_share_owe(&other, BUDGET - 4 * MIB);
    assert_false(memory_share_take(&other, 1));
    assert_int_equal(take_all(&share, 64 * KIB), SMALL);
}

static void no_share_is_small_enough_for_a_budget_that_is_used_up(void **state)
{
    (void)state;
    memory_share_owe(&other, BUDGET);
    assert_false(memory_share_take(&share, 1));
    memory_share_owe(&share, 1); /* what can't be refused */
    assert_int_equal(memory_budget_used(&budget), BUDGET + 1);
    memory_share_give(&other, BUDGET);
    assert_true(memory_share_take(&share, 1));
    memory_share_give(&share, 2);
    assert_int_equal(memory_budget_used(&budget), 0);
}

static void a_refusal_takes_nothing(void **state)
{
    (void)state;
    assert_false(memory_share_take(&share, BUDGET));
    assert_int_equal(memory_budget_used(&budget), 0);
    assert_int_equal(share.used_bytes, 0);
}

static void a_share_is_too_large_once_others_could_not_get_as_much(void **state)
{
    (void)state;
    assert_true(memory_share_take(&share, 20 * MIB));
    assert_false(memory_share_is_too_large(&share));
    assert_true(memory_share_take(&other, 20 * MIB));
    memory_share_owe(&other, MIB);
    assert_true(memory_share_is_too_large(&share));
}

static void what_nobody_pays_for_is_never_refused(void **state)
{
    (void)state;
    assert_true(memory_share_take(NULL, SIZE_MAX));
    memory_share_owe(NULL, SIZE_MAX);
    memory_share_give(NULL, SIZE_MAX);
}

/* --- An arena that a share pays for ----------------------------------------------------------- */

static void an_arena_pays_for_its_blocks_until_they_are_freed(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, BUDGET);
    assert_true(arena_make_room(&arena, 1000)); /* its owner's */
    arena_set_share(&arena, &share);
    assert_non_null(arena_alloc(&arena, 1000));
    assert_int_equal(memory_budget_used(&budget), 0);

    struct arena before = arena;
    assert_non_null(arena_alloc(&arena, MIB));
    assert_in_range(memory_budget_used(&budget), MIB, MIB + KIB);
    arena_rewind(&arena, &before);
    assert_int_equal(memory_budget_used(&budget), 0);

    assert_non_null(arena_alloc(&arena, MIB));
    assert_non_null(arena_alloc(&arena, 2 * MIB));
    arena_reset(&arena);
    assert_int_equal(memory_budget_used(&budget), 0);
    arena_deinit(&arena);
}

static void a_first_block_that_is_paid_for_does_not_outlive_a_reset(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, BUDGET);
    arena_set_share(&arena, &share);
    assert_non_null(arena_alloc(&arena, 1));
    assert_true(memory_budget_used(&budget) > 0);
    arena_reset(&arena);
    assert_int_equal(memory_budget_used(&budget), 0);
    assert_non_null(arena_alloc(&arena, 1));
    arena_deinit(&arena);
    assert_int_equal(memory_budget_used(&budget), 0);
}

static void an_arena_tells_that_its_share_was_used_up(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, SIZE_MAX);
    arena_set_share(&arena, &share);
    struct arena before = arena;
    assert_non_null(arena_alloc(&arena, MIB));
    assert_false(arena.was_refused);
    assert_null(arena_alloc(&arena, BUDGET));
    assert_false(arena_reserve(&arena, BUDGET));
    assert_true(arena.was_refused);
    arena_rewind(&arena, &before);
    assert_true(arena.was_refused);
    arena_set_share(&arena, &share);
    assert_false(arena.was_refused);
    arena_deinit(&arena);
}

#define BUDGET_TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BUDGET_TEST(one_share_gets_half_of_what_is_not_reserved),
        BUDGET_TEST(those_who_take_all_they_get_leave_as_much_for_the_next),
        BUDGET_TEST(a_small_share_finds_memory_when_the_large_ones_find_none),
        BUDGET_TEST(no_share_is_small_enough_for_a_budget_that_is_used_up),
        BUDGET_TEST(a_refusal_takes_nothing),
        BUDGET_TEST(a_share_is_too_large_once_others_could_not_get_as_much),
        BUDGET_TEST(what_nobody_pays_for_is_never_refused),
        BUDGET_TEST(an_arena_pays_for_its_blocks_until_they_are_freed),
        BUDGET_TEST(a_first_block_that_is_paid_for_does_not_outlive_a_reset),
        BUDGET_TEST(an_arena_tells_that_its_share_was_used_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
