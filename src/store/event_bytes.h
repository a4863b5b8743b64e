/* event_bytes.h -- An event in as few bytes as its kind needs: their bound. For src/store only. */
#ifndef STORE_EVENT_BYTES_H
#define STORE_EVENT_BYTES_H

#include "model/event.h"
#include "store/bytes.h"

/** Room for an event with so many seats, and what the last number may need beyond it. */
#define EVENT_BYTES(seats_count) (11 * VARINT_BYTES_MAX + 2 * ID_BYTES + 5 * (seats_count))

#endif
