#include "onsale/v1/queue.methods.h"
#include "server/methods/poll.h"

enum status get_queue_entry(struct call *call, const Onsale__V1__GetQueueEntryRequest *request,
                            Onsale__V1__GetQueueEntryResponse *response)
{
    (void)request; /* its token has been read: call->entry */
    enum status err = poll_check_role(call);
    if (err != STATUS_OK) return err;
    response->entry = poll_queue_entry(call);
    return response->entry == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
