#include "onsale/v1/payment.methods.h"
#include "server/engine/call.h"
#include "server/present.h"

enum status get_ticket(struct call *call, const Onsale__V1__GetTicketRequest *request,
                       Onsale__V1__GetTicketResponse *response)
{
    struct ticket ticket;
    enum status err = call_check_user_id(call, request->user_id);
    if (err != STATUS_OK) return err;
    if (!ticket_get(call->txn, request->user_id, request->ticket_id, &ticket))
        return STATUS_TICKET_NOT_FOUND;

    response->ticket = present_ticket(call->rpc->arena, call->txn, &ticket);
    return response->ticket == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
