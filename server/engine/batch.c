#include "server/engine/batch.h"

#include <string.h>

#include "base/require.h"

_Static_assert(SEATS_PER_HOLD_MAX <= SEATS_PER_BLOCK_CALL_MAX, "an event has room for a hold");

void batch_begin(struct batch *batch, struct store_txn *txn, unix_ms now_ms, struct leases *leases)
{
    REQUIRE(now_ms >= 0);
    REQUIRE(leases != NULL);
    batch->txn = txn;
    batch->leases = leases;
    batch->clock_has_jumped = false;
    batch->event_stats = NULL;
    batch->entropy = NULL;
    batch->meta = meta_get(txn);
    batch->now_ms = now_ms > batch->meta.now_ms ? now_ms : batch->meta.now_ms;
    batch->changed = false;
    batch->reap_left = REAP_COST_MAX;
    timer_lists_begin(&batch->timers);
}

void batch_end(struct batch *batch)
{
    REQUIRE(batch->now_ms >= batch->meta.now_ms);
    REQUIRE(batch->reap_left <= REAP_COST_MAX);
    timer_lists_end(&batch->timers, batch->txn, batch->meta.last_batch);
    batch->meta.now_ms = batch->now_ms;
    batch->meta.last_batch++;
    meta_put(batch->txn, &batch->meta);
}

uint64_t batch_add_event(struct batch *batch, struct event *event)
{
    REQUIRE(event->kind >= EVENT_USER_CREATED);
    REQUIRE(event->kind <= EVENT_RESERVATION_LENGTHENED);
    REQUIRE(event->seats_count <= SEATS_PER_BLOCK_CALL_MAX);
    event->number = ++batch->meta.last_event;
    event->occurred_at_ms = batch->now_ms;
    event_append(batch->txn, event);
    if (batch->event_stats != NULL) event_stats_note(batch->event_stats, event);
    batch->changed = true;
    return event->number;
}

void batch_spend_reap(struct batch *batch, uint32_t cost)
{
    REQUIRE(cost <= REAP_COST_MAX);
    batch->reap_left -= cost < batch->reap_left ? cost : batch->reap_left;
}

void batch_set_timer(struct batch *batch, const struct timer *timer)
{
    REQUIRE(timer->kind == TIMER_LINE || timer->due_ms > batch->now_ms);
    timer_lists_add(&batch->timers, batch->txn, batch->meta.last_batch, timer);
    batch->changed = true;
}

/* Clears all but the seats, which are many and seldom used. */
static void event_start(struct event *event, enum event_kind kind)
{
    memset(event, 0, offsetof(struct event, seat_indexes));
    event->kind = kind;
}

void batch_add_entry_event(struct batch *batch, enum event_kind kind,
                           const struct queue_entry *entry, unix_ms until_ms)
{
    struct event event;
    REQUIRE(kind >= EVENT_QUEUE_ENTERED);
    REQUIRE(kind <= EVENT_QUEUE_LEFT);
    event_start(&event, kind);
    event.concert_id = entry->concert_id;
    event.user_id = entry->user_id;
    event.entry_number = entry->number;
    event.until_ms = until_ms;
    batch_add_event(batch, &event);
}

uint64_t batch_add_reservation_event(struct batch *batch, enum event_kind kind,
                                     const struct reservation *reservation, uint64_t first_ticket)
{
    struct event event;
    REQUIRE(kind >= EVENT_SEATS_HELD);
    REQUIRE(kind <= EVENT_RESERVATION_PAID || kind == EVENT_RESERVATION_LENGTHENED);
    REQUIRE(reservation->seats_count >= 1);
    REQUIRE(reservation->seats_count <= SEATS_PER_HOLD_MAX);
    event_start(&event, kind);
    event.concert_id = reservation->concert_id;
    event.performance_id = reservation->performance_id;
    event.user_id = reservation->user_id;
    memcpy(event.record_id, reservation->id.bytes, ID_BYTES);
    memcpy(event.payment_id, reservation->payment_id.bytes, ID_BYTES);
    event.entry_number = first_ticket;
    event.amount = reservation->total_price;
    event.until_ms = reservation->expires_at_ms;
    event.seats_count = reservation->seats_count;
    memcpy(event.seat_indexes, reservation->seat_indexes, sizeof reservation->seat_indexes);
    return batch_add_event(batch, &event);
}
