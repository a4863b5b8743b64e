/* event_bytes.h -- An event in as few bytes as its kind needs. For src/store only. */
#ifndef STORE_EVENT_BYTES_H
#define STORE_EVENT_BYTES_H

#include "model/event.h"
#include "store/bytes.h"

/** Room for an event with so many seats, and what the last number may need beyond it. */
#define EVENT_BYTES(seats_count) (11 * VARINT_BYTES_MAX + 2 * ID_BYTES + 5 * (seats_count))

/** Packs all but the number.
 * @param near_ms  A time close to the event's. */
void event_pack(struct writer *value, const struct event *event, unix_ms near_ms);

/** Unpacks all but the number, and of the seats no more than there are. */
void event_unpack(struct reader *value, unix_ms near_ms, struct event *ret);

#endif
