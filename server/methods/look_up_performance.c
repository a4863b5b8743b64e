#include "onsale/v1/admin.methods.h"
#include "server/methods/show_performance.h"
#include "server/present.h"
#include "store/records.h"

enum status look_up_performance(struct call *call,
                                const Onsale__V1__LookUpPerformanceRequest *request,
                                Onsale__V1__LookUpPerformanceResponse *response)
{
    struct performance performance;
    struct concert concert;
    if (!performance_get(call->txn, request->performance_id, &performance) ||
        !concert_get(call->txn, performance.concert_id, &concert))
        return STATUS_PERFORMANCE_NOT_FOUND;

    response->performance = show_performance(call, &performance);
    response->concert = present_concert(call->rpc->arena, &concert);
    bool is_shown = response->performance != NULL && response->concert != NULL;
    return is_shown ? STATUS_OK : STATUS_OUT_OF_MEMORY;
}
