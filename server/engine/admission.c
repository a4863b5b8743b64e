#include "server/engine/admission.h"

#include "base/require.h"
#include "server/engine/leases.h"

_Static_assert(ADMISSIONS_PER_BATCH_MAX >= 1, "a batch lets somebody in");

static void set_entry_timer(struct batch *batch, enum timer_kind kind, unix_ms due_ms,
                            const struct queue_entry *entry)
{
    REQUIRE(entry->number != 0);
    batch_set_timer(batch, &(struct timer){.due_ms = due_ms,
                                           .kind = kind,
                                           .concert_id = entry->concert_id,
                                           .number = entry->number});
}

static void admit(struct batch *batch, struct queue *queue, struct queue_entry *entry)
{
    REQUIRE(entry->concert_id == queue->concert_id);
    queue_count_admission(queue);
    entry->status = QUEUE_ENTRY_ACTIVE;
    entry->expires_at_ms = batch->now_ms + queue->policy.active_lifetime_ms;

    queue_entry_put(batch->txn, entry);
    set_entry_timer(batch, TIMER_ACTIVE, entry->expires_at_ms, entry);
    batch_add_entry_event(batch, EVENT_QUEUE_ADMITTED, entry, entry->expires_at_ms);
}

void admission_set_line_timer(struct batch *batch, struct queue *queue,
                              const struct queue_entry *entry, unix_ms clock_ms)
{
    REQUIRE(entry->concert_id == queue->concert_id);
    set_entry_timer(batch, TIMER_LINE, clock_ms, entry);
    if (clock_ms < queue->line_due_ms) queue->line_due_ms = clock_ms;
}

static void stand_in_line(struct batch *batch, struct queue *queue, const struct queue_entry *entry)
{
    REQUIRE(entry->status == QUEUE_ENTRY_WAITING);
    queue_entry_put(batch->txn, entry);
    queue_rank_add(batch->txn, entry->concert_id, entry->number);
    admission_set_line_timer(batch, queue, entry, entry->expires_at_ms);
}

void admission_enter(struct batch *batch, struct queue *queue, struct queue_entry *entry)
{
    REQUIRE(queue->concert_id != 0);
    REQUIRE(entry->user_id != 0);
    entry->concert_id = queue->concert_id;
    entry->number = ++queue->last_number;
    entry->status = QUEUE_ENTRY_WAITING;
    entry->entered_at_ms = batch->now_ms;
    entry->expires_at_ms = queue_clock_ms(queue, batch->now_ms) + queue->policy.waiting_lifetime_ms;
    queue->waiting++;
    queue_user_put(batch->txn, entry->concert_id, entry->user_id, entry->number);
    batch_add_entry_event(batch, EVENT_QUEUE_ENTERED, entry,
                          queue_clock_reaches(queue, entry->expires_at_ms, batch->now_ms));

    queue_refill(queue, batch->now_ms);
    bool is_alone = queue->waiting == 1;
    if (is_alone && queue_may_admit(queue, batch->now_ms))
        admit(batch, queue, entry);
    else
        stand_in_line(batch, queue, entry);
}

/* An entry that made a reservation stays: it carries the user's purchases and the list of them. */
static void set_purge_timer(struct batch *batch, const struct queue_entry *entry)
{
    if (!id_is_zero(entry->last_reservation.bytes)) return;
    set_entry_timer(batch, TIMER_PURGE, batch->now_ms + QUEUE_ENTRY_KEPT_MS, entry);
}

void admission_end(struct batch *batch, struct queue *queue, struct queue_entry *entry,
                   enum queue_entry_status status)
{
    REQUIRE(entry->status == QUEUE_ENTRY_WAITING || entry->status == QUEUE_ENTRY_ACTIVE);
    REQUIRE(status == QUEUE_ENTRY_EXPIRED || status == QUEUE_ENTRY_LEFT);
    REQUIRE(entry->concert_id == queue->concert_id);
    if (entry->status == QUEUE_ENTRY_WAITING) {
        queue->waiting--;
        queue_rank_remove(batch->txn, entry->concert_id, entry->number);
    } else {
        queue->active--;
    }
    entry->status = status;

    queue_entry_put(batch->txn, entry);
    set_purge_timer(batch, entry);
    batch_add_entry_event(
        batch, status == QUEUE_ENTRY_LEFT ? EVENT_QUEUE_LEFT : EVENT_QUEUE_EXPIRED, entry, 0);
}

static bool first_waiting(struct batch *batch, const struct queue *queue,
                          struct queue_entry *ret_entry)
{
    uint64_t number;
    return queue_rank_first(batch->txn, queue->concert_id, &number) &&
           queue_entry_get(batch->txn, queue->concert_id, number, ret_entry);
}

/* Unless one is set that fires in time: it is set again then. */
static void arm(struct batch *batch, const struct queue *queue, enum timer_kind kind,
                unix_ms due_ms, unix_ms *armed_ms)
{
    if (due_ms == UNIX_MS_NEVER) return;
    if (due_ms <= batch->now_ms) due_ms = batch->now_ms + 1;
    if (*armed_ms != 0 && *armed_ms <= due_ms) return;
    *armed_ms = due_ms;
    batch_set_timer(
        batch, &(struct timer){.due_ms = due_ms, .kind = kind, .concert_id = queue->concert_id});
}

static void arm_next(struct batch *batch, struct queue *queue)
{
    arm(batch, queue, TIMER_ADMISSION, queue_admission_due(queue, batch->now_ms),
        &queue->admission_due_ms);
    arm(batch, queue, TIMER_WAITING, queue_line_due(queue, batch->now_ms), &queue->waiting_due_ms);
}

void admission_run(struct batch *batch, struct queue *queue)
{
    struct queue_entry entry;
    REQUIRE(queue->concert_id != 0);
    queue_refill(queue, batch->now_ms);
    for (size_t i = 0; i < ADMISSIONS_PER_BATCH_MAX && queue_may_admit(queue, batch->now_ms); i++) {
        if (!first_waiting(batch, queue, &entry)) break;
        entry.expires_at_ms = leases_expiry(batch->leases, queue, &entry, batch->now_ms);
        if (entry.expires_at_ms <= batch->now_ms) {
            if (batch->reap_left < REAP_ENTRY_COST) break; /* the next batch goes on */
            batch_spend_reap(batch, REAP_ENTRY_COST);
            admission_end(batch, queue, &entry, QUEUE_ENTRY_EXPIRED);
        } else {
            queue_rank_remove(batch->txn, entry.concert_id, entry.number);
            admit(batch, queue, &entry);
        }
    }
    arm_next(batch, queue);
    queue_put(batch->txn, queue);
    batch->changed = true;
}
