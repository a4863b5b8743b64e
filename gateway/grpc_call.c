/* grpc_call.c -- A call of gRPC that is handed on to the server: bytes there, bytes back. */
#include "gateway/gate.h"
#include "gateway/grpc.h"
#include "gateway/grpc_reply.h"
#include "gateway/passed_on.h"

/* What is known of a call under way; in the arena of its exchange. */
struct grpc_call {
    struct exchange *exchange;
    struct upstream_call *upstream;
};

static void answer(void *context, const struct onsale_error *error, const uint8_t *response,
                   size_t response_size)
{
    struct grpc_call *call = context;
    if (error == NULL) grpc_send(call->exchange, response, response_size);
    grpc_end(call->exchange, error);
}

static void give_up(struct exchange *exchange)
{
    struct grpc_call *call = exchange->context;
    upstream_cancel(call->upstream);
}

static enum status make_call(const struct grpc_door *door, struct exchange *exchange,
                             const struct onsale_method *method, const uint8_t *message,
                             size_t message_size)
{
    struct onsale_metadata metadata[UPSTREAM_METADATA_MAX];
    struct onsale_call_options options;
    struct grpc_call *call = arena_alloc(exchange->arena, sizeof *call);
    if (call == NULL) return STATUS_OUT_OF_MEMORY;
    passed_on_options(exchange, method, metadata, &options);
    int64_t default_ms = options.deadline_ms - exchange->arrived_ms;
    if (!grpc_deadline(exchange, default_ms, &options.deadline_ms)) return STATUS_TIMEOUT_INVALID;
    call->exchange = exchange;
    call->upstream = upstream_call(door->upstream, exchange->account, method, message, message_size,
                                   &options, answer, call);
    if (call->upstream == NULL) return STATUS_OUT_OF_MEMORY;
    exchange->context = call;
    exchange->gone = give_up;
    return STATUS_OK;
}

void grpc_call_start(const struct grpc_door *door, struct exchange *exchange,
                     const uint8_t *message, size_t message_size)
{
    const char *path = exchange->request.path;
    const struct onsale_method *method = path[0] == '/' ? onsale_method_find(path + 1) : NULL;
    enum status why;
    if (method == NULL)
        why = STATUS_METHOD_UNKNOWN;
    else if (method->endpoint == ONSALE_ENDPOINT_ADMIN && !door->is_for_admin)
        why = STATUS_ADMIN_SOCKET_NEEDED;
    else if (!gate_permits(exchange->peer, method))
        why = STATUS_ROLE_NEEDED;
    else
        why = make_call(door, exchange, method, message, message_size);
    if (why != STATUS_OK) grpc_refuse(exchange, why);
}
