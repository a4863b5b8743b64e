#include <inttypes.h>

#include "server/check/index.h"
#include "server/check/replay.h"

static bool is_of_holding(const struct event *event)
{
    return event->kind == EVENT_HOLDING_STOPPED || event->kind == EVENT_HOLDING_RESUMED;
}

static bool is_stop(const struct event *event)
{
    return event->kind == EVENT_HOLDING_STOPPED || event->kind == EVENT_PAYING_STOPPED;
}

/* What the event turns; NULL if there is no such concert or performance. */
static bool *switch_of(const struct checker *checker, const struct event *event)
{
    struct indexed_queue *queue = index_queue(checker->index, event->concert_id);
    if (queue == NULL) return NULL;
    if (event->performance_id == 0)
        return is_of_holding(event) ? &queue->holding_stopped : &queue->paying_stopped;
    struct indexed_performance *performance =
        index_performance(checker->index, event->performance_id);
    if (performance == NULL || performance->record.concert_id != event->concert_id) return NULL;
    return is_of_holding(event) ? &performance->holding_stopped : &performance->paying_stopped;
}

void replay_stop(struct checker *checker, const struct event *event)
{
    bool *is_stopped = switch_of(checker, event);
    if (is_stopped == NULL) {
        check_found(checker, "event-of-unknown-performance", "event %" PRIu64, event->number);
        return;
    }
    if (*is_stopped == is_stop(event))
        check_found(checker, "event-in-wrong-order", "event %" PRIu64, event->number);
    *is_stopped = is_stop(event);
}

void replay_check_stops(struct checker *checker, const struct event *event)
{
    const struct indexed_queue *queue = index_queue(checker->index, event->concert_id);
    const struct indexed_performance *performance =
        index_performance(checker->index, event->performance_id);
    if (queue == NULL || performance == NULL) return;
    bool holding_stopped = queue->holding_stopped || performance->holding_stopped;
    bool paying_stopped = queue->paying_stopped || performance->paying_stopped;
    if (event->kind == EVENT_SEATS_HELD && holding_stopped)
        check_found(checker, "held-while-stopped", "event %" PRIu64, event->number);
    if (event->kind == EVENT_RESERVATION_PAID && paying_stopped)
        check_found(checker, "paid-while-stopped", "event %" PRIu64, event->number);
}

static void compare_performance(struct checker *checker,
                                const struct indexed_performance *performance)
{
    struct performance_state state;
    if (!performance_state_get(checker->txn, performance->record.id, &state)) return;
    if (state.holding_stopped != performance->holding_stopped ||
        state.paying_stopped != performance->paying_stopped)
        check_found(checker, "replay-gives-other-stops", "performance %" PRIu32,
                    performance->record.id);
}

void replay_compare_stops(struct checker *checker)
{
    const struct index *index = checker->index;
    for (size_t i = 0; i < index->queues.count; i++) {
        const struct indexed_queue *queue = vector_at(&index->queues, i);
        if (queue->record.holding_stopped != queue->holding_stopped ||
            queue->record.paying_stopped != queue->paying_stopped)
            check_found(checker, "replay-gives-other-stops", "concert %" PRIu32,
                        queue->record.concert_id);
    }
    for (size_t i = 0; i < index->performances.count; i++)
        compare_performance(checker, vector_at(&index->performances, i));
}
