/* event.h -- One numbered state change: a record of the change feed, with all that a replay needs.
 */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include <stdint.h>

#include "base/id.h"
#include "base/limits.h"
#include "base/time.h"

/** The numbers are those of onsale.v1.EventKind and are stored. */
enum event_kind {
    EVENT_USER_CREATED = 1,
    EVENT_CATALOGUE_IMPORTED = 2,
    EVENT_POLICY_SET = 3,
    EVENT_BALANCE_CHARGED = 4,
    EVENT_QUEUE_ENTERED = 5,
    EVENT_QUEUE_ADMITTED = 6,
    EVENT_QUEUE_EXPIRED = 7,
    EVENT_QUEUE_LEFT = 8,
    EVENT_SEATS_HELD = 9,
    EVENT_RESERVATION_CANCELLED = 10,
    EVENT_RESERVATION_EXPIRED = 11,
    EVENT_RESERVATION_PAID = 12,
    EVENT_SEATS_BLOCKED = 13,
    EVENT_SEATS_UNBLOCKED = 14,
    EVENT_ADMISSION_PAUSED = 15,
    EVENT_ADMISSION_RESUMED = 16,
    EVENT_HOLDING_STOPPED = 17,
    EVENT_HOLDING_RESUMED = 18,
    EVENT_PAYING_STOPPED = 19,
    EVENT_PAYING_RESUMED = 20,
    EVENT_USER_BLOCKED = 21,
    EVENT_USER_UNBLOCKED = 22,
    EVENT_RESERVATION_LENGTHENED = 23,
};

/** Fields that the kind does not need are zero. */
struct event {
    uint64_t number; /* 1, 2, 3 ... without gaps */
    enum event_kind kind;
    unix_ms occurred_at_ms;
    uint32_t concert_id;
    uint32_t performance_id;
    uint64_t user_id;
    uint8_t record_id[ID_BYTES];
    uint8_t payment_id[ID_BYTES];
    uint64_t entry_number; /* of a queue entry, or the first ticket */
    int64_t amount;
    unix_ms until_ms;
    uint32_t seats_count;
    uint32_t seat_indexes[SEATS_PER_BLOCK_CALL_MAX];
};

#endif
