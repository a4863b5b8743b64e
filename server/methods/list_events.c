#include "onsale/v1/event.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "store/records.h"

static enum status fill(struct call *call, uint64_t after, uint32_t max,
                        Onsale__V1__ListEventsResponse *response)
{
    struct arena *arena = call->rpc->arena;
    struct event event;
    response->events = present_array(arena, max);
    if (response->events == NULL) return STATUS_OUT_OF_MEMORY;

    while (response->n_events < max && event_next(call->txn, after, &event)) {
        Onsale__V1__Event *message = present_event(arena, &event);
        if (message == NULL) return STATUS_OUT_OF_MEMORY;
        response->events[response->n_events++] = message;
        after = event.number;
    }
    return STATUS_OK;
}

static uint32_t events_wanted(uint32_t max)
{
    if (max == 0) return EVENTS_PER_CALL_DEFAULT;
    return max < EVENTS_PER_CALL_MAX ? max : EVENTS_PER_CALL_MAX;
}

enum status list_events(struct call *call, const Onsale__V1__ListEventsRequest *request,
                        Onsale__V1__ListEventsResponse *response)
{
    response->last_event_number = meta_get(call->txn).last_event;
    if (request->after >= response->last_event_number) {
        call->rpc->watch =
            (struct rpc_watch){WATCH_EVENTS, response->last_event_number, UNIX_MS_NEVER};
        return call->wait_is_over ? STATUS_OK : STATUS_NOT_YET;
    }
    return fill(call, request->after, events_wanted(request->max), response);
}
