#include "onsale/rpc/v1/health.methods.h"
#include "server/engine/call.h"
#include "server/engine/engine.h"

enum status health_check(struct call *call, const Onsale__Rpc__V1__CheckRequest *request,
                         Onsale__Rpc__V1__CheckResponse *response)
{
    (void)request; /* it asks for everything */
    response->status = store_has_room(engine_store(call->engine))
                           ? ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_SERVING
                           : ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_STORAGE_FULL;
    response->version = ONSALE_VERSION;
    return STATUS_OK;
}
