/* A shop on one machine: it leads nobody and follows nobody. */
#include "onsale/v1/admin.pb-c.h"
#include "tests/sim/model/methods.h"

enum status model_get_cluster_status(struct model *model, const void *request, void *response,
                                     struct answer *answer)
{
    Onsale__V1__GetClusterStatusResponse *res = response;
    (void)model;
    (void)request;
    (void)answer;
    res->role = ONSALE__V1__CLUSTER_ROLE__CLUSTER_ROLE_SINGLE;
    return STATUS_OK;
}
