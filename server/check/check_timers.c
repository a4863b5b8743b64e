/* check_timers.c -- Whatever ends by the clock must have a timer, or nobody would ever reap it. */
#include <inttypes.h>

#include "server/check/finding.h"
#include "server/check/index.h"

/* --- Holds ------------------------------------------------------------------------------------ */

static bool note_holds(void *context, const struct timer_list *list)
{
    const struct checker *checker = context;
    for (uint32_t i = 0; i < list->count; i++) {
        struct indexed_reservation *reservation =
            index_reservation(checker->index, list->items[i].reservation_id);
        if (reservation != NULL && reservation->record.expires_at_ms == list->due_ms)
            reservation->has_timer = true;
    }
    return true;
}

static void check_holds(struct checker *checker)
{
    const struct vector *reservations = &checker->index->reservations;
    timer_lists_visit(checker->txn, TIMER_HOLD, UNIX_MS_NEVER, note_holds, checker);
    for (size_t i = 0; i < reservations->count; i++) {
        const struct indexed_reservation *reservation = vector_at(reservations, i);
        char id[ID_TEXT_BYTES];
        if (reservation->record.status != RESERVATION_HELD || reservation->has_timer) continue;
        id_print(reservation->record.id.bytes, id);
        check_found(checker, "hold-without-timer", "reservation %s", id);
    }
}

/* --- Entries ---------------------------------------------------------------------------------- */

static uint8_t bit_of(enum timer_kind kind)
{
    return (uint8_t)(1u << kind);
}

static void note_run(const struct checker *checker, enum timer_kind kind,
                     const struct entry_run *run)
{
    struct indexed_queue *queue = index_queue(checker->index, run->concert_id);
    if (queue == NULL) return;
    for (uint64_t i = 0; i < run->count && run->first + i <= queue->record.last_number; i++)
        queue->timers[run->first + i] |= bit_of(kind);
}

static bool note_entries(void *context, const struct timer_list *list)
{
    const struct checker *checker = context;
    for (uint32_t i = 0; i < list->count; i++)
        note_run(checker, list->kind, &list->items[i].run);
    return true;
}

static bool note_line(void *context, const struct timer_list *list)
{
    const struct checker *checker = context;
    struct indexed_queue *queue = index_queue(checker->index, list->concert_id);
    if (queue != NULL && list->due_ms < queue->first_line_ms) queue->first_line_ms = list->due_ms;
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].run.concert_id != list->concert_id)
            check_found((struct checker *)context, "line-of-another-concert", "concert %" PRIu32,
                        list->concert_id);
    return note_entries(context, list);
}

/* Of a whole queue. */
static bool note_queues(void *context, const struct timer_list *list)
{
    const struct checker *checker = context;
    for (uint32_t i = 0; i < list->count; i++) {
        struct indexed_queue *queue = index_queue(checker->index, list->items[i].run.concert_id);
        if (queue == NULL) continue;
        if (list->kind == TIMER_WAITING && queue->record.waiting_due_ms == list->due_ms)
            queue->has_waiting_timer = true;
        if (list->kind == TIMER_ADMISSION && queue->record.admission_due_ms == list->due_ms)
            queue->has_admission_timer = true;
    }
    return true;
}

/* A timer may be late, since polling renews an entry, but it must be there. */
static bool has_timer(const struct indexed_queue *queue, const struct queue_entry *entry)
{
    if (entry->number > queue->record.last_number) return true; /* check_queues says that */
    if (entry->status == QUEUE_ENTRY_WAITING)
        return (queue->timers[entry->number] & bit_of(TIMER_LINE)) != 0;
    if (entry->status == QUEUE_ENTRY_ACTIVE)
        return (queue->timers[entry->number] & bit_of(TIMER_ACTIVE)) != 0;
    return true;
}

/* Whether a timer that fires at armed_ms is in time for what is due, as seen at the last batch. */
static bool is_in_time(unix_ms armed_ms, unix_ms due_ms, unix_ms now_ms)
{
    return armed_ms != 0 && (armed_ms <= due_ms || armed_ms <= now_ms + 1);
}

/* What nobody would wake the writer for. */
static void check_wakes(struct checker *checker, const struct indexed_queue *queue)
{
    const struct queue *record = &queue->record;
    unix_ms now_ms = meta_get(checker->txn).now_ms;
    unix_ms admission_ms = queue_admission_due(record, now_ms);
    unix_ms line_ms = queue_line_due(record, now_ms);
    if (record->line_due_ms > queue->first_line_ms)
        check_found(checker, "line-due-too-late", "concert %" PRIu32, record->concert_id);
    if (line_ms != UNIX_MS_NEVER &&
        (!queue->has_waiting_timer || !is_in_time(record->waiting_due_ms, line_ms, now_ms)))
        check_found(checker, "line-without-timer", "concert %" PRIu32, record->concert_id);
    if (admission_ms != UNIX_MS_NEVER &&
        (!queue->has_admission_timer ||
         !is_in_time(record->admission_due_ms, admission_ms, now_ms)))
        check_found(checker, "admission-without-timer", "concert %" PRIu32, record->concert_id);
}

static void check_queue(struct checker *checker, const struct indexed_queue *queue)
{
    struct queue_entry entry = {0};
    uint32_t concert_id = queue->record.concert_id;
    while (queue_entry_next(checker->txn, concert_id, entry.number, &entry))
        if (!has_timer(queue, &entry))
            check_found(checker, "queue-entry-without-timer", "concert %" PRIu32 " entry %" PRIu64,
                        concert_id, entry.number);
    check_wakes(checker, queue);
}

void check_timers(struct checker *checker)
{
    const struct vector *queues = &checker->index->queues;
    check_holds(checker);
    timer_lists_visit(checker->txn, TIMER_LINE, UNIX_MS_NEVER, note_line, checker);
    timer_lists_visit(checker->txn, TIMER_WAITING, UNIX_MS_NEVER, note_queues, checker);
    timer_lists_visit(checker->txn, TIMER_ADMISSION, UNIX_MS_NEVER, note_queues, checker);
    timer_lists_visit(checker->txn, TIMER_ACTIVE, UNIX_MS_NEVER, note_entries, checker);
    for (size_t i = 0; i < queues->count; i++)
        check_queue(checker, vector_at(queues, i));
}
