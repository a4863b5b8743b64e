#include "server/call_log.h"

#include <inttypes.h>
#include <stdio.h>

#include "server/engine/call.h"
#include "server/log.h"
#include "server/message_fields.h"

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

void call_log_slow(const struct rpc_call *call, enum status status, int64_t took_ms)
{
    char took[NUMBER_BYTES];
    struct message_fields fields = {0};
    add_who_and_what(&fields, call, status);
    snprintf(took, sizeof took, "%" PRId64, took_ms);
    message_fields_add(&fields, "took_ms", took);
    log_event(LOG_WARNING, true, "slow call", fields.fields, fields.count);
}
