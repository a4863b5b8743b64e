#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/engine/expired.h"
#include "server/engine/leases.h"
#include "server/present.h"
#include "store/records.h"

static enum status load(struct call *call, const Onsale__V1__LookUpQueueEntryRequest *request,
                        struct queue *ret_queue, struct queue_entry *ret_entry)
{
    struct wallet wallet;
    if (!wallet_get(call->txn, request->user_id, &wallet)) return STATUS_USER_NOT_FOUND;
    if (!queue_get(call->txn, request->concert_id, ret_queue)) return STATUS_CONCERT_NOT_FOUND;
    return queue_entry_of_user(call->txn, request->concert_id, request->user_id, ret_entry)
               ? STATUS_OK
               : STATUS_QUEUE_ENTRY_NOT_FOUND;
}

/* Who looks is not the user: nothing is renewed. */
enum status look_up_queue_entry(struct call *call,
                                const Onsale__V1__LookUpQueueEntryRequest *request,
                                Onsale__V1__LookUpQueueEntryResponse *response)
{
    struct queue queue;
    struct queue_entry entry;
    uint64_t expired_ahead = 0;
    enum status err = call_check_user_id(call, request->user_id);
    if (err == STATUS_OK) err = load(call, request, &queue, &entry);
    if (err != STATUS_OK) return err;

    if (entry.status == QUEUE_ENTRY_WAITING) {
        entry.expires_at_ms = leases_expiry(call->leases, &queue, &entry, call->now_ms);
        expired_ahead =
            expired_entries_before(call->txn, call->leases, &queue, entry.number, call->now_ms);
    }
    response->entry = present_queue_entry(call->rpc->arena, call->txn, &queue, &entry,
                                          expired_ahead, call->now_ms);
    return response->entry == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
