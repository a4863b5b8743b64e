/* kept_events.h -- Events share records: those of one write lie in it one behind the other.
 *
 * A record has the number of its first event as key, and half a page at most. So an event costs its
 * bytes and no search. For src/store only. */
#ifndef STORE_KEPT_EVENTS_H
#define STORE_KEPT_EVENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "store/bytes.h"
#include "store/event_bytes.h"
#include "store/record_head.h"
#include "store/store.h"

enum {
    EVENTS_BYTES_MAX = 2000, /* of a record, unless one event alone has more */
    EVENTS_KEPT_BYTES =
        RECORD_HEAD_BYTES + VARINT_BYTES_MAX + 2 + EVENT_BYTES(SEATS_PER_BLOCK_CALL_MAX),
};

/** Events of a write that have yet to be put. */
struct kept_events {
    uint64_t first_number;
    uint64_t count;
    unix_ms near_ms; /* the time of the first one: the others tell theirs from it */
    size_t size;
    uint8_t bytes[EVENTS_KEPT_BYTES];
};

/** The next event of a record that a read has at hand. */
struct event_place {
    uint64_t number; /* 0: none */
    unix_ms near_ms;
    struct reader rest; /* this event, and those behind it */
};

/** Forgets all events. */
void kept_events_clear(struct kept_events *kept);

/** Puts them. */
void kept_events_put(struct store_txn *txn);

#endif
