/* frames.c -- A socket (the first byte) and a request frame, for a dispatcher with the methods of
 * the server. Every frame gets one reply, and that is one. */
#include "base/arena.h"
#include "base/require.h"
#include "server/method_table.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/memory_transport.h"

static unix_ms now_ms(void *context)
{
    (void)context;
    return 1700000000000;
}

/* Answers with empty responses; a request that can't even be measured was decoded wrongly. */
static void start(void *context, struct rpc_call *first)
{
    (void)context;
    for (struct rpc_call *call = first, *next; call != NULL; call = next) {
        next = call->next;
        const ProtobufCMessageDescriptor *type = call->method->response;
        REQUIRE(call->request->descriptor == call->method->request);
        protobuf_c_message_get_packed_size(call->request);
        ProtobufCMessage *response = arena_alloc(call->arena, type->sizeof_message);
        if (response != NULL) protobuf_c_message_init(type, response);
        call->response = response;
        rpc_call_finish(call, response == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK);
    }
}

static int64_t ticks_ns(void *context)
{
    (void)context;
    return 1;
}

static void dispatch(struct rpc_dispatcher *dispatcher, enum rpc_socket socket,
                     const uint8_t *bytes, size_t size)
{
    struct memory_exchange exchange;
    memory_exchange_init(&exchange, bytes, size);
    memory_exchange_dispatch(&exchange, dispatcher, socket);
    REQUIRE(atomic_load(&exchange.answers) == 1);
    Onsale__Rpc__V1__ReplyFrame *reply = memory_exchange_reply(&exchange);
    REQUIRE(reply != NULL);
    REQUIRE(reply->n_results > 0);
    onsale__rpc__v1__reply_frame__free_unpacked(reply, NULL);
    memory_exchange_deinit(&exchange);
    REQUIRE(rpc_dispatcher_frames_in_flight(dispatcher) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct rpc_dispatcher *dispatcher; /* kept for all, as a server keeps it */
    const struct rpc_application application = {
        .methods = method_table,
        .methods_count = method_table_count,
        .now_ms = now_ms,
        .ticks_ns = ticks_ns,
        .start = start,
    };
    static struct rpc_application kept;
    if (dispatcher == NULL) {
        kept = application;
        REQUIRE(rpc_dispatcher_open(&kept, &memory_transport, &dispatcher) == STATUS_OK);
    }
    if (size == 0) return 0;
    dispatch(dispatcher, (enum rpc_socket)(bytes[0] % 3), bytes + 1, size - 1);
    return 0;
}
