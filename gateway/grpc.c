#include "gateway/grpc.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/grpc_frame.h"
#include "gateway/grpc_reply.h"
#include "gateway/grpc_text.h"

enum {
    CODE_INTERNAL = ONSALE__RPC__V1__CODE__CODE_INTERNAL,
    CODE_UNIMPLEMENTED = ONSALE__RPC__V1__CODE__CODE_UNIMPLEMENTED,
    METHOD_NOT_ALLOWED = 405,
};

static const struct grpc_own_method *const own_services[] = {
    grpc_health_methods,
    grpc_wait_methods,
    grpc_watch_methods,
};

enum { OWN_SERVICES = sizeof own_services / sizeof own_services[0] };

void grpc_refuse_request(const struct handler *handler, struct exchange *exchange, enum status why)
{
    (void)handler;
    grpc_refuse(exchange, why);
}

static const struct grpc_own_method *find_own(const char *path)
{
    for (size_t i = 0; i < OWN_SERVICES; i++)
        for (const struct grpc_own_method *own = own_services[i]; own->path != NULL; own++)
            if (strcmp(own->path, path) == 0) return own;
    return NULL;
}

static void dispatch(const struct grpc_door *door, struct exchange *exchange,
                     const uint8_t *message, size_t message_size)
{
    const struct grpc_own_method *own = find_own(exchange->request.path);
    if (own != NULL)
        own->start(door, exchange, message, message_size);
    else
        grpc_call_start(door, exchange, message, message_size);
}

/* A request whose frame is no good. */
static void refuse_frame(struct exchange *exchange, enum grpc_frame outcome)
{
    if (outcome == GRPC_FRAME_ENCODED)
        grpc_fail(exchange, CODE_UNIMPLEMENTED, "messages may be compressed by gzip only");
    else if (outcome == GRPC_FRAME_TOO_LARGE)
        grpc_refuse(exchange, STATUS_PAYLOAD_TOO_LARGE);
    else if (outcome == GRPC_FRAME_OUT_OF_ROOM)
        grpc_refuse(exchange, STATUS_OUT_OF_MEMORY);
    else
        grpc_fail(exchange, CODE_INTERNAL, "the request is not one whole message");
}

void grpc_start(const struct handler *handler, struct exchange *exchange)
{
    const struct grpc_door *door = handler->context;
    const struct request *request = &exchange->request;
    const uint8_t *message;
    uint8_t *unpacked;
    size_t message_size, taken;
    if (strcmp(request->method, "POST") != 0) {
        exchange_answer(exchange, METHOD_NOT_ALLOWED, NULL, 0, NULL, 0);
        return;
    }
    enum grpc_frame outcome =
        grpc_frame_take(request->body, request->body_size, request_header(request, "grpc-encoding"),
                        door->message_bytes_max, &message, &message_size, &unpacked, &taken);
    if (outcome == GRPC_FRAME_OK && taken < request->body_size) {
        free(unpacked);
        outcome = GRPC_FRAME_MALFORMED;
    }
    if (outcome != GRPC_FRAME_OK) {
        refuse_frame(exchange, outcome);
        return;
    }
    dispatch(door, exchange, message, message_size);
    free(unpacked);
}

bool grpc_deadline(const struct exchange *exchange, int64_t default_ms, int64_t *ret_deadline_ms)
{
    const char *timeout = request_header(&exchange->request, "grpc-timeout");
    int64_t timeout_ms = default_ms;
    if (timeout != NULL && !grpc_timeout_parse(timeout, &timeout_ms)) return false;
    *ret_deadline_ms = exchange->arrived_ms + timeout_ms;
    return true;
}
