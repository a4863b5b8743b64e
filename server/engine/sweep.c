#include "server/engine/sweep.h"

#include "server/engine/admission.h"
#include "server/engine/seat_group.h"

static void end_hold(struct batch *batch, struct reservation_id id)
{
    struct reservation reservation;
    if (!reservation_get(batch->txn, id, &reservation) || reservation.status != RESERVATION_HELD)
        return;
    reservation.status = RESERVATION_EXPIRED;
    uint64_t version =
        batch_add_reservation_event(batch, EVENT_RESERVATION_EXPIRED, &reservation, 0);
    seat_group_release(batch->txn, &reservation, version);
    reservation_put(batch->txn, &reservation);
}

static void end_entry(struct batch *batch, struct queue_entry *entry)
{
    struct queue queue;
    if (!queue_get(batch->txn, entry->concert_id, &queue)) return;
    admission_end(batch, &queue, entry, QUEUE_ENTRY_EXPIRED);
    admission_run(batch, &queue);
}

static void end_waiting(struct batch *batch, const struct timer *timer, struct queue_entry *entry)
{
    struct queue queue;
    if (entry->status != QUEUE_ENTRY_WAITING) {
        leases_forget(batch->leases, entry->concert_id, entry->number);
        return;
    }
    if (!queue_get(batch->txn, entry->concert_id, &queue)) return;
    unix_ms expires_at_ms = leases_expiry(batch->leases, &queue, entry);
    if (expires_at_ms <= batch->now_ms) {
        entry->expires_at_ms = expires_at_ms;
        end_entry(batch, entry);
        return;
    }
    struct timer again = *timer;
    again.due_ms = expires_at_ms;
    batch_set_timer(batch, &again);
}

static void end_active(struct batch *batch, struct queue_entry *entry)
{
    if (entry->status == QUEUE_ENTRY_ACTIVE && entry->expires_at_ms <= batch->now_ms)
        end_entry(batch, entry);
}

/* An entry that made a reservation stays: it carries the user's purchases and the list of them. */
static void purge_entry(struct batch *batch, const struct queue_entry *entry)
{
    uint64_t newest;
    if (!id_is_zero(entry->last_reservation.bytes)) return;
    queue_entry_delete(batch->txn, entry->concert_id, entry->number);
    if (queue_user_get(batch->txn, entry->concert_id, entry->user_id, &newest) &&
        newest == entry->number)
        queue_user_delete(batch->txn, entry->concert_id, entry->user_id);
}

static void fire_for_entry(struct batch *batch, const struct timer *timer)
{
    struct queue_entry entry;
    if (!queue_entry_get(batch->txn, timer->concert_id, timer->number, &entry)) return;
    if (timer->kind == TIMER_WAITING)
        end_waiting(batch, timer, &entry);
    else if (timer->kind == TIMER_ACTIVE)
        end_active(batch, &entry);
    else
        purge_entry(batch, &entry);
}

static void fire_admission(struct batch *batch, const struct timer *timer)
{
    struct queue queue;
    if (!queue_get(batch->txn, timer->concert_id, &queue) ||
        queue.admission_due_ms != timer->due_ms)
        return;
    queue.admission_due_ms = 0;
    admission_run(batch, &queue);
}

static void fire(struct batch *batch, const struct timer *timer)
{
    switch (timer->kind) {
    case TIMER_HOLD:
        end_hold(batch, timer->reservation_id);
        break;
    case TIMER_WAITING:
    case TIMER_ACTIVE:
    case TIMER_PURGE:
        fire_for_entry(batch, timer);
        break;
    case TIMER_ADMISSION:
        fire_admission(batch, timer);
        break;
    }
}

void sweep_run(struct batch *batch)
{
    struct timer timer;
    for (size_t i = 0; i < SWEEP_PER_BATCH_MAX; i++) {
        if (!timer_first(batch->txn, &timer) || timer.due_ms > batch->now_ms) return;
        timer_remove(batch->txn, &timer);
        batch->changed = true;
        fire(batch, &timer);
    }
}
