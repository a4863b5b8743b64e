#include "onsale/v1/payment.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "server/present/page.h"

static enum status fill(struct call *call, uint64_t user_id, uint64_t after, uint32_t page_size,
                        Onsale__V1__ListTicketsResponse *response)
{
    struct arena *arena = call->rpc->arena;
    struct ticket ticket = {.id = after};
    struct ticket next;
    response->tickets = present_array(arena, page_size);
    if (response->tickets == NULL) return STATUS_OUT_OF_MEMORY;

    while (ticket_next_of_user(call->txn, user_id, ticket.id, &next)) {
        if (response->n_tickets == page_size) {
            response->next_page_token = page_token_of_number(arena, ticket.id);
            return response->next_page_token == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
        }
        ticket = next;
        Onsale__V1__Ticket *message = present_ticket(arena, call->txn, &ticket);
        if (message == NULL) return STATUS_OUT_OF_MEMORY;
        response->tickets[response->n_tickets++] = message;
    }
    return STATUS_OK;
}

enum status list_tickets(struct call *call, const Onsale__V1__ListTicketsRequest *request,
                         Onsale__V1__ListTicketsResponse *response)
{
    struct wallet wallet;
    uint64_t after;

    enum status err = call_check_user_id(call, request->user_id);
    if (err != STATUS_OK) return err;
    if (!wallet_get(call->txn, request->user_id, &wallet)) return STATUS_USER_NOT_FOUND;
    err = page_token_read_number(request->page_token, UINT64_MAX, &after);
    if (err != STATUS_OK) return err;

    return fill(call, request->user_id, after, call_page_size(request->page_size), response);
}
