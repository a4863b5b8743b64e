#include "onsale/v1/queue.methods.h"
#include "server/methods/poll.h"

static bool has_news(const Onsale__V1__WaitQueueEntryRequest *request,
                     const Onsale__V1__QueueEntry *entry)
{
    return entry->status != request->known_status || entry->position != request->known_position;
}

enum status wait_queue_entry(struct call *call, const Onsale__V1__WaitQueueEntryRequest *request,
                             Onsale__V1__WaitQueueEntryResponse *response)
{
    enum status err = poll_check_role(call);
    if (err != STATUS_OK) return err;
    Onsale__V1__QueueEntry *entry = poll_queue_entry(call);
    if (entry == NULL) return STATUS_OUT_OF_MEMORY;
    if (!call->wait_is_over && !has_news(request, entry)) return STATUS_NOT_YET;

    response->entry = entry;
    return STATUS_OK;
}
