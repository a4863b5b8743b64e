#include "onsale/v1/catalog.methods.h"
#include "server/engine/call.h"
#include "server/engine/expired.h"
#include "server/present.h"
#include "server/present/page.h"

static Onsale__V1__Performance *show(struct call *call, const struct performance *performance)
{
    struct performance_state state;
    struct queue queue;
    if (!performance_state_get(call->txn, performance->id, &state) ||
        !queue_get(call->txn, performance->concert_id, &queue))
        return NULL;
    expired_seats_count(call->txn, performance->id, call->now_ms, state.remaining);
    return present_performance(call->rpc->arena, performance, &state, &queue);
}

static enum status fill(struct call *call, uint32_t concert_id, uint32_t after, uint32_t page_size,
                        Onsale__V1__ListPerformancesResponse *response)
{
    struct arena *arena = call->rpc->arena;
    struct performance performance = {.id = after};
    struct performance next;
    response->performances = present_array(arena, page_size);
    if (response->performances == NULL) return STATUS_OUT_OF_MEMORY;

    while (performance_next_of_concert(call->txn, concert_id, performance.id, &next)) {
        if (response->n_performances == page_size) {
            response->next_page_token = page_token_of_number(arena, performance.id);
            return response->next_page_token == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
        }
        performance = next;
        Onsale__V1__Performance *message = show(call, &performance);
        if (message == NULL) return STATUS_OUT_OF_MEMORY;
        response->performances[response->n_performances++] = message;
    }
    return STATUS_OK;
}

enum status list_performances(struct call *call, const Onsale__V1__ListPerformancesRequest *request,
                              Onsale__V1__ListPerformancesResponse *response)
{
    uint64_t after;

    enum status err = page_token_read_number(request->page_token, UINT32_MAX, &after);
    if (err != STATUS_OK) return err;

    return fill(call, call->entry.concert_id, (uint32_t)after, call_page_size(request->page_size),
                response);
}
