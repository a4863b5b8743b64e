#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "store/records.h"

/* The stops of a concert, or of one performance of it. */
struct stops {
    uint32_t concert_id;
    uint32_t performance_id; /* 0: of the concert */
    bool holding_stopped;
    bool paying_stopped;
};

static bool is_change(Onsale__V1__StopChange change)
{
    return protobuf_c_enum_descriptor_get_value(&onsale__v1__stop_change__descriptor,
                                                (int)change) != NULL;
}

static enum status check(struct call *call, const Onsale__V1__SetSaleStopsRequest *request)
{
    if (!is_change(request->holding)) return call_bad_field(call, "holding", "is not a change");
    if (!is_change(request->paying)) return call_bad_field(call, "paying", "is not a change");
    return STATUS_OK;
}

static enum status load(struct call *call, const Onsale__V1__SetSaleStopsRequest *request,
                        struct stops *ret_stops)
{
    struct queue queue;
    if (!queue_get(call->txn, request->concert_id, &queue)) return STATUS_CONCERT_NOT_FOUND;
    *ret_stops = (struct stops){request->concert_id, request->performance_id, queue.holding_stopped,
                                queue.paying_stopped};
    if (request->performance_id == 0) return STATUS_OK;

    const struct performance *performance = performance_look(call->txn, request->performance_id);
    const struct performance_state *state =
        performance_state_look(call->txn, request->performance_id);
    if (performance == NULL || state == NULL || performance->concert_id != request->concert_id)
        return STATUS_PERFORMANCE_NOT_FOUND;
    ret_stops->holding_stopped = state->holding_stopped;
    ret_stops->paying_stopped = state->paying_stopped;
    return STATUS_OK;
}

/* Makes the change and tells it in the feed. @return Whether there was one. */
static bool turn(struct call *call, const struct stops *stops, Onsale__V1__StopChange change,
                 enum event_kind stopped, enum event_kind resumed, bool *is_stopped)
{
    bool was_stopped = *is_stopped;
    if (change == ONSALE__V1__STOP_CHANGE__STOP_CHANGE_STOP) *is_stopped = true;
    if (change == ONSALE__V1__STOP_CHANGE__STOP_CHANGE_RESUME) *is_stopped = false;
    if (*is_stopped == was_stopped) return false;
    struct event event = {.kind = *is_stopped ? stopped : resumed,
                          .concert_id = stops->concert_id,
                          .performance_id = stops->performance_id};
    batch_add_event(call->batch, &event);
    return true;
}

static void save(struct call *call, const struct stops *stops)
{
    if (stops->performance_id != 0) {
        struct performance_state *state = performance_state_edit(call->txn, stops->performance_id);
        state->holding_stopped = stops->holding_stopped;
        state->paying_stopped = stops->paying_stopped;
        return;
    }
    struct queue queue;
    if (!queue_get(call->txn, stops->concert_id, &queue)) return;
    queue.holding_stopped = stops->holding_stopped;
    queue.paying_stopped = stops->paying_stopped;
    queue_put(call->txn, &queue);
}

enum status set_sale_stops(struct call *call, const Onsale__V1__SetSaleStopsRequest *request,
                           Onsale__V1__SetSaleStopsResponse *response)
{
    struct stops stops;
    enum status err = check(call, request);
    if (err == STATUS_OK) err = load(call, request, &stops);
    if (err != STATUS_OK) return err;
    Onsale__V1__SaleStops *before = present_sale_stops(call->rpc->arena, stops.performance_id,
                                                       stops.holding_stopped, stops.paying_stopped);
    if (before == NULL) return STATUS_OUT_OF_MEMORY;
    call->rpc->before = &before->base;

    bool holding_changed = turn(call, &stops, request->holding, EVENT_HOLDING_STOPPED,
                                EVENT_HOLDING_RESUMED, &stops.holding_stopped);
    bool paying_changed = turn(call, &stops, request->paying, EVENT_PAYING_STOPPED,
                               EVENT_PAYING_RESUMED, &stops.paying_stopped);
    if (holding_changed || paying_changed) save(call, &stops);
    response->stops = present_sale_stops(call->rpc->arena, stops.performance_id,
                                         stops.holding_stopped, stops.paying_stopped);
    return response->stops == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
