#include "server/methods/poll.h"

#include "server/engine/engine.h"
#include "server/engine/expired.h"
#include "server/engine/leases.h"
#include "server/engine/role.h"
#include "server/present.h"
#include "store/records.h"

/* An entry whose time is up is not renewed. */
static void renew(struct call *call, const struct queue *queue, struct queue_entry *entry)
{
    if (entry->expires_at_ms <= call->now_ms) return;
    entry->expires_at_ms = leases_renew(call->leases, queue, entry, call->now_ms);
}

/* A poll that waits goes on counting as a poll: it is looked at while the last look still counts.
 */
static unix_ms next_look_ms(const struct queue *queue, unix_ms now_ms)
{
    enum { LOOKS_PER_LIFETIME = 4 };
    if (!queue->policy.waiting_from_last_poll) return UNIX_MS_NEVER;
    return now_ms + queue->policy.waiting_lifetime_ms / LOOKS_PER_LIFETIME;
}

enum status poll_check_role(struct call *call)
{
    struct queue queue;
    if (!call->is_followers || call->entry.status != QUEUE_ENTRY_WAITING ||
        !queue_get(call->txn, call->entry.concert_id, &queue) ||
        !queue.policy.waiting_from_last_poll)
        return STATUS_OK;
    return role_refuse(call->engine, call->rpc);
}

Onsale__V1__QueueEntry *poll_queue_entry(struct call *call)
{
    struct queue queue;
    struct queue_entry *entry = &call->entry;
    uint64_t expired_ahead = 0;
    if (!queue_get(call->txn, entry->concert_id, &queue)) return NULL;

    call->rpc->watch = (struct rpc_watch){entry->concert_id, queue_version(&queue),
                                          next_look_ms(&queue, call->now_ms)};
    if (entry->status == QUEUE_ENTRY_WAITING) {
        renew(call, &queue, entry);
        expired_ahead =
            expired_entries_before(call->txn, call->leases, &queue, entry->number, call->now_ms);
    }
    return present_queue_entry(call->rpc->arena, call->txn, &queue, entry, expired_ahead,
                               call->now_ms);
}
