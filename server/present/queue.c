#include "server/present.h"
#include "store/records.h"

static void present_place(struct store_txn *txn, const struct queue *queue,
                          const struct queue_entry *entry, uint64_t expired_ahead, unix_ms now_ms,
                          Onsale__V1__QueueEntry *message)
{
    uint64_t stored_ahead = queue_rank_before(txn, entry->concert_id, entry->number);
    uint64_t ahead = stored_ahead > expired_ahead ? stored_ahead - expired_ahead : 0;

    message->ahead = (uint32_t)ahead;
    message->position = (uint32_t)ahead + 1;
    message->estimate_unknown =
        !queue_estimate(queue, ahead, entry->expires_at_ms, now_ms, &message->estimated_wait_ms);
    message->admission_paused = queue->policy.admission_paused;
    unix_ms opens_at_ms = queue_opens_at_ms(queue);
    if (opens_at_ms > now_ms) message->opens_at_ms = opens_at_ms;
}

Onsale__V1__QueueEntry *present_queue_entry(struct arena *arena, struct store_txn *txn,
                                            const struct queue *queue,
                                            const struct queue_entry *entry, uint64_t expired_ahead,
                                            unix_ms now_ms)
{
    Onsale__V1__QueueEntry *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__queue_entry__init(message);

    enum queue_entry_status status = queue_entry_status_at(entry, now_ms);
    message->concert_id = entry->concert_id;
    message->user_id = entry->user_id;
    message->number = entry->number;
    message->status = (Onsale__V1__QueueEntryStatus)status;
    message->entered_at_ms = entry->entered_at_ms;
    message->expires_at_ms = entry->expires_at_ms;
    if (status == QUEUE_ENTRY_WAITING || status == QUEUE_ENTRY_ACTIVE)
        message->remaining_ms = entry->expires_at_ms - now_ms;
    if (status == QUEUE_ENTRY_WAITING)
        present_place(txn, queue, entry, expired_ahead, now_ms, message);
    return message;
}

Onsale__V1__QueuePolicy *present_queue_policy(struct arena *arena,
                                              const struct queue_policy *policy)
{
    Onsale__V1__QueuePolicy *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__queue_policy__init(message);

    message->active_max = policy->active_max;
    message->admissions_per_second = policy->admissions_per_second;
    message->waiting_lifetime_ms = policy->waiting_lifetime_ms;
    message->waiting_rule = policy->waiting_from_last_poll
                                ? ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL
                                : ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_ENTRY;
    message->active_lifetime_ms = policy->active_lifetime_ms;
    message->hold_lifetime_ms = policy->hold_lifetime_ms;
    message->purchase_limit = policy->purchase_limit;
    message->admission_paused = policy->admission_paused;
    message->admission_lead_ms = policy->admission_lead_ms;
    return message;
}

Onsale__V1__SaleStops *present_sale_stops(struct arena *arena, uint32_t performance_id,
                                          bool holding_stopped, bool paying_stopped)
{
    Onsale__V1__SaleStops *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__sale_stops__init(message);

    message->performance_id = performance_id;
    message->holding_stopped = holding_stopped;
    message->paying_stopped = paying_stopped;
    return message;
}
