#include "rpc/channel/prepare.h"

#include "rpc/channel/error.h"
#include "rpc/channel/metadata.h"
#include "rpc/channel/options.h"

static enum status refuse(struct onsale_channel *channel, enum status status,
                          struct onsale_error *ret_error)
{
    channel_error_set(ret_error, status, channel->korean, "%s", status_english(status));
    return status;
}

static enum status refuse_options(struct onsale_channel *channel, struct onsale_error *ret_error)
{
    channel_error_set(ret_error, STATUS_ARGUMENT_INVALID, channel->korean,
                      "the call's options have a size or a field that this library does not know");
    return STATUS_ARGUMENT_INVALID;
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

static enum status refuse_metadata(struct onsale_channel *channel, size_t index,
                                   const char *problem, struct onsale_error *ret_error)
{
    if (index < ONSALE_METADATA_MAX)
        channel_error_set(ret_error, STATUS_METADATA_INVALID, channel->korean, "metadata[%zu]: %s",
                          index, problem);
    else
        channel_error_set(ret_error, STATUS_METADATA_INVALID, channel->korean, "metadata: %s",
                          problem);
    return STATUS_METADATA_INVALID;
}

/* @param route  Has a url. */
static enum status make_call(struct channel_route *route, const struct onsale_method *method,
                             const struct channel_request *request,
                             const struct onsale_call_options *options,
                             struct channel_call **ret_call, struct onsale_error *ret_error)
{
    struct onsale_channel *channel = route->channel;
    struct channel_metadata metadata;
    struct packing packing;
    size_t index;
    if (request->size > route->frame_bytes_max) return refuse_size(route, request->size, ret_error);
    const char *problem =
        channel_metadata_measure(options, channel->korean, &metadata, &packing, &index);
    if (problem != NULL) return refuse_metadata(channel, index, problem, ret_error);
    struct channel_call *call = channel_call_make(method, request, packing);
    if (call == NULL) {
        channel_error_set(ret_error, STATUS_OUT_OF_MEMORY, channel->korean,
                          "no memory for the call");
        return STATUS_OUT_OF_MEMORY;
    }
    size_t size = call->frame_bytes_max;
    if (size > route->frame_bytes_max) {
        channel_call_free(call);
        return refuse_size(route, size, ret_error);
    }
    *ret_call = call;
    return STATUS_OK;
}

enum status channel_prepare(struct onsale_channel *channel, const struct onsale_method *method,
                            const struct channel_request *request,
                            const struct onsale_call_options *options,
                            struct channel_call **ret_call, struct onsale_error *ret_error)
{
    struct onsale_call_options all;
    int64_t deadline_ms;
    if (method == NULL) return refuse(channel, STATUS_METHOD_UNKNOWN, ret_error);
    if (!channel_call_options_read(options, &all)) return refuse_options(channel, ret_error);
    enum status err =
        channel_call_options_deadline(&all, channel->timeout_ms, channel_now_ms(), &deadline_ms);
    if (err != STATUS_OK) return refuse(channel, err, ret_error);
    struct channel_route *route = channel_route_of(channel, method);
    if (route->url == NULL) return refuse_route(route, ret_error);
    err = make_call(route, method, request, &all, ret_call, ret_error);
    if (err == STATUS_OK) (*ret_call)->deadline_ms = deadline_ms;
    return err;
}
