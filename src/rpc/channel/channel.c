#include "rpc/channel.h"

#include "rpc/channel/core.h"
#include "rpc/channel/error.h"
#include "rpc/channel/forked.h"
#include "rpc/channel/route.h"

static enum status refuse_timeout(struct onsale_channel *channel, struct onsale_error *ret_error)
{
    channel_error_set(ret_error, STATUS_TIMEOUT_INVALID, channel->korean, "%s",
                      status_english(STATUS_TIMEOUT_INVALID));
    return STATUS_TIMEOUT_INVALID;
}

static enum status refuse_route(const struct channel_route *route, struct onsale_error *ret_error)
{
    channel_error_set(ret_error, STATUS_SERVER_UNREACHABLE, route->channel->korean,
                      "the channel has no %s", route->option_name);
    return STATUS_SERVER_UNREACHABLE;
}

static enum status refuse_size(const struct channel_route *route, size_t size,
                               struct onsale_error *ret_error)
{
    channel_error_set(ret_error, STATUS_PAYLOAD_TOO_LARGE, route->channel->korean,
                      "the request takes %zu bytes of a frame, which holds %zu", size,
                      route->frame_bytes_max);
    return STATUS_PAYLOAD_TOO_LARGE;
}

static enum status refuse_memory(struct onsale_channel *channel, struct onsale_error *ret_error)
{
    channel_error_set(ret_error, STATUS_OUT_OF_MEMORY, channel->korean, "no memory for the call");
    return STATUS_OUT_OF_MEMORY;
}

/* @param ret_call  Set on STATUS_OK only, as is ret_error otherwise. */
static enum status make_call(struct onsale_channel *channel, const struct onsale_method *method,
                             const ProtobufCMessage *request,
                             const struct onsale_call_options *options,
                             struct channel_call **ret_call, struct onsale_error *ret_error)
{
    const struct channel_route *route = channel_route_of(channel, method);
    uint32_t timeout_ms = options == NULL ? 0 : options->timeout_ms;
    if (timeout_ms > ONSALE_TIMEOUT_MS_MAX) return refuse_timeout(channel, ret_error);
    if (route->url == NULL) return refuse_route(route, ret_error);

    int64_t now_ms = channel_now_ms();
    struct channel_call *call = channel_call_make(method, request, channel->korean);
    if (call == NULL) return refuse_memory(channel, ret_error);
    size_t size = call->frame_bytes_max;
    if (size > route->frame_bytes_max) {
        channel_call_free(call);
        return refuse_size(route, size, ret_error);
    }
    call->deadline_ms = now_ms + (timeout_ms == 0 ? channel->timeout_ms : timeout_ms);
    *ret_call = call;
    return STATUS_OK;
}

enum onsale_status
onsale_channel_call(struct onsale_channel *channel, const struct onsale_method *method,
                    const ProtobufCMessage *request, const struct onsale_call_options *options,
                    ProtobufCMessage **ret_response, struct onsale_error *ret_error)
{
    if (channel_is_forked()) return channel_forked_refuse(ret_error);
    struct onsale_error error;
    struct channel_call *call;
    enum status err = make_call(channel, method, request, options, &call, &error);
    if (err != STATUS_OK) {
        if (ret_error != NULL) *ret_error = error;
        return (enum onsale_status)err;
    }
    struct channel_waiter waiter = {.error = ret_error};
    sem_init(&waiter.answered, 0, 0);
    call->waiter = &waiter;
    channel_route_start(channel_route_of(channel, method), call);
    while (sem_wait(&waiter.answered) != 0)
        continue; /* a signal interrupted it */
    sem_destroy(&waiter.answered);
    if (waiter.status == ONSALE_OK) *ret_response = waiter.response;
    return waiter.status;
}

void onsale_channel_call_async(struct onsale_channel *channel, const struct onsale_method *method,
                               const ProtobufCMessage *request,
                               const struct onsale_call_options *options, onsale_done *done,
                               void *context)
{
    struct onsale_error error;
    struct channel_call *call;
    if (channel_is_forked()) {
        channel_forked_refuse(&error);
        done(context, &error, NULL);
        return;
    }
    enum status err = make_call(channel, method, request, options, &call, &error);
    if (err != STATUS_OK) call = channel_call_make_refused(method, &error);
    if (call == NULL) {
        done(context, &error, NULL);
        return;
    }
    call->done = done;
    call->context = context;
    if (err == STATUS_OK)
        channel_route_start(channel_route_of(channel, method), call);
    else
        channel_route_start_refused(channel_route_of(channel, method), call);
}
