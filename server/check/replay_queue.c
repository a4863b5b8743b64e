#include <inttypes.h>

#include "server/check/index.h"
#include "server/check/replay.h"

static void enter(struct checker *checker, struct indexed_queue *queue, const struct event *event)
{
    if (event->entry_number != queue->entered + 1)
        check_found(checker, "event-in-wrong-order", "event %" PRIu64, event->number);
    queue->entered = event->entry_number;
    queue->replayed[event->entry_number] = QUEUE_ENTRY_WAITING;
}

/* Numbers below `first_waiting` never wait again, so the walk is over every number once. */
static void admit(struct checker *checker, struct indexed_queue *queue, const struct event *event)
{
    while (queue->first_waiting < queue->entered &&
           queue->replayed[queue->first_waiting] != QUEUE_ENTRY_WAITING)
        queue->first_waiting++;
    if (queue->first_waiting != event->entry_number)
        check_found(checker, "queue-overtaken",
                    "event %" PRIu64 " admits entry %" PRIu64 " before %" PRIu64, event->number,
                    event->entry_number, queue->first_waiting);
    if (queue->is_paused || event->occurred_at_ms < queue->opens_at_ms)
        check_found(checker, "admitted-while-closed", "event %" PRIu64, event->number);
    queue->replayed[event->entry_number] = QUEUE_ENTRY_ACTIVE;
    queue->active++;
    if (queue->active > queue->active_most) queue->active_most = queue->active;
}

static void end(struct checker *checker, struct indexed_queue *queue, const struct event *event)
{
    uint8_t before = queue->replayed[event->entry_number];
    if (before != QUEUE_ENTRY_WAITING && before != QUEUE_ENTRY_ACTIVE)
        check_found(checker, "event-in-wrong-order", "event %" PRIu64, event->number);
    if (before == QUEUE_ENTRY_ACTIVE) queue->active--;
    queue->replayed[event->entry_number] =
        event->kind == EVENT_QUEUE_LEFT ? QUEUE_ENTRY_LEFT : QUEUE_ENTRY_EXPIRED;
}

/* An opening in the past says as much as none. */
static void set_opening(struct indexed_queue *queue, const struct event *event)
{
    queue->opens_at_ms = event->until_ms;
    if (event->kind == EVENT_POLICY_SET)
        queue->active_most = 0; /* who was admitted under an older cap may stay */
}

void replay_queue(struct checker *checker, const struct event *event)
{
    struct indexed_queue *queue = index_queue(checker->index, event->concert_id);
    if (queue == NULL || event->entry_number > queue->record.last_number) {
        check_found(checker, "event-of-unknown-queue-entry", "event %" PRIu64, event->number);
        return;
    }
    if (event->kind == EVENT_POLICY_SET || event->kind == EVENT_CATALOGUE_IMPORTED)
        set_opening(queue, event);
    else if (event->kind == EVENT_ADMISSION_PAUSED || event->kind == EVENT_ADMISSION_RESUMED)
        queue->is_paused = event->kind == EVENT_ADMISSION_PAUSED;
    else if (event->kind == EVENT_QUEUE_ENTERED)
        enter(checker, queue, event);
    else if (event->kind == EVENT_QUEUE_ADMITTED)
        admit(checker, queue, event);
    else
        end(checker, queue, event);
}

/* An entry that is no longer stored must have ended before. */
static bool is_as_replayed(const struct indexed_queue *queue, uint64_t number,
                           const struct queue_entry *stored)
{
    uint8_t replayed = queue->replayed[number];
    if (stored != NULL) return stored->status == replayed;
    return replayed == QUEUE_ENTRY_EXPIRED || replayed == QUEUE_ENTRY_LEFT;
}

/* Events of format 1 do not have the opening and the pause. */
static void compare_opening(struct checker *checker, const struct indexed_queue *queue)
{
    bool is_other =
        queue->opens_at_ms != 0 && queue->opens_at_ms != queue_opens_at_ms(&queue->record);
    if (is_other || (queue->is_paused && !queue->record.policy.admission_paused))
        check_found(checker, "replay-gives-other-opening", "concert %" PRIu32,
                    queue->record.concert_id);
}

static void compare_entries(struct checker *checker, const struct indexed_queue *queue)
{
    uint32_t concert_id = queue->record.concert_id;
    struct queue_entry entry = {0};
    bool more = queue_entry_next(checker->txn, concert_id, 0, &entry);
    for (uint64_t number = 1; number <= queue->record.last_number; number++) {
        bool is_stored = more && entry.number == number;
        if (!is_as_replayed(queue, number, is_stored ? &entry : NULL))
            check_found(checker, "replay-gives-other-queue-entry",
                        "concert %" PRIu32 " entry %" PRIu64 "%s", concert_id, number,
                        is_stored ? "" : " has vanished");
        if (is_stored) more = queue_entry_next(checker->txn, concert_id, number, &entry);
    }
}

void replay_compare_queues(struct checker *checker)
{
    const struct vector *queues = &checker->index->queues;
    for (size_t i = 0; i < queues->count; i++) {
        const struct indexed_queue *queue = vector_at(queues, i);
        compare_entries(checker, queue);
        compare_opening(checker, queue);
        if (queue->active_most > queue->record.policy.active_max)
            check_found(checker, "queue-cap-exceeded", "concert %" PRIu32 ": %" PRIu32 " active",
                        queue->record.concert_id, queue->active_most);
    }
}
