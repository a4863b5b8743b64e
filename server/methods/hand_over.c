#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/engine/cluster_view.h"

enum status hand_over(struct call *call, const Onsale__V1__HandOverRequest *request,
                      Onsale__V1__HandOverResponse *response)
{
    (void)request;
    (void)response;
    return cluster_view_hand_over(call->engine);
}
