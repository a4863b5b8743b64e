#include "model/seat_block.h"

#include <string.h>

#include "base/require.h"

/* The low bits of both kinds of words are those of seat_pack. */
enum { STATE_MASK = 3, LOW_BITS = 6, LOW_MASK = (1 << LOW_BITS) - 1 };

_Static_assert((uint64_t)SEAT_BLOCK_SPAN_MS << LOW_BITS == UINT64_C(1) << 32, "a word is full");

static uint64_t widen(uint32_t word, unix_ms base_ms)
{
    if ((word & STATE_MASK) != SEAT_HELD) return word;
    return (word & LOW_MASK) | ((uint64_t)base_ms + (word >> LOW_BITS)) << LOW_BITS;
}

static uint32_t narrow(uint64_t word, unix_ms base_ms)
{
    if ((word & STATE_MASK) != SEAT_HELD) return (uint32_t)word;
    return (uint32_t)((word & LOW_MASK) | ((word >> LOW_BITS) - (uint64_t)base_ms) << LOW_BITS);
}

static uint64_t word_at(const struct seat_block *block, uint32_t place)
{
    return block->is_wide ? block->wide[place] : widen(block->narrow[place], block->base_ms);
}

struct seat seat_block_seat(const struct seat_block *block, uint32_t place)
{
    REQUIRE(place < block->count);
    return seat_unpack(word_at(block, place));
}

static bool fits(const struct seat_block *block, struct seat seat)
{
    return seat.state != SEAT_HELD || (seat.expires_at_ms >= block->base_ms &&
                                       seat.expires_at_ms - block->base_ms < SEAT_BLOCK_SPAN_MS);
}

/* Counts from the first end on, so that there is room for those to come. */
static void settle(struct seat_block *block, const uint64_t words[SEATS_PER_BLOCK])
{
    unix_ms first_ms = UNIX_MS_NEVER, last_ms = 0;
    for (uint32_t i = 0; i < block->count; i++) {
        struct seat seat = seat_unpack(words[i]);
        if (seat.state != SEAT_HELD) continue;
        if (seat.expires_at_ms < first_ms) first_ms = seat.expires_at_ms;
        if (seat.expires_at_ms > last_ms) last_ms = seat.expires_at_ms;
    }
    block->is_wide = last_ms > first_ms && last_ms - first_ms >= SEAT_BLOCK_SPAN_MS;
    block->base_ms = block->is_wide || first_ms == UNIX_MS_NEVER ? 0 : first_ms;
    for (uint32_t i = 0; i < block->count; i++)
        if (block->is_wide)
            block->wide[i] = words[i];
        else
            block->narrow[i] = narrow(words[i], block->base_ms);
}

/* Sets a seat whose expiry is too far from the block's for an offset. */
static void set_far(struct seat_block *block, uint32_t place, struct seat seat)
{
    uint64_t words[SEATS_PER_BLOCK];
    for (uint32_t i = 0; i < block->count; i++)
        words[i] = word_at(block, i);
    words[place] = seat_pack(seat);
    settle(block, words);
}

/* Whether no seat is HELD, so that ends may be counted from any moment. */
static bool has_no_ends(const struct seat_block *block)
{
    uint32_t held = 0;
    for (uint32_t i = 0; i < block->count; i++)
        held += (block->narrow[i] & STATE_MASK) == SEAT_HELD;
    return held == 0;
}

void seat_block_set(struct seat_block *block, uint32_t place, struct seat seat)
{
    REQUIRE(place < block->count);
    REQUIRE(seat.state == SEAT_HELD || seat.expires_at_ms == 0);
    if (!block->is_wide && !fits(block, seat) && has_no_ends(block))
        block->base_ms = seat.expires_at_ms;
    if (!block->is_wide && fits(block, seat))
        block->narrow[place] = narrow(seat_pack(seat), block->base_ms);
    else
        set_far(block, place, seat);
}

void seat_block_add(struct seat_block *block, struct seat seat)
{
    REQUIRE(block->count < SEATS_PER_BLOCK);
    uint32_t place = block->count++;
    if (block->is_wide)
        block->wide[place] = 0;
    else
        block->narrow[place] = 0;
    seat_block_set(block, place, seat);
}

struct seat_block_holds seat_block_states(const struct seat_block *block, unix_ms now_ms,
                                          uint8_t ret_states[SEAT_BLOCK_STATE_BYTES])
{
    REQUIRE(block->count <= SEATS_PER_BLOCK);
    struct seat_block_holds holds = {.until_ms = UNIX_MS_NEVER};
    memset(ret_states, 0, SEAT_BLOCK_STATE_BYTES);
    for (uint32_t i = 0; i < block->count; i++) {
        uint64_t word = word_at(block, i);
        unix_ms end_ms = (unix_ms)(word >> LOW_BITS);
        unsigned state = word & STATE_MASK;
        if (state == SEAT_HELD) {
            if (end_ms <= now_ms) {
                state = SEAT_AVAILABLE;
                holds.any_expired = true;
            } else if (end_ms < holds.until_ms) {
                holds.until_ms = end_ms;
            }
        }
        ret_states[i / 4] = (uint8_t)(ret_states[i / 4] | state << i % 4 * 2);
    }
    return holds;
}
