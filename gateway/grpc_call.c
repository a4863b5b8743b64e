/* grpc_call.c -- A call of gRPC that is handed on to the server: bytes there, bytes back. */
#include <string.h>

#include "base/limits.h"
#include "gateway/gate.h"
#include "gateway/grpc.h"
#include "gateway/grpc_reply.h"
#include "gateway/http_limits.h"
#include "gateway/passed_on.h"

/* What is known of a call under way; in the arena of its exchange. */
struct grpc_call {
    const struct grpc_door *door;
    struct exchange *exchange;
    const struct onsale_method *method;
    int64_t deadline_ms;
    struct upstream_call *upstream;
    const uint8_t *kept; /* the request of a read, which may be made again; NULL: it is not */
    size_t size;
};

static void make_call(struct grpc_call *call, const uint8_t *message);

static void answer(void *context, const struct onsale_error *error, const uint8_t *response,
                   size_t response_size)
{
    struct grpc_call *call = context;
    if (error != NULL && call->kept != NULL && upstream_is_repeated(call->method, error)) {
        make_call(call, call->kept);
        return;
    }
    if (error == NULL) grpc_send(call->exchange, response, response_size);
    grpc_end(call->exchange, error);
}

static void give_up(struct exchange *exchange)
{
    struct grpc_call *call = exchange->context;
    upstream_cancel(call->upstream);
}

/* A long poll may be silent for as long as it may wait. */
static int64_t default_ms_of(const struct onsale_method *method)
{
    bool may_wait = method->endpoint == ONSALE_ENDPOINT_WATCH;
    return may_wait ? CALL_MS_DEFAULT + LONG_POLL_WAIT_MS_MAX : CALL_MS_DEFAULT;
}

static void make_call(struct grpc_call *call, const uint8_t *message)
{
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    struct onsale_metadata metadata[PASSED_ON_MAX];
    struct exchange *exchange = call->exchange;
    options.deadline_ms = call->deadline_ms;
    options.metadata = metadata;
    options.metadata_count = passed_on_gather(exchange, metadata);
    call->upstream = upstream_call(call->door->upstream, exchange->account, call->method, message,
                                   call->size, &options, answer, call);
    exchange->context = call;
    exchange->gone = call->upstream == NULL ? NULL : give_up;
    if (call->upstream == NULL) grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
}

/* @return STATUS_OK, or why the call is refused. */
static enum status look_at_call(const struct grpc_door *door, const struct exchange *exchange,
                                struct grpc_call *call)
{
    const struct onsale_method *method = call->method;
    if (method == NULL) return STATUS_METHOD_UNKNOWN;
    if (method->endpoint == ONSALE_ENDPOINT_ADMIN && !door->is_for_admin)
        return STATUS_ADMIN_SOCKET_NEEDED;
    if (!gate_permits(exchange->peer, method)) return STATUS_ROLE_NEEDED;
    if (!grpc_deadline(exchange, default_ms_of(method), &call->deadline_ms))
        return STATUS_TIMEOUT_INVALID;
    return STATUS_OK;
}

void grpc_call_start(const struct grpc_door *door, struct exchange *exchange,
                     const uint8_t *message, size_t message_size)
{
    const char *path = exchange->request.path;
    struct grpc_call *call = arena_alloc(exchange->arena, sizeof *call);
    if (call == NULL) {
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
        return;
    }
    *call = (struct grpc_call){
        .door = door,
        .exchange = exchange,
        .method = path[0] == '/' ? onsale_method_find(path + 1) : NULL,
        .size = message_size,
    };
    enum status why = look_at_call(door, exchange, call);
    if (why != STATUS_OK) {
        grpc_refuse(exchange, why);
        return;
    }
    if (call->method->is_read) call->kept = arena_copy(exchange->arena, message, message_size);
    make_call(call, message);
}
