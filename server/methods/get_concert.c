#include "onsale/v1/catalog.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "store/records.h"

enum status get_concert(struct call *call, const Onsale__V1__GetConcertRequest *request,
                        Onsale__V1__GetConcertResponse *response)
{
    struct concert concert;
    if (!concert_get(call->txn, request->concert_id, &concert)) return STATUS_CONCERT_NOT_FOUND;

    response->concert = present_concert(call->rpc->arena, &concert);
    return response->concert == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
