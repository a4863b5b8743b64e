/* seat.h -- The state of the seats of a performance. A hold ends by comparison of its expiry with
 * the time of the transaction, whether or not it has been reaped. */
#ifndef MODEL_SEAT_H
#define MODEL_SEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/status.h"
#include "base/time.h"

/** The numbers are the two bits of a seat map and of the stored records. */
enum seat_state { SEAT_AVAILABLE = 0, SEAT_HELD = 1, SEAT_SOLD = 2, SEAT_BLOCKED = 3 };

struct seat {
    enum seat_state state;
    uint8_t tier;          /* 0..TIERS_PER_PERFORMANCE_MAX-1 */
    unix_ms expires_at_ms; /* of the hold; 0 unless HELD */
};

/** What the end of a hold has room for. */
#define SEAT_END_MS_MAX ((INT64_C(1) << 58) - 1)

/** One word: state in bits 0-1, tier in bits 2-5, end of the hold in the others. */
uint64_t seat_pack(struct seat seat);
struct seat seat_unpack(uint64_t word);

/** State at a moment: a hold with expires_at_ms <= now_ms counts as AVAILABLE. */
enum seat_state seat_state_at(struct seat seat, unix_ms now_ms);

/** Takes every seat for a hold, or none.
 * @param seats            1..SEATS_PER_HOLD_MAX seats; changed on STATUS_OK only.
 * @param ret_taken        Set on STATUS_SEAT_TAKEN: indexes into `seats` of the unavailable ones.
 * @return STATUS_OK; STATUS_SEAT_TAKEN if any is sold, blocked, or held at now_ms. Pure. */
enum status seats_hold(struct seat *seats, size_t seats_count, unix_ms now_ms,
                       unix_ms expires_at_ms, size_t ret_taken[SEATS_PER_HOLD_MAX],
                       size_t *ret_taken_count);

/** Whether this seat is held by the reservation that holds until expires_at_ms. Two live holds of
 * one seat never end at the same instant, since the second began when the first had ended. */
bool seat_is_held_until(struct seat seat, unix_ms expires_at_ms);

#endif
