#include <inttypes.h>

#include "server/check/finding.h"
#include "server/check/index.h"

/* The user's index must name the newest entry: this one or a later one that is there. */
static bool is_indexed(struct store_txn *txn, const struct queue_entry *entry)
{
    uint64_t number;
    struct queue_entry newest;
    if (!queue_user_get(txn, entry->concert_id, entry->user_id, &number)) return false;
    if (number == entry->number) return true;
    bool is_live = entry->status == QUEUE_ENTRY_WAITING || entry->status == QUEUE_ENTRY_ACTIVE;
    return !is_live && number > entry->number &&
           queue_entry_get(txn, entry->concert_id, number, &newest) &&
           newest.user_id == entry->user_id;
}

static void check_entry(struct checker *checker, const struct queue *queue,
                        const struct queue_entry *entry, uint64_t waiting_before)
{
    if (entry->number < 1 || entry->number > queue->last_number)
        check_found(checker, "queue-number-out-of-range", "concert %" PRIu32 " entry %" PRIu64,
                    queue->concert_id, entry->number);
    if (!is_indexed(checker->txn, entry))
        check_found(checker, "queue-entry-not-indexed", "concert %" PRIu32 " entry %" PRIu64,
                    queue->concert_id, entry->number);
    if (entry->status == QUEUE_ENTRY_WAITING &&
        queue_rank_before(checker->txn, queue->concert_id, entry->number) != waiting_before)
        check_found(checker, "queue-rank-wrong", "concert %" PRIu32 " entry %" PRIu64,
                    queue->concert_id, entry->number);
}

static void check_counts(struct checker *checker, const struct queue *queue, uint64_t waiting,
                         uint64_t active)
{
    if (waiting != queue->waiting || active != queue->active)
        check_found(checker, "queue-miscounted",
                    "concert %" PRIu32 ": %" PRIu32 " waiting and %" PRIu32
                    " active counted, %" PRIu64 " and %" PRIu64 " found",
                    queue->concert_id, queue->waiting, queue->active, waiting, active);
    if (queue_rank_before(checker->txn, queue->concert_id, queue->last_number + 1) != waiting)
        check_found(checker, "queue-rank-wrong", "concert %" PRIu32 ": not %" PRIu64 " in all",
                    queue->concert_id, waiting);
}

static void check_opening(struct checker *checker, const struct queue *queue)
{
    unix_ms first_ms = concert_sale_opens_at_ms(checker->txn, queue->concert_id);
    struct queue expected = *queue;
    queue_set_opening(&expected, first_ms, checker->now_ms);
    if (queue->sale_opens_at_ms != expected.sale_opens_at_ms)
        check_found(checker, "queue-opening-wrong",
                    "concert %" PRIu32 ": opens at %" PRId64 ", its first performance at %" PRId64,
                    queue->concert_id, queue->sale_opens_at_ms, first_ms);
    if (queue_clock_ms(queue, checker->now_ms) < 0)
        check_found(checker, "waiting-clock-wrong", "concert %" PRIu32, queue->concert_id);
}

static void check_queue(struct checker *checker, uint32_t concert_id)
{
    struct queue queue;
    struct queue_entry entry = {0};
    uint64_t waiting = 0;
    uint64_t active = 0;
    if (!queue_get(checker->txn, concert_id, &queue)) {
        check_found(checker, "concert-without-queue", "concert %" PRIu32, concert_id);
        return;
    }
    while (queue_entry_next(checker->txn, concert_id, entry.number, &entry)) {
        check_entry(checker, &queue, &entry, waiting);
        if (entry.status == QUEUE_ENTRY_WAITING) waiting++;
        if (entry.status == QUEUE_ENTRY_ACTIVE) active++;
        checker->report->queue_entries_checked++;
    }
    check_counts(checker, &queue, waiting, active);
    check_opening(checker, &queue);
}

void check_queues(struct checker *checker)
{
    const struct vector *queues = &checker->index->queues;
    for (size_t i = 0; i < queues->count; i++) {
        const struct indexed_queue *queue = vector_at(queues, i);
        check_queue(checker, queue->record.concert_id);
    }
}
