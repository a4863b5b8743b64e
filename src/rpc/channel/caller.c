#include "rpc/channel/caller.h"

#include <stdlib.h>
#include <string.h>

static void waiter_wake(struct channel_waiter *waiter, enum onsale_status status)
{
    waiter->status = status;
    sem_post(&waiter->answered);
}

void channel_caller_refuse(const struct channel_caller *caller, const struct onsale_error *error)
{
    if (caller->waiter != NULL) {
        if (caller->waiter->error != NULL) *caller->waiter->error = *error;
        waiter_wake(caller->waiter, error->status);
    } else if (caller->by_bytes) {
        caller->bytes_done(caller->context, error, NULL, 0);
    } else {
        caller->done(caller->context, error, NULL);
    }
}

void channel_caller_answer(const struct channel_caller *caller, ProtobufCMessage *response)
{
    if (caller->waiter == NULL) {
        caller->done(caller->context, NULL, response);
        return;
    }
    caller->waiter->response = response;
    waiter_wake(caller->waiter, ONSALE_OK);
}

bool channel_caller_answer_bytes(const struct channel_caller *caller, ProtobufCBinaryData response)
{
    if (caller->waiter == NULL) {
        caller->bytes_done(caller->context, NULL, response.data, response.len);
        return true;
    }
    ProtobufCBinaryData copy = {.len = response.len};
    if (copy.len > 0) {
        copy.data = malloc(copy.len);
        if (copy.data == NULL) return false;
        memcpy(copy.data, response.data, copy.len);
    }
    caller->waiter->bytes = copy;
    waiter_wake(caller->waiter, ONSALE_OK);
    return true;
}
