#include "rpc/channel/tick.h"

#include "rpc/channel/core.h"
#include "rpc/channel/endpoint.h"
#include "rpc/channel/error.h"
#include "rpc/channel/expiry.h"
#include "rpc/channel/reach.h"
#include "rpc/channel/silence.h"

static void end_call(struct onsale_channel *channel, struct channel_call *call)
{
    struct onsale_error error;
    if (call->refusal != NULL) {
        error = *call->refusal;
    } else {
        enum status status = (enum status)call->ends_with;
        bool says_why =
            call->ends_with == ONSALE_SERVER_UNREACHABLE && call->unreachable_why != STATUS_OK;
        size_t kind = channel_kind_of(call->method);
        channel_error_set(&error, status, channel->korean, "%s: %s%s%s",
                          channel->urls[kind] == NULL ? channel->kinds[kind].option_name
                                                      : channel->urls[kind],
                          status_english(status), says_why ? ": " : "",
                          says_why ? status_english(call->unreachable_why) : "");
    }
    channel_call_refuse(call, &error);
}

int64_t channel_tick_run(void *context, int64_t now_ms)
{
    struct onsale_channel *channel = context;
    struct channel_call_list ended = {0};
    int64_t next_ms = CHANNEL_NEVER;
    size_t endpoints_count = channel_endpoints_count(channel);
    for (size_t i = 0; i < endpoints_count; i++) {
        channel_silence_end(&channel->endpoints[i], now_ms);
        channel_reach_look(&channel->endpoints[i], now_ms);
    }
    now_ms = channel_now_ms();
    pthread_mutex_lock(&channel->mutex);
    for (size_t i = 0; i < endpoints_count; i++)
        next_ms = channel_earlier(next_ms,
                                  channel_expiry_collect(&channel->endpoints[i], now_ms, &ended));
    pthread_mutex_unlock(&channel->mutex);

    for (size_t i = 0; i < endpoints_count; i++)
        channel_endpoint_work(&channel->endpoints[i]);
    for (struct channel_call *call = ended.first; call != NULL; call = call->next)
        end_call(channel, call);

    pthread_mutex_lock(&channel->mutex);
    channel_calls_forget(channel, &ended);
    pthread_mutex_unlock(&channel->mutex);
    channel_call_list_free(&ended);
    return next_ms;
}
