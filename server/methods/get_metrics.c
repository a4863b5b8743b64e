#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/metrics/families.h"
#include "server/metrics/view.h"

enum status get_metrics(struct call *call, const Onsale__V1__GetMetricsRequest *request,
                        Onsale__V1__GetMetricsResponse *response)
{
    (void)request; /* it asks for everything */
    struct metrics_view view;
    enum status err = metrics_view_read(call, &view);
    return err == STATUS_OK ? families_tell(call->rpc->arena, &view, response) : err;
}
