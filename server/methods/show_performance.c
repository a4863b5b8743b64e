#include "server/methods/show_performance.h"

#include "server/engine/expired.h"
#include "server/present.h"
#include "store/records.h"

Onsale__V1__Performance *show_performance(struct call *call, const struct performance *performance)
{
    struct performance_state state;
    struct queue queue;
    if (!performance_state_get(call->txn, performance->id, &state) ||
        !queue_get(call->txn, performance->concert_id, &queue))
        return NULL;
    expired_seats_count(call->txn, performance->id, call->now_ms, state.remaining);
    return present_performance(call->rpc->arena, performance, &state, &queue);
}
