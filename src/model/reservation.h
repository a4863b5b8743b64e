/* reservation.h -- Seats set aside for one user until a moment in time, and perhaps paid. */
#ifndef MODEL_RESERVATION_H
#define MODEL_RESERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/id.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/time.h"

/** The numbers are those of onsale.v1.ReservationStatus and are stored. */
enum reservation_status {
    RESERVATION_HELD = 1,
    RESERVATION_PAID = 2,
    RESERVATION_EXPIRED = 3,
    RESERVATION_CANCELLED = 4,
};

struct reservation {
    struct reservation_id id;
    uint64_t user_id;
    uint32_t concert_id;
    uint32_t performance_id;
    enum reservation_status status;            /* as stored: ask reservation_status_at */
    uint32_t seats_count;                      /* 1..SEATS_PER_HOLD_MAX */
    uint32_t seat_indexes[SEATS_PER_HOLD_MAX]; /* in the order of the request */
    uint8_t seat_tiers[SEATS_PER_HOLD_MAX];
    int64_t total_price;
    unix_ms held_at_ms;
    unix_ms expires_at_ms;
    struct ledger_id payment_id;    /* zero unless PAID */
    struct reservation_id previous; /* of the same user and concert; zero if it is the first */
};

/** A HELD reservation with expires_at_ms <= now_ms is EXPIRED. */
enum reservation_status reservation_status_at(const struct reservation *reservation,
                                              unix_ms now_ms);

/** Whether a repeated HoldSeats asks for the very same thing. */
bool reservation_is_same_request(const struct reservation *reservation, uint64_t user_id,
                                 uint32_t performance_id, const uint32_t *seat_indexes,
                                 size_t seats_count);

/** @return STATUS_OK; STATUS_RESERVATION_PAID; STATUS_RESERVATION_CANCELLED; STATUS_HOLD_EXPIRED.
 */
enum status reservation_check_payable(const struct reservation *reservation, unix_ms now_ms);

/** @return STATUS_OK, also if CANCELLED already; STATUS_RESERVATION_PAID; STATUS_HOLD_EXPIRED. */
enum status reservation_check_cancellable(const struct reservation *reservation, unix_ms now_ms);

#endif
