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

static enum status refuse_endpoint(const struct channel_endpoint *endpoint,
                                   struct onsale_error *ret_error)
{
    channel_error_set(ret_error, STATUS_SERVER_UNREACHABLE, endpoint->channel->korean,
                      "the channel has no %s", endpoint->options.option_name);
    return STATUS_SERVER_UNREACHABLE;
}

static enum status refuse_size(const struct channel_endpoint *endpoint, size_t size,
                               struct onsale_error *ret_error)
{
    channel_error_set(ret_error, STATUS_PAYLOAD_TOO_LARGE, endpoint->channel->korean,
                      "the request takes %zu bytes of a frame, which holds %zu", size,
                      endpoint->options.frame_bytes_max);
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

/* @param endpoint  Of the kind: its limits. */
static enum status make_call(struct channel_endpoint *endpoint, const struct onsale_method *method,
                             const struct channel_request *request,
                             const struct onsale_call_options *options,
                             struct channel_call **ret_call, struct onsale_error *ret_error)
{
    struct onsale_channel *channel = endpoint->channel;
    struct channel_metadata metadata;
    struct packing packing;
    size_t index;
    if (request->size > endpoint->options.frame_bytes_max)
        return refuse_size(endpoint, request->size, ret_error);
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
    if (size > endpoint->options.frame_bytes_max) {
        channel_call_free(call);
        return refuse_size(endpoint, size, ret_error);
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
    size_t kind = channel_kind_of(method);
    struct channel_endpoint *endpoint = channel_endpoint_of(channel, 0, kind);
    if (channel->urls[kind] == NULL) return refuse_endpoint(endpoint, ret_error);
    err = make_call(endpoint, method, request, &all, ret_call, ret_error);
    if (err == STATUS_OK) (*ret_call)->deadline_ms = deadline_ms;
    return err;
}
