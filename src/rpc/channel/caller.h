/* caller.h -- The caller of a call: a thread that waits, or a callback. Either gets the response as
 * a message or as packed bytes. */
#ifndef RPC_CHANNEL_CALLER_H
#define RPC_CHANNEL_CALLER_H

#include <semaphore.h>
#include <stdbool.h>

#include "rpc/channel.h"

/** Where the caller of a synchronous call waits. Lives on its stack. */
struct channel_waiter {
    sem_t answered;
    ProtobufCMessage *response; /* set on success, as is `bytes`; becomes the caller's */
    ProtobufCBinaryData bytes;
    struct onsale_error *error; /* set on failure; may be NULL */
    enum onsale_status status;
};

/** A plain value. One of the first three is set. */
struct channel_caller {
    struct channel_waiter *waiter;
    onsale_done *done;
    onsale_bytes_done *bytes_done;
    bool by_bytes;
    void *context; /* of a callback */
};

/** Each of these tells the end of a call, so one of them is called, once. User code runs: no lock
 * may be held. */
void channel_caller_refuse(const struct channel_caller *caller, const struct onsale_error *error);

/** @param response  Becomes that of a waiter; a callback borrows it. */
void channel_caller_answer(const struct channel_caller *caller, ProtobufCMessage *response);

/** Of a call by bytes.
 * @param response  Copied for a waiter; a callback borrows it.
 * @return False if there is no memory for the copy: the caller is not answered then. */
bool channel_caller_answer_bytes(const struct channel_caller *caller, ProtobufCBinaryData response);

#endif
