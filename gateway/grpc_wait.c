/* grpc_wait.c -- WaitQueueEntry: answered by the gateway, from what is subscribed to. */
#include "base/limits.h"
#include "gateway/entry_wait.h"
#include "gateway/grpc.h"
#include "gateway/grpc_reply.h"
#include "gateway/passed_on.h"
#include "gateway/subscriptions.h"

enum { BEFORE_DEADLINE_MS = 100 }; /* so that the answer is there in time */

static void answer(void *context, const struct onsale_error *error, const uint8_t *response,
                   size_t response_size)
{
    struct exchange *exchange = context;
    if (error == NULL) grpc_send(exchange, response, response_size);
    grpc_end(exchange, error);
}

static void give_up(struct exchange *exchange)
{
    entry_wait_close(exchange->context);
}

static void start(const struct grpc_door *door, struct exchange *exchange,
                  const Onsale__V1__WaitQueueEntryRequest *request)
{
    int64_t until_ms, wait_end_ms = exchange->arrived_ms + request->wait_ms;
    if (!grpc_deadline(exchange, (int64_t)request->wait_ms + BEFORE_DEADLINE_MS, &until_ms)) {
        grpc_refuse(exchange, STATUS_TIMEOUT_INVALID);
        return;
    }
    until_ms -= BEFORE_DEADLINE_MS;
    if (until_ms > wait_end_ms) until_ms = wait_end_ms;
    struct upstream_origin origin = passed_on_origin(exchange);
    struct entry_wait *wait =
        entry_wait_open(door->subscriptions, request, &origin, until_ms, answer, exchange);
    if (wait == NULL) {
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
        return;
    }
    exchange->context = wait;
    exchange->gone = give_up;
}

/* What does not wait, or not as it should, is for the server to answer. */
static void wait_queue_entry(const struct grpc_door *door, struct exchange *exchange,
                             const uint8_t *message, size_t message_size)
{
    Onsale__V1__WaitQueueEntryRequest *request =
        onsale__v1__wait_queue_entry_request__unpack(NULL, message_size, message);
    if (request == NULL || request->wait_ms == 0 || request->wait_ms > LONG_POLL_WAIT_MS_MAX)
        grpc_call_start(door, exchange, message, message_size);
    else
        start(door, exchange, request);
    onsale__v1__wait_queue_entry_request__free_unpacked(request, NULL);
}

const struct grpc_own_method grpc_wait_methods[] = {
    {"/onsale.v1.QueueService/WaitQueueEntry", wait_queue_entry},
    {NULL, NULL},
};
