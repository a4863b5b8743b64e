#include "server/engine/execute.h"

#include "base/arena.h"
#include "base/require.h"
#include "server/engine/inside.h"
#include "server/engine/token.h"
#include "server/engine/watcher.h"

/* When an operator or the clock may have put an end to it. */
enum { CLOCK_RETRY_MS = 1000 };

/* Zero stands for whoever asks on the admin socket and shows none. */
static enum status check_token(struct call *call, uint32_t policy)
{
    enum status err = token_find_entry(call);
    if (err == STATUS_TOKEN_MISSING && (policy & TOKEN_UNLESS_ADMIN) != 0 &&
        call->rpc->socket == RPC_SOCKET_ADMIN) {
        call->entry = (struct queue_entry){0};
        return STATUS_OK;
    }
    return err == STATUS_OK && (policy & TOKEN_ACTIVE) != 0 ? token_check_active(call) : err;
}

static enum status check_policy(struct call *call)
{
    uint32_t policy = call->rpc->method->policy;
    if (call->rpc->deadline_ms <= call->now_ms) return STATUS_DEADLINE_EXCEEDED;
    if (call->clock_has_jumped && (policy & ANY_CLOCK) == 0) {
        call->rpc->retry_after_ms = CLOCK_RETRY_MS;
        return STATUS_CLOCK_JUMPED;
    }
    return (policy & (TOKEN_KNOWN | TOKEN_ACTIVE)) == 0 ? STATUS_OK : check_token(call, policy);
}

/* Room for the largest answer of a write, a payment with its tickets, is taken beforehand: a write
 * that is saved must not be refused for want of memory. */
enum { WRITE_ANSWER_BYTES_MAX = 8 * 1024 };

static ProtobufCMessage *make_response(struct arena *arena, const struct method *method)
{
    const ProtobufCMessageDescriptor *descriptor = method->response;
    if (method->kind == METHOD_WRITE && !arena_reserve(arena, WRITE_ANSWER_BYTES_MAX)) return NULL;
    ProtobufCMessage *response = arena_alloc(arena, descriptor->sizeof_message);
    if (response != NULL) protobuf_c_message_init(descriptor, response);
    return response;
}

static void check_batch(const struct batch *batch, const struct store_txn *txn, unix_ms now_ms,
                        const struct rpc_call *rpc)
{
    REQUIRE(rpc->method->kind == METHOD_WRITE);
    REQUIRE(batch->txn == txn);
    REQUIRE(batch->now_ms == now_ms);
}

/* `entry` is set by the policy that asks for it: clearing it would cost every call. */
static void call_make(struct engine *engine, struct store_txn *txn, unix_ms now_ms,
                      struct batch *batch, struct rpc_call *rpc, struct call *ret_call)
{
    ret_call->rpc = rpc;
    ret_call->txn = txn;
    ret_call->now_ms = now_ms;
    ret_call->batch = batch;
    ret_call->clock_has_jumped = batch != NULL && batch->clock_has_jumped;
    ret_call->leases = engine->leases;
    ret_call->seat_maps = batch == NULL ? engine->seat_maps : NULL;
    ret_call->wait_is_over =
        rpc->method->kind != METHOD_WAIT || watcher_is_over(engine, rpc, now_ms);
    ret_call->is_followers = !role_writes(&engine->role);
    ret_call->engine = engine;
}

enum status execute_call(struct engine *engine, struct store_txn *txn, unix_ms now_ms,
                         struct batch *batch, struct rpc_call *rpc)
{
    struct call call;
    if (batch != NULL)
        check_batch(batch, txn, now_ms, rpc);
    else
        REQUIRE(rpc->method->kind != METHOD_WRITE);
    call_make(engine, txn, now_ms, batch, rpc, &call);
    enum status err = check_policy(&call);
    if (err != STATUS_OK) return err;
    rpc->response = make_response(rpc->arena, rpc->method);
    if (rpc->response == NULL) return STATUS_OUT_OF_MEMORY;
    err = rpc->method->handler(&call, rpc->request, rpc->response);
    REQUIRE(err != STATUS_NOT_YET || !call.wait_is_over);
    return err;
}
