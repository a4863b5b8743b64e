#include <stdlib.h>

#include "base/require.h"
#include "bench/shop/scatter.h"
#include "bench/workloads/reads.h"

struct polls {
    const struct shop *shop;
};

static void *make_state(struct shop *shop)
{
    struct polls *polls = malloc(sizeof *polls);
    REQUIRE(polls != NULL);
    polls->shop = shop;
    return polls;
}

static bool prepare(void *state, uint64_t operation, uint32_t step, const ProtobufCMessage *answer,
                    struct request *ret_request)
{
    const struct shop *shop = ((const struct polls *)state)->shop;
    uint64_t entry = shop->plan.buyers + scatter(operation, shop->plan.waiting);
    (void)answer;
    ret_request->method = &onsale_queue_get_queue_entry_method;
    ret_request->message.poll =
        (Onsale__V1__GetQueueEntryRequest)ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    ret_request->message.poll.token =
        (ProtobufCBinaryData){ONSALE_TOKEN_BYTES, shop->tokens[entry]};
    return step == 0;
}

const struct reads reads_polls = {make_state, prepare};
