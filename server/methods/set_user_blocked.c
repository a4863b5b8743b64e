#include "onsale/v1/admin.methods.h"
#include "server/engine/admission.h"
#include "server/engine/call.h"
#include "server/engine/leases.h"
#include "store/records.h"

/* A place that waits is stored with a time of its queue's clock. */
static bool find_place(struct call *call, uint32_t concert_id, uint64_t user_id,
                       struct queue *ret_queue, struct queue_entry *ret_entry)
{
    if (!queue_get(call->txn, concert_id, ret_queue) ||
        !queue_entry_of_user(call->txn, concert_id, user_id, ret_entry))
        return false;
    if (ret_entry->status == QUEUE_ENTRY_WAITING)
        ret_entry->expires_at_ms = leases_expiry(call->leases, ret_queue, ret_entry, call->now_ms);
    enum queue_entry_status status = queue_entry_status_at(ret_entry, call->now_ms);
    return status == QUEUE_ENTRY_WAITING || status == QUEUE_ENTRY_ACTIVE;
}

/* Who was in front of others makes room for them. @return How many places have ended. */
static uint32_t end_places(struct call *call, uint64_t user_id)
{
    struct concert concert;
    struct queue queue;
    struct queue_entry entry;
    uint32_t ended = 0;
    for (uint32_t after = 0; concert_next(call->txn, after, &concert); after = concert.id) {
        if (!find_place(call, concert.id, user_id, &queue, &entry)) continue;
        admission_end(call->batch, &queue, &entry, QUEUE_ENTRY_LEFT);
        admission_run(call->batch, &queue);
        ended++;
    }
    return ended;
}

enum status set_user_blocked(struct call *call, const Onsale__V1__SetUserBlockedRequest *request,
                             Onsale__V1__SetUserBlockedResponse *response)
{
    struct wallet wallet;
    enum status err = call_check_user_id(call, request->user_id);
    if (err != STATUS_OK) return err;
    if (!wallet_get(call->txn, request->user_id, &wallet)) return STATUS_USER_NOT_FOUND;
    response->changed = wallet.is_blocked != (request->blocked != 0);
    if (!response->changed) return STATUS_OK;

    struct event event = {.kind = request->blocked ? EVENT_USER_BLOCKED : EVENT_USER_UNBLOCKED,
                          .user_id = request->user_id};
    wallet.is_blocked = request->blocked != 0;
    wallet_put(call->txn, &wallet);
    batch_add_event(call->batch, &event);
    if (wallet.is_blocked) response->places_ended = end_places(call, request->user_id);
    return STATUS_OK;
}
