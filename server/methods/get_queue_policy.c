#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "store/records.h"

enum status get_queue_policy(struct call *call, const Onsale__V1__GetQueuePolicyRequest *request,
                             Onsale__V1__GetQueuePolicyResponse *response)
{
    struct queue queue;
    if (!queue_get(call->txn, request->concert_id, &queue)) return STATUS_CONCERT_NOT_FOUND;

    response->policy = present_queue_policy(call->rpc->arena, &queue.policy);
    return response->policy == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
