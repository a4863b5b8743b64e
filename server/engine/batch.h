/* batch.h -- One write transaction of the state machine.
 *
 * Its input is the state and (commands, now, entropy, leases); it reads no clock, no randomness and
 * no environment, so the same input gives the same state on every machine. */
#ifndef SERVER_BATCH_H
#define SERVER_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/time.h"
#include "model/event.h"
#include "server/engine/event_stats.h"
#include "server/engine/leases.h"
#include "server/engine/timer_lists.h"
#include "store/records.h"
#include "store/store.h"

/* What reaping costs, in timers that turn out to have nothing to do any more. */
enum { REAP_ENTRY_COST = 16, REAP_COST_MAX = SWEEP_ENTRIES_MAX * REAP_ENTRY_COST };

struct batch {
    struct store_txn *txn;
    unix_ms now_ms;
    bool clock_has_jumped; /* see clock.h: methods without ANY_CLOCK are refused */
    struct leases *leases;
    struct event_stats *event_stats; /* where events are noted; NULL: nowhere */
    const uint8_t *entropy; /* of the command being executed: QUEUE_SECRET_BYTES random bytes; NULL
                               unless its method DRAWS_ENTROPY */
    struct store_meta meta; /* put back when the batch ends */
    bool changed;           /* whether there is anything to commit */
    uint32_t reap_left;     /* what reaping queues may still cost */
    struct timer_lists timers; /* set by this batch and not written yet */
};

/** Reads the counters and fixes the time: never before that of an earlier batch. */
void batch_begin(struct batch *batch, struct store_txn *txn, unix_ms now_ms, struct leases *leases);

/** Writes the timers and puts the counters back. */
void batch_end(struct batch *batch);

/** Numbers an event, stamps it with the batch's time and appends it.
 * @param event  Kind and content; number and time are set here.
 * @return Its number. */
uint64_t batch_add_event(struct batch *batch, struct event *event);

/** Counts what reaping has cost. */
void batch_spend_reap(struct batch *batch, uint32_t cost);

/** Arms a timer that is due after this batch's time, by the clock that its kind goes by. It is in
 * the store when the batch ends. */
void batch_set_timer(struct batch *batch, const struct timer *timer);

/** An event about a queue entry, EVENT_QUEUE_ENTERED to EVENT_QUEUE_LEFT; `until_ms` 0 if it does
 * not matter. */
void batch_add_entry_event(struct batch *batch, enum event_kind kind,
                           const struct queue_entry *entry, unix_ms until_ms);

/** An event about a reservation as it is now, EVENT_SEATS_HELD to EVENT_RESERVATION_PAID, or
 * EVENT_RESERVATION_LENGTHENED. @return Its number. */
uint64_t batch_add_reservation_event(struct batch *batch, enum event_kind kind,
                                     const struct reservation *reservation, uint64_t first_ticket);

#endif
