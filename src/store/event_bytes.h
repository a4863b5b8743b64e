/* event_bytes.h -- An event in as few bytes as its kind needs: their bound. For src/store only. */
#ifndef STORE_EVENT_BYTES_H
#define STORE_EVENT_BYTES_H

#include "model/event.h"
#include "store/bytes.h"

/** Room for an event with so many seats, and what the last number may need beyond it. */
#define EVENT_BYTES(seats_count) (11 * VARINT_BYTES_MAX + 2 * ID_BYTES + 5 * (seats_count))

/** An event in a record of several. */
struct stored_event {
    struct event *event; /* all but the number */
    unix_ms near_ms;     /* of its batch */
};

void event_fields_pack(struct writer *value, const struct stored_event *stored);
void event_fields_unpack(struct reader *value, struct stored_event *stored);

#endif
