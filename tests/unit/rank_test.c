#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/rank.h"

static void a_number_has_one_node_and_one_place_on_each_level(void **state)
{
    (void)state;
    const uint64_t per_leaf = RANK_LEAF_BITS, per_node = per_leaf * RANK_FANOUT;
    assert_int_equal(rank_node_index(0, per_leaf - 1), 0);
    assert_int_equal(rank_node_index(0, per_leaf), 1);
    assert_int_equal(rank_place(0, per_leaf - 1), RANK_LEAF_BITS - 1);
    assert_int_equal(rank_place(0, per_leaf), 0);
    assert_int_equal(rank_node_index(1, per_node - 1), 0);
    assert_int_equal(rank_node_index(1, per_node), 1);
    assert_int_equal(rank_place(1, per_node - 1), RANK_FANOUT - 1);
    assert_int_equal(rank_place(1, per_leaf), 1);
    assert_int_equal(rank_place(2, per_node), 1);
}

static void a_place_leads_back_to_the_node_below(void **state)
{
    (void)state;
    static const uint64_t numbers[] = {0, 1, 2047, 2048, 1000000, 16777216, 34359738367};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        for (unsigned level = 1; level < RANK_LEVELS; level++)
            assert_int_equal(rank_node_index(level, numbers[i]) * RANK_FANOUT +
                                 rank_place(level, numbers[i]),
                             rank_node_index(level - 1, numbers[i]));
    assert_int_equal(rank_node_index(RANK_LEVELS - 1, 34359738367), 0);
    assert_int_equal(rank_node_index(RANK_LEVELS - 1, 34359738368), 1);
}

static void marking_tells_whether_it_changed_anything(void **state)
{
    (void)state;
    static const uint32_t places[] = {0, 63, 64, RANK_LEAF_BITS - 1};
    struct rank_leaf leaf = {0};
    for (size_t i = 0; i < 4; i++) {
        assert_false(rank_leaf_set(&leaf, places[i], false));
        assert_true(rank_leaf_set(&leaf, places[i], true));
        assert_false(rank_leaf_set(&leaf, places[i], true));
    }
    for (size_t i = 0; i < 4; i++)
        assert_true(rank_leaf_set(&leaf, places[i], false));
    uint32_t place;
    assert_false(rank_leaf_first(&leaf, &place));
}

static void members_before_a_place_are_counted_without_it(void **state)
{
    (void)state;
    struct rank_leaf leaf = {0};
    for (uint32_t place = 0; place < RANK_LEAF_BITS; place += 3)
        rank_leaf_set(&leaf, place, true);
    for (uint32_t place = 0; place < RANK_LEAF_BITS; place++)
        assert_int_equal(rank_leaf_before(&leaf, place), (place + 2) / 3);
}

static void the_first_member_of_a_leaf_is_found(void **state)
{
    (void)state;
    struct rank_leaf leaf = {0};
    uint32_t place = 0;
    rank_leaf_set(&leaf, RANK_LEAF_BITS - 1, true);
    assert_true(rank_leaf_first(&leaf, &place));
    assert_int_equal(place, RANK_LEAF_BITS - 1);
    rank_leaf_set(&leaf, 64, true);
    assert_true(rank_leaf_first(&leaf, &place));
    assert_int_equal(place, 64);
}

static void counts_before_a_place_are_added_up(void **state)
{
    (void)state;
    struct rank_node node = {0};
    node.counts[0] = UINT32_MAX;
    node.counts[1] = UINT32_MAX;
    node.counts[RANK_FANOUT - 1] = 5;
    assert_int_equal(rank_node_before(&node, 0), 0);
    assert_int_equal(rank_node_before(&node, 1), UINT32_MAX);
    assert_int_equal(rank_node_before(&node, RANK_FANOUT - 1), 2 * (uint64_t)UINT32_MAX);
}

static void the_first_node_with_members_is_found(void **state)
{
    (void)state;
    struct rank_node node = {0};
    uint32_t place = 99;
    assert_false(rank_node_first(&node, &place));
    assert_int_equal(place, 99);
    node.counts[RANK_FANOUT - 1] = 1;
    assert_true(rank_node_first(&node, &place));
    assert_int_equal(place, RANK_FANOUT - 1);
    node.counts[3] = 1;
    assert_true(rank_node_first(&node, &place));
    assert_int_equal(place, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_number_has_one_node_and_one_place_on_each_level),
        cmocka_unit_test(a_place_leads_back_to_the_node_below),
        cmocka_unit_test(marking_tells_whether_it_changed_anything),
        cmocka_unit_test(members_before_a_place_are_counted_without_it),
        cmocka_unit_test(the_first_member_of_a_leaf_is_found),
        cmocka_unit_test(counts_before_a_place_are_added_up),
        cmocka_unit_test(the_first_node_with_members_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
