#include "onsale/rpc/v1/health.methods.h"
#include "server/engine/call.h"
#include "server/engine/engine.h"

enum status health_check(struct call *call, const Onsale__Rpc__V1__CheckRequest *request,
                         Onsale__Rpc__V1__CheckResponse *response)
{
    (void)request; /* it asks for everything */
    if (engine_gauges(call->engine).connections.are_late)
        response->status = ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_NOT_SERVING;
    else if (!store_has_room(engine_store(call->engine)))
        response->status = ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_STORAGE_FULL;
    else
        response->status = ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_SERVING;
    response->version = ONSALE_VERSION;
    return STATUS_OK;
}
