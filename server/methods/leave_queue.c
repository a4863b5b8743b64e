#include "onsale/v1/queue.methods.h"
#include "server/engine/admission.h"
#include "server/engine/call.h"
#include "server/present.h"

static enum status decide(const struct call *call)
{
    return queue_entry_status_at(&call->entry, call->now_ms) == QUEUE_ENTRY_EXPIRED
               ? STATUS_TOKEN_EXPIRED
               : STATUS_OK;
}

static void save(struct call *call, struct queue *queue)
{
    admission_end(call->batch, queue, &call->entry, QUEUE_ENTRY_LEFT);
    admission_run(call->batch, queue);
}

enum status leave_queue(struct call *call, const Onsale__V1__LeaveQueueRequest *request,
                        Onsale__V1__LeaveQueueResponse *response)
{
    (void)request; /* its token has become call->entry */
    struct queue queue;
    enum status err = decide(call);
    if (err == STATUS_OK && !queue_get(call->txn, call->entry.concert_id, &queue))
        err = STATUS_CONCERT_NOT_FOUND;
    if (err != STATUS_OK) return err;
    if (call->entry.status != QUEUE_ENTRY_LEFT) save(call, &queue);

    response->entry =
        present_queue_entry(call->rpc->arena, call->txn, &queue, &call->entry, 0, call->now_ms);
    return response->entry == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
