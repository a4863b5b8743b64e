#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

static void turn(Onsale__V1__StopChange change, bool *is_stopped)
{
    if (change == ONSALE__V1__STOP_CHANGE__STOP_CHANGE_STOP) *is_stopped = true;
    if (change == ONSALE__V1__STOP_CHANGE__STOP_CHANGE_RESUME) *is_stopped = false;
}

static bool is_change(Onsale__V1__StopChange change)
{
    return (unsigned)change <= 2;
}

enum status model_set_sale_stops(struct model *model, const void *request, void *response,
                                 struct answer *answer)
{
    const Onsale__V1__SetSaleStopsRequest *req = request;
    Onsale__V1__SetSaleStopsResponse *res = response;

    if (!is_change(req->holding) || !is_change(req->paying)) return STATUS_ARGUMENT_INVALID;
    struct model_concert *concert = model_find_concert(model, req->concert_id);
    if (concert == NULL) return STATUS_CONCERT_NOT_FOUND;
    bool *holding_stopped = &concert->holding_stopped;
    bool *paying_stopped = &concert->paying_stopped;
    if (req->performance_id != 0) {
        struct model_performance *performance = model_find_performance(model, req->performance_id);
        if (performance == NULL || performance->performance->concert_id != req->concert_id)
            return STATUS_PERFORMANCE_NOT_FOUND;
        holding_stopped = &performance->holding_stopped;
        paying_stopped = &performance->paying_stopped;
    }
    turn(req->holding, holding_stopped);
    turn(req->paying, paying_stopped);
    res->stops = message_make(answer->arena, &onsale__v1__sale_stops__descriptor);
    res->stops->performance_id = req->performance_id;
    res->stops->holding_stopped = *holding_stopped;
    res->stops->paying_stopped = *paying_stopped;
    return STATUS_OK;
}

static const struct model_performance *next_stopped(const struct model *model, uint32_t concert_id,
                                                    uint32_t after)
{
    const struct model_performance *next = NULL;
    for (size_t i = 0; i < model->performances_count; i++) {
        const struct model_performance *candidate = &model->performances[i];
        uint32_t id = candidate->performance->performance_id;
        if (candidate->performance->concert_id != concert_id || id <= after) continue;
        if (!candidate->holding_stopped && !candidate->paying_stopped) continue;
        if (next == NULL || id < next->performance->performance_id) next = candidate;
    }
    return next;
}

enum status model_get_sale_stops(struct model *model, const void *request, void *response,
                                 struct answer *answer)
{
    const Onsale__V1__GetSaleStopsRequest *req = request;
    Onsale__V1__GetSaleStopsResponse *res = response;

    const struct model_concert *concert = model_find_concert(model, req->concert_id);
    if (concert == NULL) return STATUS_CONCERT_NOT_FOUND;
    res->concert = message_make(answer->arena, &onsale__v1__sale_stops__descriptor);
    res->concert->holding_stopped = concert->holding_stopped;
    res->concert->paying_stopped = concert->paying_stopped;
    res->performances = message_make_array(answer->arena, &onsale__v1__sale_stops__descriptor,
                                           model->performances_count);
    const struct model_performance *next;
    for (uint32_t after = 0; (next = next_stopped(model, req->concert_id, after)) != NULL;) {
        Onsale__V1__SaleStops *stops = res->performances[res->n_performances++];
        after = next->performance->performance_id;
        stops->performance_id = after;
        stops->holding_stopped = next->holding_stopped;
        stops->paying_stopped = next->paying_stopped;
    }
    return STATUS_OK;
}
