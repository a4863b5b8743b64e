#include "onsale/v1/catalog.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "server/present/page.h"

static enum status fill(struct call *call, uint32_t after, uint32_t page_size,
                        Onsale__V1__ListConcertsResponse *response)
{
    struct arena *arena = call->rpc->arena;
    struct concert concert = {.id = after};
    struct concert next;
    response->concerts = present_array(arena, page_size);
    if (response->concerts == NULL) return STATUS_OUT_OF_MEMORY;

    while (concert_next(call->txn, concert.id, &next)) {
        if (response->n_concerts == page_size) {
            response->next_page_token = page_token_of_number(arena, concert.id);
            return response->next_page_token == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
        }
        concert = next;
        Onsale__V1__Concert *message = present_concert(arena, &concert);
        if (message == NULL) return STATUS_OUT_OF_MEMORY;
        response->concerts[response->n_concerts++] = message;
    }
    return STATUS_OK;
}

enum status list_concerts(struct call *call, const Onsale__V1__ListConcertsRequest *request,
                          Onsale__V1__ListConcertsResponse *response)
{
    uint64_t after;

    enum status err = page_token_read_number(request->page_token, UINT32_MAX, &after);
    if (err != STATUS_OK) return err;

    return fill(call, (uint32_t)after, call_page_size(request->page_size), response);
}
