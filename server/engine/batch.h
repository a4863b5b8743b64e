/* batch.h -- One write transaction of the state machine.
 *
 * Its input is the state and (commands, now, entropy, leases); it reads no clock, no randomness and
 * no environment, so the same input gives the same state on every machine. */
#ifndef SERVER_BATCH_H
#define SERVER_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/time.h"
#include "model/event.h"
#include "server/engine/leases.h"
#include "store/records.h"
#include "store/store.h"

struct batch {
    struct store_txn *txn;
    unix_ms now_ms;
    struct leases *leases;
    const uint8_t *entropy; /* of the command being executed: QUEUE_SECRET_BYTES random bytes */
    struct store_meta meta; /* put back when the batch ends */
    bool changed;           /* whether there is anything to commit */
};

/** Reads the counters and fixes the time: never before that of an earlier batch. */
void batch_begin(struct batch *batch, struct store_txn *txn, unix_ms now_ms, struct leases *leases);

/** Puts the counters back. */
void batch_end(struct batch *batch);

/** Numbers an event, stamps it with the batch's time and appends it.
 * @param event  Kind and content; number and time are set here.
 * @return Its number. */
uint64_t batch_add_event(struct batch *batch, struct event *event);

/** Arms a timer. */
void batch_set_timer(struct batch *batch, const struct timer *timer);

/** An event about a queue entry, `until_ms` 0 if it does not matter. */
void batch_add_entry_event(struct batch *batch, enum event_kind kind,
                           const struct queue_entry *entry, unix_ms until_ms);

/** An event about a reservation as it is now. @return Its number. */
uint64_t batch_add_reservation_event(struct batch *batch, enum event_kind kind,
                                     const struct reservation *reservation, uint64_t first_ticket);

#endif
