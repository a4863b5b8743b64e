#include "server/engine/sweep.h"

#include <string.h>

#include "base/limits.h"
#include "base/require.h"
#include "server/engine/admission.h"
#include "server/engine/expired_holds.h"

_Static_assert(REAP_ENTRY_COST > 1, "to end an entry costs more than to look at its timer");
_Static_assert(TIMER_LINE == TIMER_KINDS - 1, "the timers that are due by themselves come first");

/* --- Entries ---------------------------------------------------------------------------------- */

/* Sets the timer again if polling has renewed the entry. */
static bool has_waited_enough(struct batch *batch, struct queue *queue, struct queue_entry *entry)
{
    REQUIRE(entry->status == QUEUE_ENTRY_WAITING);
    unix_ms clock_ms = leases_clock_ms(batch->leases, queue, entry);
    unix_ms expires_at_ms = queue_clock_reaches(queue, clock_ms, batch->now_ms);
    if (expires_at_ms > batch->now_ms) {
        admission_set_line_timer(batch, queue, entry, clock_ms);
        return false;
    }
    entry->expires_at_ms = expires_at_ms;
    return true;
}

static bool has_ended(struct batch *batch, enum timer_kind kind, struct queue *queue,
                      struct queue_entry *entry)
{
    REQUIRE(kind == TIMER_ACTIVE || kind == TIMER_LINE);
    if (kind == TIMER_ACTIVE)
        return entry->status == QUEUE_ENTRY_ACTIVE && entry->expires_at_ms <= batch->now_ms;
    if (entry->status == QUEUE_ENTRY_WAITING) return has_waited_enough(batch, queue, entry);
    leases_forget(batch->leases, entry->concert_id, entry->number);
    return false;
}

/* @return Whether any has ended: the queue is to be given on and saved. */
static bool end_entries(struct batch *batch, enum timer_kind kind, struct queue *queue,
                        const struct entry_run *run)
{
    struct queue_entry entry;
    bool any_ended = false;
    REQUIRE(run->concert_id == queue->concert_id);
    for (uint64_t i = 0; i < run->count; i++) {
        if (!queue_entry_get(batch->txn, run->concert_id, run->first + i, &entry) ||
            !has_ended(batch, kind, queue, &entry))
            continue;
        admission_end(batch, queue, &entry, QUEUE_ENTRY_EXPIRED);
        batch_spend_reap(batch, REAP_ENTRY_COST - 1);
        any_ended = true;
    }
    return any_ended;
}

/* The places that became free are given on when all who had to go are gone. */
static void end_active(struct batch *batch, const struct entry_run *run)
{
    struct queue queue;
    if (queue_get(batch->txn, run->concert_id, &queue) &&
        end_entries(batch, TIMER_ACTIVE, &queue, run))
        admission_run(batch, &queue);
}

/* An entry that made a reservation stays: it carries the user's purchases and the list of them. */
static void purge_entry(struct batch *batch, uint32_t concert_id, uint64_t number)
{
    struct queue_entry entry;
    uint64_t newest;
    if (!queue_entry_get(batch->txn, concert_id, number, &entry) ||
        !id_is_zero(entry.last_reservation.bytes))
        return;
    queue_entry_delete(batch->txn, concert_id, number);
    if (queue_user_get(batch->txn, concert_id, entry.user_id, &newest) && newest == number)
        queue_user_delete(batch->txn, concert_id, entry.user_id);
}

static void purge_entries(struct batch *batch, const struct entry_run *run)
{
    for (uint64_t i = 0; i < run->count; i++)
        purge_entry(batch, run->concert_id, run->first + i);
}

static void admit(struct batch *batch, uint32_t concert_id, unix_ms due_ms)
{
    struct queue queue;
    if (!queue_get(batch->txn, concert_id, &queue) || queue.admission_due_ms != due_ms) return;
    queue.admission_due_ms = 0;
    admission_run(batch, &queue);
}

/* --- Lists ------------------------------------------------------------------------------------ */

static uint32_t units_of(enum timer_kind kind, const union timer_item *item)
{
    if (kind == TIMER_HOLD) return 1;
    REQUIRE(item->run.count >= 1);
    return item->run.count;
}

/* Takes the front of a run. */
static struct entry_run run_split(struct entry_run *run, uint32_t count)
{
    REQUIRE(count >= 1);
    REQUIRE(count < run->count);
    struct entry_run front = {run->concert_id, count, run->first};
    run->first += count;
    run->count -= count;
    return front;
}

/* Moves the front of a list, as many units as the budget has, to another one.
 * @return How many. */
static uint32_t list_split(struct timer_list *list, uint32_t budget, struct timer_list *ret_front)
{
    uint32_t taken = 0;
    uint32_t whole = 0;
    REQUIRE(budget >= 1);
    REQUIRE(list->count >= 1);
    REQUIRE(list->count <= TIMER_ITEMS_MAX);
    for (; whole < list->count; whole++) {
        uint32_t units = units_of(list->kind, &list->items[whole]);
        if (units > budget - taken) break;
        ret_front->items[whole] = list->items[whole];
        taken += units;
    }
    ret_front->kind = list->kind;
    ret_front->concert_id = list->concert_id;
    ret_front->due_ms = list->due_ms;
    ret_front->count = whole;
    if (whole < list->count && taken < budget) {
        ret_front->items[ret_front->count++].run =
            run_split(&list->items[whole].run, budget - taken);
        taken = budget;
    }
    REQUIRE(taken >= 1);
    REQUIRE(taken <= budget);
    REQUIRE(whole <= list->count);
    list->count -= whole;
    memmove(list->items, list->items + whole, list->count * sizeof list->items[0]);
    return taken;
}

/* Takes the front of a list that is due out of the store.
 * @return How many units. */
static uint32_t take_front(struct batch *batch, struct timer_list *list, uint32_t budget,
                           struct timer_list *ret_due)
{
    uint32_t taken = list_split(list, budget, ret_due);
    REQUIRE(ret_due->count >= 1);
    if (list->count > 0)
        timer_list_put(batch->txn, list);
    else
        timer_list_delete(batch->txn, list);
    batch->changed = true;
    return taken;
}

/* Takes from the first list of a kind what is due and within the budget.
 * @return How many units; 0 if nothing is due or the budget is spent. */
static uint32_t take_due(struct batch *batch, enum timer_kind kind, uint32_t budget,
                         struct timer_list *ret_due)
{
    struct timer_list list;
    REQUIRE(kind != TIMER_LINE);
    if (budget == 0 || timer_due(batch->txn, kind) > batch->now_ms ||
        !timer_list_first(batch->txn, kind, &list))
        return 0;
    REQUIRE(list.kind == kind);
    REQUIRE(list.due_ms <= batch->now_ms);
    return take_front(batch, &list, budget, ret_due);
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* Ends those whose wait is over by the waiting clock of their queue, as far as the budget goes.
 * @return Whether all are ended. */
static bool end_waiting(struct batch *batch, struct queue *queue)
{
    struct timer_list list;
    struct timer_list due;
    unix_ms clock_ms = queue_clock_ms(queue, batch->now_ms);
    queue->line_due_ms = UNIX_MS_NEVER; /* entries whose timers are set again lower it */
    while (timer_line_first(batch->txn, queue->concert_id, &list)) {
        uint32_t budget = batch->reap_left / REAP_ENTRY_COST;
        REQUIRE(list.concert_id == queue->concert_id);
        if (list.due_ms > clock_ms || budget == 0) {
            if (list.due_ms < queue->line_due_ms) queue->line_due_ms = list.due_ms;
            return list.due_ms > clock_ms;
        }
        batch_spend_reap(batch, take_front(batch, &list, budget, &due));
        for (uint32_t i = 0; i < due.count; i++)
            end_entries(batch, TIMER_LINE, queue, &due.items[i].run);
    }
    return true;
}

/* @return Whether the timer has done its work. */
static bool fire_waiting(struct batch *batch, uint32_t concert_id, unix_ms due_ms)
{
    struct queue queue;
    if (!queue_get(batch->txn, concert_id, &queue) || queue.waiting_due_ms != due_ms) return true;
    bool is_done = end_waiting(batch, &queue);
    if (is_done) queue.waiting_due_ms = 0;
    admission_run(batch, &queue);
    return is_done;
}

/* A timer whose line has more to end than the budget lets stays where it is: the next batch goes
 * on. */
static void sweep_lines(struct batch *batch)
{
    struct timer_list list;
    struct timer_list due;
    while (timer_due(batch->txn, TIMER_WAITING) <= batch->now_ms &&
           timer_list_first(batch->txn, TIMER_WAITING, &list) &&
           fire_waiting(batch, list.items[0].run.concert_id, list.due_ms))
        take_front(batch, &list, 1, &due);
}

/* --- All -------------------------------------------------------------------------------------- */

static void fire_run(struct batch *batch, const struct timer_list *due, const struct entry_run *run)
{
    if (due->kind == TIMER_ADMISSION)
        admit(batch, run->concert_id, due->due_ms);
    else
        end_active(batch, run);
}

/* Timers are cheap to look at, since most have nothing to do any more, and entries dear to end. */
static void sweep_queues(struct batch *batch, enum timer_kind kind)
{
    struct timer_list due;
    uint32_t taken;
    REQUIRE(kind == TIMER_ACTIVE || kind == TIMER_ADMISSION);
    while ((taken = take_due(batch, kind, batch->reap_left / REAP_ENTRY_COST, &due)) > 0) {
        batch_spend_reap(batch, taken);
        for (uint32_t i = 0; i < due.count; i++)
            fire_run(batch, &due, &due.items[i].run);
    }
}

/* Gathered from several lists, since a seller at ease makes short ones.
 * @return How many. */
static uint32_t sweep_holds(struct batch *batch, uint32_t most)
{
    union timer_item holds[SWEEP_HOLDS_MAX];
    REQUIRE(most <= SWEEP_HOLDS_MAX);
    struct timer_list due;
    uint32_t count = 0;
    while (take_due(batch, TIMER_HOLD, most - count, &due) > 0) {
        REQUIRE(due.count <= most - count);
        memcpy(&holds[count], due.items, due.count * sizeof due.items[0]);
        count += due.count;
    }
    expired_holds_end(batch, holds, count);
    return count;
}

static void sweep_purges(struct batch *batch, uint32_t most)
{
    struct timer_list due;
    uint32_t taken;
    for (; (taken = take_due(batch, TIMER_PURGE, most, &due)) > 0; most -= taken)
        for (uint32_t i = 0; i < due.count; i++)
            purge_entries(batch, &due.items[i].run);
}

void sweep_run(struct batch *batch, uint32_t holds_max)
{
    REQUIRE(batch->reap_left == REAP_COST_MAX);
    REQUIRE(holds_max >= 1);
    REQUIRE(holds_max <= SWEEP_HOLDS_MAX);
    sweep_lines(batch);
    sweep_queues(batch, TIMER_ACTIVE);
    sweep_queues(batch, TIMER_ADMISSION);
    sweep_purges(batch, holds_max - sweep_holds(batch, holds_max));
}

unix_ms sweep_due(struct store_txn *txn)
{
    unix_ms first_ms = UNIX_MS_NEVER;
    for (enum timer_kind kind = TIMER_HOLD; kind < TIMER_LINE; kind++) {
        unix_ms due_ms = timer_due(txn, kind);
        if (due_ms < first_ms) first_ms = due_ms;
    }
    return first_ms;
}
