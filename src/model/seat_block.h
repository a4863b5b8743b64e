/* seat_block.h -- Sixty-four neighbouring seats, which share one record.
 *
 * Holds of one block end within minutes of each other, so a seat takes 4 bytes: the expiry of its
 * hold is an offset to that of the block. Where expiries lie too far apart, as after a day without
 * the server, the block is wide until they no longer do, and its seats take 8 bytes each. */
#ifndef MODEL_SEAT_BLOCK_H
#define MODEL_SEAT_BLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/seat.h"

enum { SEATS_PER_BLOCK = 64, SEAT_BLOCK_STATE_BYTES = SEATS_PER_BLOCK / 4 };

/** In a narrow block ends lie less than this after the block's: more than 18 hours. */
enum { SEAT_BLOCK_SPAN_MS = 1 << 26 };

/** Start with zeros and a version. The seats are to be asked for with seat_block_seat. */
struct seat_block {
    uint64_t version; /* number of the event that changed it last */
    uint32_t count;   /* 1..SEATS_PER_BLOCK: the last block of a performance may be short */
    bool is_wide;
    unix_ms base_ms; /* of a narrow block: what the ends of holds are counted from */
    union {
        uint32_t narrow[SEATS_PER_BLOCK]; /* as seat_pack's, with the time since base_ms */
        uint64_t wide[SEATS_PER_BLOCK];   /* as seat_pack gives them */
    };
};

/** The seat at a place, 0..count-1. */
struct seat seat_block_seat(const struct seat_block *block, uint32_t place);

/** Puts a seat at a place, 0..count-1. A seat that is not HELD must have no end. */
void seat_block_set(struct seat_block *block, uint32_t place, struct seat seat);

/** Adds a seat behind the others, of which there must be less than SEATS_PER_BLOCK. */
void seat_block_add(struct seat_block *block, struct seat seat);

/** The holds of a block at a moment. */
struct seat_block_holds {
    unix_ms until_ms; /* the next expiry of a hold; UNIX_MS_NEVER if none is live */
    bool any_expired; /* whether one has expired and is not reaped yet */
};

/** Two bits a seat, four seats a byte, first seat lowest. Bits past `count` are 0. */
struct seat_block_holds seat_block_states(const struct seat_block *block, unix_ms now_ms,
                                          uint8_t ret_states[SEAT_BLOCK_STATE_BYTES]);

#endif
