#include "rpc/dispatch.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "rpc/frame/call_check.h"
#include "rpc/frame/frame.h"
#include "rpc/frame/frame_decode.h"
#include "rpc/frame/frame_pool.h"
#include "rpc/frame/frame_reply.h"
#include "rpc/frame/method_map.h"
#include "rpc/frame/overload.h"

struct rpc_dispatcher {
    const struct rpc_application *application;
    const struct rpc_transport *transport;
    struct method_map methods;
    struct frame_pool pool;
    atomic_size_t frames_in_flight;
    atomic_bool draining;
    struct overload overload;
    struct call_stats call_stats;
};

enum status rpc_dispatcher_open(const struct rpc_application *application,
                                const struct rpc_transport *transport,
                                struct rpc_dispatcher **ret_dispatcher)
{
    struct rpc_dispatcher *dispatcher = calloc(1, sizeof *dispatcher);
    if (dispatcher == NULL) return STATUS_OUT_OF_MEMORY;
    REQUIRE(application->ticks_ns != NULL);
    enum status err =
        method_map_init(&dispatcher->methods, application->methods, application->methods_count);
    if (err == STATUS_OK)
        err = call_stats_init(&dispatcher->call_stats, application->methods,
                              application->methods_count);
    if (err != STATUS_OK) {
        method_map_deinit(&dispatcher->methods);
        free(dispatcher);
        return err;
    }
    dispatcher->application = application;
    dispatcher->transport = transport;
    frame_pool_init(&dispatcher->pool);
    overload_init(&dispatcher->overload, 0);
    *ret_dispatcher = dispatcher;
    return STATUS_OK;
}

void rpc_dispatcher_close(struct rpc_dispatcher *dispatcher)
{
    if (dispatcher == NULL) return;
    REQUIRE(atomic_load(&dispatcher->frames_in_flight) == 0);
    frame_pool_deinit(&dispatcher->pool);
    method_map_deinit(&dispatcher->methods);
    overload_deinit(&dispatcher->overload);
    call_stats_deinit(&dispatcher->call_stats);
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

static int64_t ticks_ns(const struct rpc_dispatcher *dispatcher)
{
    return dispatcher->application->ticks_ns(dispatcher->application->context);
}

/* Makes the frame one with a single result. */
static void refuse_frame(struct rpc_frame *frame, enum status why, const char *message)
{
    frame->whole = (struct frame_call){.status = why, .call.message = message};
    frame->calls = &frame->whole;
    frame->calls_count = 1;
}

static struct memory_share *share_of(const struct rpc_frame *frame)
{
    return frame->peer == NULL ? NULL : &frame->peer->memory;
}

/* Writes keep their answers in any case: a refusal would be untrue. */
static size_t pay_reply(struct rpc_frame *frame, unix_ms server_time_ms)
{
    size_t size = frame_reply_size(frame, server_time_ms);
    if (memory_share_take(share_of(frame), size)) return size;
    frame_reply_refuse_reads(frame, STATUS_MEMORY_BUSY);
    size = frame_reply_size(frame, server_time_ms);
    memory_share_owe(share_of(frame), size);
    return size;
}

static void pack_reply(struct rpc_frame *frame)
{
    unix_ms server_time_ms = now_ms(frame->dispatcher);
    size_t size = pay_reply(frame, server_time_ms);
    uint8_t *bytes = frame->dispatcher->transport->reply_alloc(frame->exchange, size);
    if (bytes != NULL)
        frame_reply_pack(frame, server_time_ms, bytes, size);
    else
        memory_share_give(share_of(frame), size);
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
    struct memory_share *share = share_of(frame);
    size_t paid_bytes = frame->paid_bytes;
    pack_reply(frame);
    call_stats_count(&dispatcher->call_stats, frame, ticks_ns(dispatcher));
    frame_pool_give(&dispatcher->pool, frame);
    memory_share_give(share, paid_bytes);
    send_reply(dispatcher, exchange);
}

/* Needs no memory but the reply's. @param retry_after_ms  0: the status's own. */
static void answer_unread(struct rpc_dispatcher *dispatcher, enum status why, struct rpc_peer *peer,
                          uint32_t retry_after_ms, void *exchange)
{
    struct rpc_frame frame = {.dispatcher = dispatcher, .exchange = exchange, .peer = peer};
    refuse_frame(&frame, why, NULL);
    call_stats_count_refused(&dispatcher->call_stats, why);
    frame.whole.call.retry_after_ms = retry_after_ms;
    pack_reply(&frame);
    send_reply(dispatcher, exchange);
}

void rpc_dispatch_refuse(struct rpc_dispatcher *dispatcher, enum status why, struct rpc_peer *peer,
                         void *exchange)
{
    REQUIRE(why != STATUS_OK);
    atomic_fetch_add(&dispatcher->frames_in_flight, 1);
    answer_unread(dispatcher, why, peer, 0, exchange);
}

void rpc_dispatcher_peer_gone(struct rpc_dispatcher *dispatcher, struct rpc_peer *peer)
{
    const struct rpc_application *application = dispatcher->application;
    atomic_store(&peer->is_gone, true);
    if (application->peer_gone != NULL) application->peer_gone(application->context, peer);
}

size_t rpc_dispatcher_trim(struct rpc_dispatcher *dispatcher)
{
    return frame_pool_trim(&dispatcher->pool);
}

/* The call that asks for more than is left of the frame's room is refused, not those before it. */
static enum status check_records(const struct rpc_application *application,
                                 const struct rpc_call *call, uint32_t *records_left)
{
    if (application->records_asked == NULL) return STATUS_OK;
    uint32_t records = application->records_asked(call);
    if (records > *records_left) return STATUS_FRAME_TOO_MANY_RECORDS;
    *records_left -= records;
    if (call->method->kind != METHOD_WRITE) call->frame->reads_asked += records;
    return STATUS_OK;
}

/* The arena reports a used-up share as a lack of memory. */
static enum status tell_apart(const struct rpc_frame *frame, enum status status)
{
    if (status != STATUS_OUT_OF_MEMORY) return status;
    bool was_refused = frame->arena.was_refused || frame->slow_arena.was_refused;
    return was_refused ? STATUS_MEMORY_BUSY : status;
}

struct rpc_overload rpc_dispatcher_overload(struct rpc_dispatcher *dispatcher)
{
    return (struct rpc_overload){
        .refusals = dispatcher->overload.refusals_in_all,
        .wait_ms = dispatcher->overload.wait_ms,
        .retry_after_ms = dispatcher->overload.retry_after_ms,
    };
}

const struct call_stats *rpc_dispatcher_call_stats(const struct rpc_dispatcher *dispatcher)
{
    return &dispatcher->call_stats;
}

/* Administration is served always, and long polls wait anyway.
 * @param ret_retry_after_ms  Set if false is returned only. */
static bool admit_frame(struct rpc_dispatcher *dispatcher, enum rpc_socket socket,
                        struct rpc_arrival arrival, uint32_t *ret_retry_after_ms)
{
    if (socket != RPC_SOCKET_MAIN) return true;
    bool admitted = overload_admit_frame(&dispatcher->overload, arrival.waited_ms, arrival.now_ms);
    if (!admitted)
        *ret_retry_after_ms = overload_retry_after_ms(&dispatcher->overload, arrival.now_ms);
    return admitted;
}

/* The waits of a frame's calls. */
struct frame_wait {
    struct rpc_arrival arrival;
    bool is_asked;     /* for what follows */
    uint32_t ahead_ms; /* of its commands, before they are executed */
};

/* @return Whether there is anything for the frame's commands to wait for. */
static bool waits_ahead(const struct rpc_application *application, struct frame_wait *wait)
{
    if (!wait->is_asked && application->wait_ahead_ms != NULL)
        wait->ahead_ms = application->wait_ahead_ms(application->context);
    wait->is_asked = true;
    return wait->ahead_ms > 0 || wait->arrival.is_crowded;
}

static bool admit_command(struct rpc_dispatcher *dispatcher, const struct frame_wait *wait,
                          uint32_t timeout_ms)
{
    struct overload_command command = {
        .waited_ms = wait->arrival.waited_ms,
        .ahead_ms = wait->ahead_ms,
        .timeout_ms = timeout_ms,
        .is_crowded = wait->arrival.is_crowded,
    };
    return overload_admit_command(&dispatcher->overload, command, wait->arrival.now_ms);
}

static enum status admit_call(struct rpc_dispatcher *dispatcher, struct frame_wait *wait,
                              uint32_t timeout_ms, struct rpc_call *call)
{
    if (call->socket != RPC_SOCKET_MAIN) return STATUS_OK;
    bool admitted = wait->arrival.waited_ms == 0 ||
                    overload_admit_call(&dispatcher->overload, wait->arrival.waited_ms, timeout_ms,
                                        wait->arrival.now_ms);
    if (admitted && call->method->kind == METHOD_WRITE &&
        waits_ahead(dispatcher->application, wait))
        admitted = admit_command(dispatcher, wait, timeout_ms);
    if (admitted) return STATUS_OK;
    call->retry_after_ms = overload_retry_after_ms(&dispatcher->overload, wait->arrival.now_ms);
    return STATUS_OVERLOADED;
}

/* Checks every call. @return Those that passed, as a list in the frame's order. */
static struct rpc_call *check_calls(struct rpc_frame *frame, enum rpc_socket socket,
                                    struct rpc_arrival arrival,
                                    const Onsale__Rpc__V1__RequestFrame *request)
{
    struct rpc_dispatcher *dispatcher = frame->dispatcher;
    unix_ms checked_ms = now_ms(dispatcher);
    struct call_surroundings surroundings = {
        .methods = &dispatcher->methods,
        .draining = atomic_load(&dispatcher->draining),
        .now_ms = checked_ms,
        .arrived_ms = checked_ms - arrival.waited_ms,
    };
    struct frame_wait wait = {.arrival = arrival};
    struct rpc_call *first = NULL;
    struct rpc_call **last = &first;
    uint32_t records_left = RECORDS_PER_FRAME_MAX;
    size_t passed = 0;
    for (size_t i = 0; i < frame->calls_count; i++) {
        struct rpc_call *call = &frame->calls[i].call;
        frame->calls[i] = (struct frame_call){
            .call.frame = frame,
            .call.arena = &frame->arena,
            .call.socket = socket,
            .call.alone = frame->calls_count == 1,
        };
        enum status err = call_check(&surroundings, request->calls[i], call);
        if (err == STATUS_OK) err = check_records(dispatcher->application, call, &records_left);
        if (err == STATUS_OK)
            err = admit_call(dispatcher, &wait, request->calls[i]->timeout_ms, call);
        frame->calls[i].status = tell_apart(frame, err);
        if (err != STATUS_OK) continue;
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
                                   struct rpc_arrival arrival, const uint8_t *bytes, size_t size)
{
    const Onsale__Rpc__V1__RequestFrame *request;
    const char *message;
    enum status err = frame_decode(frame, bytes, size, &request, &message);
    if (err != STATUS_OK) {
        refuse_frame(frame, tell_apart(frame, err), message);
        return NULL;
    }
    frame->min_index = request->min_index;
    frame->any_server = request->any_server;
    frame->calls_count = request->n_calls;
    frame->calls = arena_alloc(&frame->arena, frame->calls_count * sizeof *frame->calls);
    if (frame->calls == NULL) {
        refuse_frame(frame, tell_apart(frame, STATUS_OUT_OF_MEMORY), NULL);
        return NULL;
    }
    return check_calls(frame, socket, arrival, request);
}

/* Thousands of frames with one call each may wait for the writer. */
static enum frame_size size_of(enum rpc_socket socket, size_t request_size)
{
    enum { SMALL_REQUEST_BYTES_MAX = 512 };
    if (socket == RPC_SOCKET_WATCH) return FRAME_WAITING;
    return request_size <= SMALL_REQUEST_BYTES_MAX ? FRAME_SMALL : FRAME_USUAL;
}

/* @return STATUS_OK; STATUS_MEMORY_BUSY if the peer's share is used up; STATUS_OUT_OF_MEMORY. */
static enum status take_frame(struct rpc_dispatcher *dispatcher, enum frame_size size,
                              struct rpc_peer *peer, size_t request_size,
                              struct rpc_frame **ret_frame)
{
    struct memory_share *share = peer == NULL ? NULL : &peer->memory;
    size_t bytes = frame_pool_frame_bytes(size) + request_size;
    if (!memory_share_take(share, bytes)) return STATUS_MEMORY_BUSY;
    struct rpc_frame *frame = frame_pool_take(&dispatcher->pool, size);
    if (frame == NULL) {
        memory_share_give(share, bytes);
        return STATUS_OUT_OF_MEMORY;
    }
    frame->dispatcher = dispatcher;
    frame->peer = peer;
    frame->paid_bytes = bytes;
    frame->reads_asked = 0;
    arena_set_share(&frame->arena, share);
    arena_set_share(&frame->slow_arena, share);
    *ret_frame = frame;
    return STATUS_OK;
}

void rpc_dispatch(struct rpc_dispatcher *dispatcher, enum rpc_socket socket, struct rpc_peer *peer,
                  struct rpc_arrival arrival, const uint8_t *request, size_t request_size,
                  void *exchange)
{
    uint32_t retry_after_ms;
    /* Counted before `draining` is read: who drains and then sees no frame has seen them all. */
    atomic_fetch_add(&dispatcher->frames_in_flight, 1);
    if (!admit_frame(dispatcher, socket, arrival, &retry_after_ms)) {
        answer_unread(dispatcher, STATUS_OVERLOADED, peer, retry_after_ms, exchange);
        return;
    }
    struct rpc_frame *frame;
    enum status err =
        take_frame(dispatcher, size_of(socket, request_size), peer, request_size, &frame);
    if (err != STATUS_OK) {
        answer_unread(dispatcher, err, peer, 0, exchange);
        return;
    }
    frame->exchange = exchange;
    frame->came_ns = arrival.came_ns != 0 ? arrival.came_ns : ticks_ns(dispatcher);
    struct rpc_call *first = read_frame(frame, socket, arrival, request, request_size);
    if (first == NULL)
        answer(frame);
    else
        dispatcher->application->start(dispatcher->application->context, first);
}

void rpc_call_finish(struct rpc_call *call, enum status status)
{
    struct frame_call *finished = (struct frame_call *)call;
    struct rpc_frame *frame = call->frame;
    const struct rpc_application *application = frame->dispatcher->application;
    finished->status = tell_apart(frame, status);
    if (application->ended != NULL)
        application->ended(application->context, call, finished->status);
    size_t before = atomic_fetch_sub(&frame->unfinished, 1);
    REQUIRE(before > 0);
    if (before == 1) answer(frame);
}

void rpc_call_go_on_later(struct rpc_call *first)
{
    struct rpc_frame *frame = first->frame;
    frame->dispatcher->transport->go_on_later(frame->exchange, first);
}

void rpc_dispatch_go_on(struct rpc_call *first)
{
    const struct rpc_application *application = first->frame->dispatcher->application;
    application->go_on(application->context, first);
}

struct rpc_peer *rpc_call_peer(const struct rpc_call *call)
{
    return call->frame->peer;
}

uint64_t rpc_call_min_index(const struct rpc_call *call)
{
    return call->frame->min_index;
}

bool rpc_call_is_for_any_server(const struct rpc_call *call)
{
    return call->frame->any_server;
}

uint32_t rpc_call_frame_reads(const struct rpc_call *call)
{
    return call->frame->reads_asked;
}
