/* events.h -- What has happened, by number.
 *
 * Events share records: those of one write lie in it one behind the other. A record has the number
 * of its first event as key, and half a page at most. So an event costs its bytes and no search. */
#ifndef STORE_EVENTS_H
#define STORE_EVENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/time.h"
#include "model/event.h"
#include "store/bytes.h"
#include "store/event_bytes.h"
#include "store/record_head.h"
#include "store/store.h"

/** @return Whether the event is there; *ret is filled only if it is. */
bool event_get(struct store_txn *txn, uint64_t number, struct event *ret);

/** The event with the next greater number; begin with 0. */
bool event_next(struct store_txn *txn, uint64_t after_number, struct event *ret);

/** Puts an event whose number is greater than all before. In a write. */
void event_append(struct store_txn *txn, const struct event *event);

/* --- For src/store only ----------------------------------------------------------------------- */

enum {
    EVENTS_BYTES_MAX = 2000, /* of a record, unless one event alone has more */
    PENDING_EVENTS_BYTES =
        RECORD_HEAD_BYTES + VARINT_BYTES_MAX + 2 + EVENT_BYTES(SEATS_PER_BLOCK_CALL_MAX),
};

/** MEMO_EVENT_BATCH: events of a write that have yet to be put. */
struct pending_events {
    uint64_t first_number;
    uint64_t count;
    unix_ms near_ms; /* the time of the first one, from which those of the others count */
    size_t size;
    uint8_t bytes[PENDING_EVENTS_BYTES];
};

/** MEMO_EVENT_PLACE: the next event of a record that a read has at hand. */
struct event_place {
    uint64_t number; /* 0: none */
    unix_ms near_ms;
    struct reader rest; /* this event, and those behind it */
};

/** Forgets all events of a write that has given up. */
void event_batch_clear(struct pending_events *events);

/** Puts them. */
void event_batch_put(struct store_txn *txn);

#endif
