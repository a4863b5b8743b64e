#include "rpc/frame/call_check.h"

#include <string.h>

#include "base/limits.h"
#include "rpc/frame/metadata.h"
#include "rpc/wire/unpack.h"

/* What is wrong is known in English only: who asked for Korean gets the status's own text. */
static enum status refuse(struct rpc_call *call, enum status status, const char *message)
{
    if (!call->korean) call->message = message;
    return status;
}

static enum status check_method(struct call_surroundings *surroundings,
                                const Onsale__Rpc__V1__Call *sent, struct rpc_call *call)
{
    if (surroundings->name != NULL &&
        (sent->method == surroundings->name || strcmp(sent->method, surroundings->name) == 0)) {
        call->method = surroundings->method;
        return STATUS_OK;
    }
    if (strnlen(sent->method, METHOD_NAME_BYTES_MAX + 1) > METHOD_NAME_BYTES_MAX)
        return refuse(call, STATUS_METHOD_UNKNOWN,
                      "the name of the method is longer than that of any");
    call->method = method_map_find(surroundings->methods, sent->method);
    if (call->method == NULL) return STATUS_METHOD_UNKNOWN;
    surroundings->name = sent->method;
    surroundings->method = call->method;
    return STATUS_OK;
}

static enum status check_timeout(unix_ms arrived_ms, const Onsale__Rpc__V1__Call *sent,
                                 struct rpc_call *call)
{
    if (sent->timeout_ms == 0 || sent->timeout_ms > CALL_TIMEOUT_MS_MAX)
        return STATUS_TIMEOUT_INVALID;
    call->deadline_ms = arrived_ms + sent->timeout_ms;
    return STATUS_OK;
}

static enum status check_payload(const Onsale__Rpc__V1__Call *sent, struct rpc_call *call)
{
    if (sent->payload.len > call->method->request_bytes_max) return STATUS_PAYLOAD_TOO_LARGE;
    struct scan_problem problem;
    ProtobufCMessage *request;
    enum status err = unpack_message(call->method->request, call->method->request_packer,
                                     sent->payload.data, sent->payload.len,
                                     STATUS_PAYLOAD_MALFORMED, call->arena, &problem, &request);
    if (err == STATUS_PAYLOAD_MALFORMED)
        return rpc_call_bad_field(call, err, problem.field, "%s", problem.what);
    if (err == STATUS_OK) call->request = request;
    return err;
}

enum status call_check(struct call_surroundings *surroundings, const Onsale__Rpc__V1__Call *sent,
                       struct rpc_call *call)
{
    struct metadata metadata;
    const char *problem = metadata_read(sent, &metadata);
    call->korean = metadata.korean;
    call->traceparent = metadata.traceparent;
    if (surroundings->draining) return STATUS_SHUTTING_DOWN;
    if (problem != NULL) return refuse(call, STATUS_METADATA_INVALID, problem);
    call->checked_ms = surroundings->now_ms;
    enum status err = check_method(surroundings, sent, call);
    if (err == STATUS_OK) err = check_timeout(surroundings->arrived_ms, sent, call);
    if (err == STATUS_OK) err = check_payload(sent, call);
    return err;
}
