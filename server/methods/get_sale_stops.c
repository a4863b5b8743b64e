#include "base/limits.h"
#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "store/records.h"

static enum status tell_performances(struct call *call, uint32_t concert_id,
                                     Onsale__V1__GetSaleStopsResponse *response)
{
    struct performance performance = {0};
    struct performance_state state;
    response->performances = present_array(call->rpc->arena, STOPS_SHOWN_MAX);
    if (response->performances == NULL) return STATUS_OUT_OF_MEMORY;

    while (response->n_performances < STOPS_SHOWN_MAX &&
           performance_next_of_concert(call->txn, concert_id, performance.id, &performance)) {
        if (!performance_state_get(call->txn, performance.id, &state)) continue;
        if (!state.holding_stopped && !state.paying_stopped) continue;
        Onsale__V1__SaleStops *stops = present_sale_stops(
            call->rpc->arena, performance.id, state.holding_stopped, state.paying_stopped);
        if (stops == NULL) return STATUS_OUT_OF_MEMORY;
        response->performances[response->n_performances++] = stops;
    }
    return STATUS_OK;
}

enum status get_sale_stops(struct call *call, const Onsale__V1__GetSaleStopsRequest *request,
                           Onsale__V1__GetSaleStopsResponse *response)
{
    struct queue queue;
    if (!queue_get(call->txn, request->concert_id, &queue)) return STATUS_CONCERT_NOT_FOUND;
    response->concert =
        present_sale_stops(call->rpc->arena, 0, queue.holding_stopped, queue.paying_stopped);
    if (response->concert == NULL) return STATUS_OUT_OF_MEMORY;
    return tell_performances(call, request->concert_id, response);
}
