#include "model/seat.h"

#include "base/require.h"

enum { STATE_MASK = 3, TIER_SHIFT = 2, TIER_MASK = 15, EXPIRES_SHIFT = 6 };

_Static_assert(SEAT_END_MS_MAX == INT64_MAX >> (EXPIRES_SHIFT - 1), "an end fits its bits");
_Static_assert(TIERS_PER_PERFORMANCE_MAX == TIER_MASK + 1, "a tier fits its bits");

uint64_t seat_pack(struct seat seat)
{
    REQUIRE(seat.tier < TIERS_PER_PERFORMANCE_MAX);
    REQUIRE(seat.expires_at_ms >= 0);
    REQUIRE(seat.expires_at_ms <= SEAT_END_MS_MAX);
    return (uint64_t)seat.state | (uint64_t)seat.tier << TIER_SHIFT |
           (uint64_t)seat.expires_at_ms << EXPIRES_SHIFT;
}

struct seat seat_unpack(uint64_t word)
{
    return (struct seat){
        .state = (enum seat_state)(word & STATE_MASK),
        .tier = (uint8_t)(word >> TIER_SHIFT & TIER_MASK),
        .expires_at_ms = (unix_ms)(word >> EXPIRES_SHIFT),
    };
}

enum seat_state seat_state_at(struct seat seat, unix_ms now_ms)
{
    bool has_ended = seat.state == SEAT_HELD && seat.expires_at_ms <= now_ms;
    return has_ended ? SEAT_AVAILABLE : seat.state;
}

enum status seats_hold(struct seat *seats, size_t seats_count, unix_ms now_ms,
                       unix_ms expires_at_ms, size_t ret_taken[SEATS_PER_HOLD_MAX],
                       size_t *ret_taken_count)
{
    REQUIRE(seats_count >= 1);
    REQUIRE(seats_count <= SEATS_PER_HOLD_MAX);
    REQUIRE(expires_at_ms > now_ms);

    size_t taken_count = 0;
    for (size_t i = 0; i < seats_count; i++)
        if (seat_state_at(seats[i], now_ms) != SEAT_AVAILABLE) ret_taken[taken_count++] = i;
    if (taken_count > 0) {
        *ret_taken_count = taken_count;
        return STATUS_SEAT_TAKEN;
    }
    for (size_t i = 0; i < seats_count; i++) {
        seats[i].state = SEAT_HELD;
        seats[i].expires_at_ms = expires_at_ms;
    }
    return STATUS_OK;
}

bool seat_is_held_until(struct seat seat, unix_ms expires_at_ms)
{
    return seat.state == SEAT_HELD && seat.expires_at_ms == expires_at_ms;
}
