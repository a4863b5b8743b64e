#include "server/engine/execute.h"

#include "base/arena.h"
#include "server/engine/token.h"

static enum status check_policy(struct call *call)
{
    uint32_t policy = call->rpc->method->policy;
    if (call->rpc->deadline_ms <= call->now_ms) return STATUS_DEADLINE_EXCEEDED;
    if ((policy & ADMIN_ONLY) != 0 && call->rpc->socket != RPC_SOCKET_ADMIN)
        return STATUS_ADMIN_SOCKET_NEEDED;
    enum status err = STATUS_OK;
    if ((policy & (TOKEN_KNOWN | TOKEN_ACTIVE)) != 0) err = token_find_entry(call);
    if (err == STATUS_OK && (policy & TOKEN_ACTIVE) != 0) err = token_check_active(call);
    return err;
}

static ProtobufCMessage *make_response(struct arena *arena,
                                       const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *response = arena_alloc(arena, descriptor->sizeof_message);
    if (response != NULL) protobuf_c_message_init(descriptor, response);
    return response;
}

enum status execute_call(struct call *call)
{
    struct rpc_call *rpc = call->rpc;
    enum status err = check_policy(call);
    if (err != STATUS_OK) return err;
    rpc->response = make_response(rpc->arena, rpc->method->response);
    if (rpc->response == NULL) return STATUS_OUT_OF_MEMORY;
    return rpc->method->handler(call, rpc->request, rpc->response);
}
