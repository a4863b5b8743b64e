#include "onsale/v1/catalog.methods.h"
#include "server/engine/call.h"
#include "server/methods/show_performance.h"
#include "server/present.h"
#include "server/present/page.h"
#include "store/records.h"

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
        Onsale__V1__Performance *message = show_performance(call, &performance);
        if (message == NULL) return STATUS_OUT_OF_MEMORY;
        response->performances[response->n_performances++] = message;
    }
    return STATUS_OK;
}

/* The token's; an administrator without one names it. */
static enum status choose_concert(struct call *call,
                                  const Onsale__V1__ListPerformancesRequest *request,
                                  uint32_t *ret_concert_id)
{
    struct concert concert;
    *ret_concert_id = call->entry.concert_id;
    if (call->entry.concert_id != 0) return STATUS_OK;
    *ret_concert_id = request->concert_id;
    return concert_get(call->txn, request->concert_id, &concert) ? STATUS_OK
                                                                 : STATUS_CONCERT_NOT_FOUND;
}

enum status list_performances(struct call *call, const Onsale__V1__ListPerformancesRequest *request,
                              Onsale__V1__ListPerformancesResponse *response)
{
    uint64_t after;
    uint32_t concert_id;

    enum status err = choose_concert(call, request, &concert_id);
    if (err == STATUS_OK) err = page_token_read_number(request->page_token, UINT32_MAX, &after);
    if (err != STATUS_OK) return err;

    return fill(call, concert_id, (uint32_t)after, call_page_size(request->page_size), response);
}
