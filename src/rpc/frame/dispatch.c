#include "rpc/dispatch.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "rpc/frame/call_check.h"
#include "rpc/frame/frame.h"
#include "rpc/frame/frame_decode.h"
#include "rpc/frame/frame_pool.h"
#include "rpc/frame/frame_reply.h"
#include "rpc/frame/method_map.h"

struct rpc_dispatcher {
    const struct rpc_application *application;
    const struct rpc_transport *transport;
    struct method_map methods;
    struct frame_pool pool;
    atomic_size_t frames_in_flight;
    atomic_bool draining;
};

enum status rpc_dispatcher_open(const struct rpc_application *application,
                                const struct rpc_transport *transport,
                                struct rpc_dispatcher **ret_dispatcher)
{
    struct rpc_dispatcher *dispatcher = calloc(1, sizeof *dispatcher);
    if (dispatcher == NULL) return STATUS_OUT_OF_MEMORY;
    enum status err =
        method_map_init(&dispatcher->methods, application->methods, application->methods_count);
    if (err != STATUS_OK) {
        free(dispatcher);
        return err;
    }
    dispatcher->application = application;
    dispatcher->transport = transport;
    frame_pool_init(&dispatcher->pool);
    *ret_dispatcher = dispatcher;
    return STATUS_OK;
}

void rpc_dispatcher_close(struct rpc_dispatcher *dispatcher)
{
    if (dispatcher == NULL) return;
    REQUIRE(atomic_load(&dispatcher->frames_in_flight) == 0);
    frame_pool_deinit(&dispatcher->pool);
    method_map_deinit(&dispatcher->methods);
    free(dispatcher);
}

void rpc_dispatcher_drain(struct rpc_dispatcher *dispatcher)
{
    atomic_store(&dispatcher->draining, true);
}

size_t rpc_dispatcher_frames_in_flight(const struct rpc_dispatcher *dispatcher)
{
    return atomic_load(&dispatcher->frames_in_flight);
}

static unix_ms now_ms(const struct rpc_dispatcher *dispatcher)
{
    return dispatcher->application->now_ms(dispatcher->application->context);
}

/* Makes the frame one with a single result. */
static void refuse_frame(struct rpc_frame *frame, enum status why, const char *message)
{
    frame->whole = (struct frame_call){.status = why, .call.message = message};
    frame->calls = &frame->whole;
    frame->calls_count = 1;
}

static void pack_reply(struct rpc_frame *frame)
{
    unix_ms server_time_ms = now_ms(frame->dispatcher);
    size_t size = frame_reply_size(frame, server_time_ms);
    uint8_t *bytes = frame->dispatcher->transport->reply_alloc(frame->exchange, size);
    if (bytes != NULL) frame_reply_pack(frame, server_time_ms, bytes);
}

/* The count is the last that is touched: at zero the dispatcher may be closed. */
static void send_reply(struct rpc_dispatcher *dispatcher, void *exchange)
{
    dispatcher->transport->reply_send(exchange);
    atomic_fetch_sub(&dispatcher->frames_in_flight, 1);
}

static void answer(struct rpc_frame *frame)
{
    struct rpc_dispatcher *dispatcher = frame->dispatcher;
    void *exchange = frame->exchange;
    pack_reply(frame);
    frame_pool_give(&dispatcher->pool, frame);
    send_reply(dispatcher, exchange);
}

/* Needs no memory but the reply's. */
static void answer_unread(struct rpc_dispatcher *dispatcher, enum status why, void *exchange)
{
    struct rpc_frame frame = {.dispatcher = dispatcher, .exchange = exchange};
    refuse_frame(&frame, why, NULL);
    pack_reply(&frame);
    send_reply(dispatcher, exchange);
}

void rpc_dispatch_refuse(struct rpc_dispatcher *dispatcher, enum status why, void *exchange)
{
    REQUIRE(why != STATUS_OK);
    atomic_fetch_add(&dispatcher->frames_in_flight, 1);
    answer_unread(dispatcher, why, exchange);
}

/* Checks every call. @return Those that passed, as a list in the frame's order. */
static struct rpc_call *check_calls(struct rpc_frame *frame, enum rpc_socket socket,
                                    const Onsale__Rpc__V1__RequestFrame *request)
{
    struct rpc_dispatcher *dispatcher = frame->dispatcher;
    struct call_surroundings surroundings = {
        .methods = &dispatcher->methods,
        .draining = atomic_load(&dispatcher->draining),
        .now_ms = now_ms(dispatcher),
    };
    struct rpc_call *first = NULL;
    struct rpc_call **last = &first;
    size_t passed = 0;
    for (size_t i = 0; i < frame->calls_count; i++) {
        struct rpc_call *call = &frame->calls[i].call;
        frame->calls[i] = (struct frame_call){
            .call.frame = frame,
            .call.arena = &frame->arena,
            .call.socket = socket,
            .call.alone = frame->calls_count == 1,
        };
        frame->calls[i].status = call_check(&surroundings, request->calls[i], call);
        if (frame->calls[i].status != STATUS_OK) continue;
        if (call->method->kind == METHOD_SLOW) call->arena = &frame->slow_arena;
        *last = call;
        last = &call->next;
        passed++;
    }
    atomic_store(&frame->unfinished, passed);
    return first;
}

/* @return The calls for the application; NULL if the frame has all its results. */
static struct rpc_call *read_frame(struct rpc_frame *frame, enum rpc_socket socket,
                                   const uint8_t *bytes, size_t size)
{
    const Onsale__Rpc__V1__RequestFrame *request;
    const char *message;
    enum status err = frame_decode(frame, bytes, size, &request, &message);
    if (err != STATUS_OK) {
        refuse_frame(frame, err, message);
        return NULL;
    }
    frame->calls_count = request->n_calls;
    frame->calls = arena_alloc(&frame->arena, frame->calls_count * sizeof *frame->calls);
    if (frame->calls == NULL) {
        refuse_frame(frame, STATUS_OUT_OF_MEMORY, NULL);
        return NULL;
    }
    return check_calls(frame, socket, request);
}

void rpc_dispatch(struct rpc_dispatcher *dispatcher, enum rpc_socket socket, const uint8_t *request,
                  size_t request_size, void *exchange)
{
    /* Counted before `draining` is read: who drains and then sees no frame has seen them all. */
    atomic_fetch_add(&dispatcher->frames_in_flight, 1);
    struct rpc_frame *frame = frame_pool_take(&dispatcher->pool);
    if (frame == NULL) {
        answer_unread(dispatcher, STATUS_OUT_OF_MEMORY, exchange);
        return;
    }
    frame->dispatcher = dispatcher;
    frame->exchange = exchange;
    struct rpc_call *first = read_frame(frame, socket, request, request_size);
    if (first == NULL)
        answer(frame);
    else
        dispatcher->application->start(dispatcher->application->context, first);
}

void rpc_call_finish(struct rpc_call *call, enum status status)
{
    struct frame_call *finished = (struct frame_call *)call;
    struct rpc_frame *frame = call->frame;
    finished->status = status;
    size_t before = atomic_fetch_sub(&frame->unfinished, 1);
    REQUIRE(before > 0);
    if (before == 1) answer(frame);
}
