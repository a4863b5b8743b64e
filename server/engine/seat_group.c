#include "server/engine/seat_group.h"

#include "base/require.h"

/* Loads the block of a seat unless it is the one at hand. */
struct block_at_hand {
    struct store_txn *txn;
    uint32_t performance_id;
    uint32_t index;
    bool loaded;
    struct seat_block block;
};

static void take_block(struct block_at_hand *hand, uint32_t index)
{
    if (hand->loaded && hand->index == index) return;
    bool found = seat_block_get(hand->txn, hand->performance_id, index, &hand->block);
    REQUIRE(found || store_txn_failure(hand->txn) != STATUS_OK);
    hand->index = index;
    hand->loaded = found;
}

static void put_block(struct block_at_hand *hand)
{
    if (hand->loaded) seat_block_put(hand->txn, hand->performance_id, hand->index, &hand->block);
}

void seat_group_load(struct store_txn *txn, uint32_t performance_id, const uint32_t *indexes,
                     size_t count, struct seat *ret_seats)
{
    struct block_at_hand hand = {.txn = txn, .performance_id = performance_id};
    for (size_t i = 0; i < count; i++) {
        take_block(&hand, indexes[i] / SEATS_PER_BLOCK);
        ret_seats[i] = seat_unpack(hand.block.words[indexes[i] % SEATS_PER_BLOCK]);
    }
}

static void count_change(struct performance_state *state, struct seat before, struct seat after)
{
    if (before.state == SEAT_AVAILABLE && after.state != SEAT_AVAILABLE)
        state->remaining[before.tier]--;
    if (before.state != SEAT_AVAILABLE && after.state == SEAT_AVAILABLE)
        state->remaining[before.tier]++;
}

void seat_group_save(struct store_txn *txn, uint32_t performance_id, const uint32_t *indexes,
                     size_t count, const struct seat *seats, uint64_t version)
{
    struct performance_state state;
    if (!performance_state_get(txn, performance_id, &state)) return;
    struct block_at_hand hand = {.txn = txn, .performance_id = performance_id};
    for (size_t i = 0; i < count; i++) {
        if (!hand.loaded || hand.index != indexes[i] / SEATS_PER_BLOCK) {
            put_block(&hand);
            take_block(&hand, indexes[i] / SEATS_PER_BLOCK);
        }
        uint64_t *word = &hand.block.words[indexes[i] % SEATS_PER_BLOCK];
        count_change(&state, seat_unpack(*word), seats[i]);
        *word = seat_pack(seats[i]);
        hand.block.version = version;
    }
    put_block(&hand);
    state.version = version;
    performance_state_put(txn, &state);
}

void seat_group_release(struct store_txn *txn, const struct reservation *reservation,
                        uint64_t version)
{
    struct seat seats[SEATS_PER_HOLD_MAX];
    seat_group_load(txn, reservation->performance_id, reservation->seat_indexes,
                    reservation->seats_count, seats);
    for (size_t i = 0; i < reservation->seats_count; i++)
        if (seat_is_held_until(seats[i], reservation->expires_at_ms))
            seats[i] = (struct seat){.state = SEAT_AVAILABLE, .tier = seats[i].tier};
    seat_group_save(txn, reservation->performance_id, reservation->seat_indexes,
                    reservation->seats_count, seats, version);
}
