#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/engine/cluster_view.h"

enum status get_cluster_status(struct call *call,
                               const Onsale__V1__GetClusterStatusRequest *request,
                               Onsale__V1__GetClusterStatusResponse *response)
{
    (void)request; /* it asks for everything */
    return cluster_view_tell(call->engine, call->rpc->arena, response);
}
