#include "server/call_log.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/traceparent.h"
#include "onsale/rpc/v1/rpc.pb-c.h"
#include "server/engine/call.h"
#include "server/message_fields.h"
#include "service/log.h"

enum { NUMBER_BYTES = 32 };

static void add_who_and_what(struct message_fields *fields, const struct rpc_call *call,
                             enum status status)
{
    const struct rpc_peer *peer = rpc_call_peer(call);
    message_fields_add(fields, "method", call->method->name);
    message_fields_add(fields, "peer", peer == NULL ? "?" : peer->name);
    message_fields_add(fields, "status", status_name(status));
}

static void add_outcome(struct message_fields *fields, const struct rpc_call *call)
{
    const ProtobufCMessage *now = NULL;
    if (call->before != NULL) now = message_member(call->response, call->before->descriptor);
    if (now != NULL)
        message_fields_add_change(fields, call->before, now);
    else
        message_fields_add_message(fields, call->response, NULL);
}

void call_log_act(const struct rpc_call *call, enum status status)
{
    const struct method *method = call->method;
    if ((method->policy & ADMIN_ONLY) == 0 || method->is_read) return;
    struct message_fields fields = {0};
    add_who_and_what(&fields, call, status);
    message_fields_add_message(&fields, call->request,
                               call->before == NULL ? NULL : call->before->descriptor);
    if (status == STATUS_OK && call->response != NULL) add_outcome(&fields, call);
    log_event(LOG_INFO, false, "audit", fields.fields, fields.count);
}

bool call_log_is_failure(enum status status)
{
    int code = status_grpc_code(status);
    return status == STATUS_STORAGE_FAILED || code == ONSALE__RPC__V1__CODE__CODE_INTERNAL ||
           code == ONSALE__RPC__V1__CODE__CODE_UNKNOWN ||
           code == ONSALE__RPC__V1__CODE__CODE_DATA_LOSS;
}

/* As the enum in the .proto calls it, without what its names have in common. */
static const char *code_name(enum status status)
{
    enum { COMMON_BYTES = sizeof "CODE_" - 1 };
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
        &onsale__rpc__v1__code__descriptor, status_grpc_code(status));
    return status == STATUS_OK || value == NULL ? "OK" : value->name + COMMON_BYTES;
}

static void add_ms(struct message_fields *fields, const char *name, int64_t ms)
{
    char text[NUMBER_BYTES];
    snprintf(text, sizeof text, "%" PRId64, ms);
    message_fields_add(fields, name, text);
}

static void add_times(struct message_fields *fields, struct call_times times)
{
    add_ms(fields, "took_ms", times.took_ms);
    add_ms(fields, "waited_ms", times.waited_ms);
    add_ms(fields, "executed_ms", times.executed_ms);
    add_ms(fields, "flushed_ms", times.flushed_ms);
}

static void log_ended(const char *what, const struct rpc_call *call, enum status status,
                      struct call_times times)
{
    char trace_id[TRACE_ID_TEXT_BYTES];
    struct message_fields fields = {0};
    add_who_and_what(&fields, call, status);
    message_fields_add(&fields, "code", code_name(status));
    add_times(&fields, times);
    if (traceparent_read(call->traceparent, trace_id))
        message_fields_add(&fields, "trace_id", trace_id);
    log_event(LOG_WARNING, true, what, fields.fields, fields.count);
}

void call_log_slow(const struct rpc_call *call, enum status status, struct call_times times)
{
    log_ended("slow call", call, status, times);
}

void call_log_failed(const struct rpc_call *call, enum status status, struct call_times times)
{
    log_ended("failed call", call, status, times);
}
