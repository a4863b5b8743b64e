#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/seat_block.h"

#define NOW INT64_C(1700000000000)

enum { TIER = 3, STEPS = 20 * 1000, FIVE_MINUTES_MS = 5 * 60 * 1000 };

static struct seat seat_of(enum seat_state state, unix_ms expires_at_ms)
{
    return (struct seat){.state = state, .tier = TIER, .expires_at_ms = expires_at_ms};
}

static struct seat_block block_of(uint32_t count)
{
    struct seat_block block = {.version = 1};
    for (uint32_t i = 0; i < count; i++)
        seat_block_add(&block, seat_of(SEAT_AVAILABLE, 0));
    return block;
}

static void check_seat(const struct seat_block *block, uint32_t place, struct seat wanted)
{
    struct seat seat = seat_block_seat(block, place);
    assert_int_equal(seat.state, wanted.state);
    assert_int_equal(seat.tier, wanted.tier);
    assert_int_equal(seat.expires_at_ms, wanted.expires_at_ms);
}

static void holds_of_one_evening_fit_a_narrow_block(void **state)
{
    (void)state;
    struct seat_block block = block_of(SEATS_PER_BLOCK);
    for (uint32_t i = 0; i < SEATS_PER_BLOCK; i++)
        seat_block_set(&block, i, seat_of(SEAT_HELD, NOW + i * FIVE_MINUTES_MS));
    assert_false(block.is_wide);
    for (uint32_t i = 0; i < SEATS_PER_BLOCK; i++)
        check_seat(&block, i, seat_of(SEAT_HELD, NOW + i * FIVE_MINUTES_MS));
}

static void a_block_without_holds_counts_from_the_next_one(void **state)
{
    (void)state;
    struct seat_block block = block_of(2);
    seat_block_set(&block, 0, seat_of(SEAT_HELD, NOW));
    seat_block_set(&block, 0, seat_of(SEAT_SOLD, 0));
    seat_block_set(&block, 1, seat_of(SEAT_HELD, NOW + SEAT_BLOCK_SPAN_MS));
    assert_false(block.is_wide);
    check_seat(&block, 0, seat_of(SEAT_SOLD, 0));
    check_seat(&block, 1, seat_of(SEAT_HELD, NOW + SEAT_BLOCK_SPAN_MS));
}

static void a_hold_that_ends_before_the_others_moves_what_ends_are_counted_from(void **state)
{
    (void)state;
    struct seat_block block = block_of(3);
    seat_block_set(&block, 0, seat_of(SEAT_HELD, NOW));
    seat_block_set(&block, 1, seat_of(SEAT_HELD, NOW - 1));
    seat_block_set(&block, 2, seat_of(SEAT_HELD, NOW - 1 + SEAT_BLOCK_SPAN_MS - 1));
    assert_false(block.is_wide);
    check_seat(&block, 0, seat_of(SEAT_HELD, NOW));
    check_seat(&block, 1, seat_of(SEAT_HELD, NOW - 1));
    check_seat(&block, 2, seat_of(SEAT_HELD, NOW - 1 + SEAT_BLOCK_SPAN_MS - 1));
}

static void a_block_is_wide_only_while_its_holds_end_far_apart(void **state)
{
    (void)state;
    struct seat_block block = block_of(3);
    seat_block_set(&block, 0, seat_of(SEAT_HELD, NOW));
    seat_block_set(&block, 2, seat_of(SEAT_SOLD, 0));
    seat_block_set(&block, 1, seat_of(SEAT_HELD, NOW + SEAT_BLOCK_SPAN_MS));
    assert_true(block.is_wide);
    check_seat(&block, 0, seat_of(SEAT_HELD, NOW));
    check_seat(&block, 1, seat_of(SEAT_HELD, NOW + SEAT_BLOCK_SPAN_MS));
    check_seat(&block, 2, seat_of(SEAT_SOLD, 0));

    seat_block_set(&block, 0, seat_of(SEAT_AVAILABLE, 0));
    assert_false(block.is_wide);
    check_seat(&block, 0, seat_of(SEAT_AVAILABLE, 0));
    check_seat(&block, 1, seat_of(SEAT_HELD, NOW + SEAT_BLOCK_SPAN_MS));
    check_seat(&block, 2, seat_of(SEAT_SOLD, 0));
}

static void ends_of_any_distance_are_kept(void **state)
{
    (void)state;
    struct seat_block block = block_of(3);
    seat_block_set(&block, 0, seat_of(SEAT_HELD, 0));
    seat_block_set(&block, 1, seat_of(SEAT_HELD, SEAT_END_MS_MAX));
    check_seat(&block, 0, seat_of(SEAT_HELD, 0));
    check_seat(&block, 1, seat_of(SEAT_HELD, SEAT_END_MS_MAX));
    check_seat(&block, 2, seat_of(SEAT_AVAILABLE, 0));
}

/* As good as random, the same each time. */
static uint64_t next_number(uint64_t *number)
{
    *number = *number * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *number >> 33;
}

static struct seat any_seat(uint64_t *number)
{
    struct seat seat = {.state = (enum seat_state)(next_number(number) % 4),
                        .tier = (uint8_t)(next_number(number) % TIERS_PER_PERFORMANCE_MAX)};
    unix_ms span_ms = next_number(number) % 8 == 0 ? 4 * SEAT_BLOCK_SPAN_MS : FIVE_MINUTES_MS;
    if (seat.state == SEAT_HELD)
        seat.expires_at_ms = NOW + (unix_ms)(next_number(number) % (uint64_t)span_ms);
    return seat;
}

static void every_seat_is_what_was_set_last(void **state)
{
    (void)state;
    struct seat_block block = block_of(5);
    struct seat seats[5];
    uint64_t number = 1;
    for (uint32_t i = 0; i < 5; i++)
        seats[i] = seat_block_seat(&block, i);
    for (int step = 0; step < STEPS; step++) {
        uint32_t place = (uint32_t)(next_number(&number) % 5);
        seats[place] = any_seat(&number);
        seat_block_set(&block, place, seats[place]);
        for (uint32_t i = 0; i < 5; i++)
            check_seat(&block, i, seats[i]);
    }
}

static void a_block_shows_two_bits_a_seat(void **state)
{
    (void)state;
    struct seat_block block = {.version = 1};
    uint8_t states[SEAT_BLOCK_STATE_BYTES];
    seat_block_add(&block, seat_of(SEAT_HELD, NOW + 1));
    seat_block_add(&block, seat_of(SEAT_SOLD, 0));
    seat_block_add(&block, seat_of(SEAT_BLOCKED, 0));
    seat_block_add(&block, seat_of(SEAT_HELD, NOW));
    seat_block_add(&block, seat_of(SEAT_SOLD, 0));
    seat_block_add(&block, seat_of(SEAT_SOLD, 0));
    block.count = 5; /* and one past the end */
    memset(states, 0xff, sizeof states);
    seat_block_states(&block, NOW, states);
    assert_int_equal(states[0], 1 | 2 << 2 | 3 << 4 | 0 << 6);
    assert_int_equal(states[1], 2);
    for (size_t i = 2; i < sizeof states; i++)
        assert_int_equal(states[i], 0);
}

static void a_full_block_fills_all_its_bytes(void **state)
{
    (void)state;
    struct seat_block block = {.version = 1};
    uint8_t states[SEAT_BLOCK_STATE_BYTES];
    for (size_t i = 0; i < SEATS_PER_BLOCK; i++)
        seat_block_add(&block, seat_of(SEAT_BLOCKED, 0));
    seat_block_states(&block, NOW, states);
    for (size_t i = 0; i < sizeof states; i++)
        assert_int_equal(states[i], 0xff);
}

static void the_first_hold_that_lasts_ends_first(void **state)
{
    (void)state;
    struct seat_block block = block_of(5);
    uint8_t states[SEAT_BLOCK_STATE_BYTES];
    assert_true(seat_block_states(&block, NOW, states).until_ms == UNIX_MS_NEVER);
    seat_block_set(&block, 0, seat_of(SEAT_HELD, NOW + 7));
    seat_block_set(&block, 1, seat_of(SEAT_HELD, NOW + 5));
    assert_false(seat_block_states(&block, NOW, states).any_expired);
    seat_block_set(&block, 2, seat_of(SEAT_HELD, NOW)); /* is over */
    assert_true(seat_block_states(&block, NOW, states).any_expired);
    seat_block_set(&block, 3, seat_of(SEAT_SOLD, 0));
    assert_true(seat_block_states(&block, NOW, states).until_ms == NOW + 5);
    assert_true(seat_block_states(&block, NOW + 5, states).until_ms == NOW + 7);
    seat_block_set(&block, 4, seat_of(SEAT_HELD, NOW + 6 + SEAT_BLOCK_SPAN_MS));
    assert_true(block.is_wide);
    assert_true(seat_block_states(&block, NOW, states).until_ms == NOW + 5);
    assert_int_equal(states[0], 1 | 1 << 2 | 0 << 4 | 2 << 6);
    assert_int_equal(states[1], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_of_one_evening_fit_a_narrow_block),
        cmocka_unit_test(a_block_without_holds_counts_from_the_next_one),
        cmocka_unit_test(a_hold_that_ends_before_the_others_moves_what_ends_are_counted_from),
        cmocka_unit_test(a_block_is_wide_only_while_its_holds_end_far_apart),
        cmocka_unit_test(ends_of_any_distance_are_kept),
        cmocka_unit_test(every_seat_is_what_was_set_last),
        cmocka_unit_test(a_block_shows_two_bits_a_seat),
        cmocka_unit_test(a_full_block_fills_all_its_bytes),
        cmocka_unit_test(the_first_hold_that_lasts_ends_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
