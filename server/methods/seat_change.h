/* seat_change.h -- BlockSeats and UnblockSeats: one way to do both. */
#ifndef SERVER_METHODS_SEAT_CHANGE_H
#define SERVER_METHODS_SEAT_CHANGE_H

#include <stddef.h>
#include <stdint.h>

#include "model/event.h"
#include "model/seat.h"
#include "server/engine/call.h"

struct seat_change {
    uint32_t performance_id;
    const uint32_t *seat_indexes;
    size_t seats_count;
    enum seat_state from; /* AVAILABLE or BLOCKED: seats to change */
    enum seat_state to;   /* the other: seats that stay as they are */
    enum event_kind kind;
};

/** Changes all the seats or none. If none needs to change there is no event.
 * @param ret_changed  Seats that were `from`. Set on STATUS_OK only.
 * @return STATUS_OK; STATUS_ARGUMENT_INVALID unless 1..SEATS_PER_BLOCK_CALL_MAX seats are named;
 * STATUS_PERFORMANCE_NOT_FOUND; STATUS_SEAT_OUT_OF_RANGE; STATUS_SEAT_REPEATED; STATUS_SEAT_TAKEN
 * with a SeatsTaken detail; STATUS_OUT_OF_MEMORY. */
enum status seat_change_run(struct call *call, const struct seat_change *change,
                            uint32_t *ret_changed);

#endif
