/* grpc_call.c -- A call of gRPC that is handed on to the server: bytes there, bytes back. */
#include <string.h>

#include "base/limits.h"
#include "gateway/gate.h"
#include "gateway/grpc.h"
#include "gateway/grpc_reply.h"
#include "gateway/http_limits.h"

/* What is known of a call under way; in the arena of its exchange. */
struct grpc_call {
    struct exchange *exchange;
    struct upstream_call *upstream;
};

/* What the server, or who reads its log, may want to know. */
static const char *const passed_on[] = {"accept-language", "traceparent", "tracestate"};

enum { PASSED_ON = sizeof passed_on / sizeof passed_on[0], METADATA_MAX = 8 };

static bool is_passed_on(const struct header *header)
{
    for (size_t i = 0; i < PASSED_ON; i++)
        if (strcmp(header->name, passed_on[i]) == 0) return true;
    return false;
}

static uint32_t gather_metadata(const struct request *request,
                                struct onsale_metadata ret_metadata[METADATA_MAX])
{
    uint32_t count = 0;
    for (size_t i = 0; i < request->headers_count && count < METADATA_MAX; i++)
        if (is_passed_on(&request->headers[i]))
            ret_metadata[count++] =
                (struct onsale_metadata){request->headers[i].name, request->headers[i].value};
    return count;
}

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

/* A long poll may be silent for as long as it may wait. */
static int64_t default_ms_of(const struct onsale_method *method)
{
    bool may_wait = method != NULL && method->endpoint == ONSALE_ENDPOINT_WATCH;
    return may_wait ? CALL_MS_DEFAULT + LONG_POLL_WAIT_MS_MAX : CALL_MS_DEFAULT;
}

void grpc_call_start(const struct grpc_door *door, struct exchange *exchange,
                     const uint8_t *message, size_t message_size)
{
    const char *path = exchange->request.path;
    const struct onsale_method *method = path[0] == '/' ? onsale_method_find(path + 1) : NULL;
    struct onsale_call_options options = ONSALE_CALL_OPTIONS_INIT;
    struct onsale_metadata metadata[METADATA_MAX];
    struct grpc_call *call = arena_alloc(exchange->arena, sizeof *call);
    if (call == NULL) {
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
    } else if (method == NULL) {
        grpc_refuse(exchange, STATUS_METHOD_UNKNOWN);
    } else if (method->endpoint == ONSALE_ENDPOINT_ADMIN && !door->is_for_admin) {
        grpc_refuse(exchange, STATUS_ADMIN_SOCKET_NEEDED);
    } else if (!gate_permits(exchange->peer, method)) {
        grpc_refuse(exchange, STATUS_ROLE_NEEDED);
    } else if (!grpc_deadline(exchange, default_ms_of(method), &options.deadline_ms)) {
        grpc_refuse(exchange, STATUS_TIMEOUT_INVALID);
    } else {
        options.metadata = metadata;
        options.metadata_count = gather_metadata(&exchange->request, metadata);
        call->exchange = exchange;
        call->upstream = upstream_call(door->upstream, exchange->account, method, message,
                                       message_size, &options, answer, call);
        exchange->context = call;
        exchange->gone = give_up;
    }
}
