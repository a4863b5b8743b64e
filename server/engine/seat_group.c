#include "server/engine/seat_group.h"

#include "base/require.h"

void seat_group_load(struct store_txn *txn, uint32_t performance_id, const uint32_t *indexes,
                     size_t count, struct seat *ret_seats)
{
    REQUIRE(count >= 1);
    for (size_t i = 0; i < count; i++) {
        const struct seat_block *block =
            seat_block_look(txn, performance_id, indexes[i] / SEATS_PER_BLOCK);
        REQUIRE(block != NULL || store_txn_failure(txn) != STATUS_OK);
        ret_seats[i] = block == NULL ? (struct seat){.state = SEAT_BLOCKED}
                                     : seat_block_seat(block, indexes[i] % SEATS_PER_BLOCK);
    }
}

static void count_change(struct performance_state *state, struct seat before, struct seat after)
{
    REQUIRE(after.tier == before.tier);
    if (before.state == SEAT_AVAILABLE && after.state != SEAT_AVAILABLE)
        state->remaining[before.tier]--;
    if (before.state != SEAT_AVAILABLE && after.state == SEAT_AVAILABLE)
        state->remaining[before.tier]++;
}

void seat_group_save(struct store_txn *txn, uint32_t performance_id, const uint32_t *indexes,
                     size_t count, const struct seat *seats, uint64_t version)
{
    REQUIRE(count >= 1);
    REQUIRE(version != 0);
    struct performance_state *state = performance_state_edit(txn, performance_id);
    if (state == NULL) return;
    for (size_t i = 0; i < count; i++) {
        uint32_t place = indexes[i] % SEATS_PER_BLOCK;
        struct seat_block *block =
            seat_block_edit(txn, performance_id, indexes[i] / SEATS_PER_BLOCK);
        if (block == NULL) return;
        count_change(state, seat_block_seat(block, place), seats[i]);
        seat_block_set(block, place, seats[i]);
        block->version = version;
    }
    state->version = version;
}

void seat_group_release(struct store_txn *txn, const struct reservation *reservation,
                        uint64_t version)
{
    struct seat seats[SEATS_PER_HOLD_MAX];
    REQUIRE(reservation->seats_count >= 1);
    REQUIRE(reservation->seats_count <= SEATS_PER_HOLD_MAX);
    seat_group_load(txn, reservation->performance_id, reservation->seat_indexes,
                    reservation->seats_count, seats);
    for (size_t i = 0; i < reservation->seats_count; i++)
        if (seat_is_held_until(seats[i], reservation->expires_at_ms))
            seats[i] = (struct seat){.state = SEAT_AVAILABLE, .tier = seats[i].tier};
    seat_group_save(txn, reservation->performance_id, reservation->seat_indexes,
                    reservation->seats_count, seats, version);
}
