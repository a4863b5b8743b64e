#include "rpc/channel.h"

#include <stdlib.h>

#include "base/status.h"
#include "rpc/channel/core.h"
#include "rpc/channel/error.h"
#include "rpc/channel/forked.h"
#include "rpc/channel/route.h"
#include "rpc/channel/settings.h"
#include "rpc/channel/tick.h"

enum { SETTLE_MS_MAX = 100 };

const char *onsale_status_name(enum onsale_status status)
{
    return status_name((enum status)status);
}

const char *onsale_status_text(enum onsale_status status)
{
    return status_english((enum status)status);
}

/* --- Opening and closing -----------------------------------------------------------------------
 */

/* @param ret_bad_option  Set on STATUS_ARGUMENT_INVALID. */
static enum status open_routes(struct onsale_channel *channel,
                               const struct onsale_channel_options *options,
                               const char **ret_bad_option)
{
    const char *urls[CHANNEL_ROUTES] = {
        [ONSALE_ROUTE_MAIN] = options->url,
        [CHANNEL_ROUTE_READS] = options->url,
        [ONSALE_ROUTE_WATCH] = options->watch_url,
        [ONSALE_ROUTE_ADMIN] = options->admin_url,
    };
    for (size_t i = 0; i < CHANNEL_ROUTES; i++) {
        enum status err = channel_route_open(&channel->routes[i], urls[i]);
        if (err == STATUS_ARGUMENT_INVALID) *ret_bad_option = channel->routes[i].option_name;
        if (err != STATUS_OK) return err;
    }
    return STATUS_OK;
}

static void channel_free(struct onsale_channel *channel)
{
    pthread_cond_destroy(&channel->changed);
    pthread_mutex_destroy(&channel->mutex);
    free(channel);
}

/* @return NULL if there is no memory or thread. */
static struct onsale_channel *channel_make(const struct onsale_channel_options *options)
{
    struct onsale_channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL) return NULL;
    channel_settings_apply(options, channel);
    if (!channel_condition_init(&channel->changed)) {
        free(channel);
        return NULL;
    }
    pthread_mutex_init(&channel->mutex, NULL);
    if (channel_timer_init(&channel->timer, channel_tick_run, channel)) return channel;
    channel_free(channel);
    return NULL;
}

static enum onsale_status refuse_open(struct onsale_error *ret_error, enum status status,
                                      const char *bad_option)
{
    if (ret_error != NULL && status == STATUS_ARGUMENT_INVALID)
        channel_error_set(ret_error, status, false, "the option %s is not valid", bad_option);
    else if (ret_error != NULL)
        channel_error_set(ret_error, status, false, "no memory for the channel");
    return (enum onsale_status)status;
}

enum onsale_status onsale_channel_open(const struct onsale_channel_options *options,
                                       struct onsale_channel **ret_channel,
                                       struct onsale_error *ret_error)
{
    const char *bad_option = channel_settings_find_bad(options);
    if (channel_is_forked()) return channel_forked_refuse(ret_error);
    if (bad_option != NULL) return refuse_open(ret_error, STATUS_ARGUMENT_INVALID, bad_option);
    channel_forks_watch();
    struct onsale_channel *channel = channel_make(options);
    if (channel == NULL) return refuse_open(ret_error, STATUS_OUT_OF_MEMORY, NULL);
    enum status err = open_routes(channel, options, &bad_option);
    if (err != STATUS_OK) {
        onsale_channel_close(channel);
        return refuse_open(ret_error, err, bad_option);
    }
    *ret_channel = channel;
    return ONSALE_OK;
}

static bool is_settling(const struct channel_route *route)
{
    for (size_t i = 0; i < route->links_count; i++)
        if (route->links[i]->started && route->links[i]->pipe_id == 0) return true;
    return route->lanes_busy > 0;
}

/* nng before 1.6 may hang if a connection is closed while a reply comes in on it, and loses the
 * memory of one that is closed while it is being made. A server that lives answers in a moment, so
 * late replies and connections are waited for, but not for long. */
static void wait_until_settled(struct onsale_channel *channel)
{
    int64_t give_up_ms = channel_now_ms() + SETTLE_MS_MAX;
    bool in_time = true;
    for (size_t i = 0; i < CHANNEL_ROUTES; i++)
        while (in_time && is_settling(&channel->routes[i]))
            in_time = channel_condition_wait(&channel->changed, &channel->mutex, give_up_ms);
}

/* Waits for callbacks and senders, while the timer ends the calls. */
static void wait_until_idle(struct onsale_channel *channel)
{
    channel_timer_wake_by(&channel->timer, 0);
    while (channel->calls_live > 0 || channel->senders > 0)
        pthread_cond_wait(&channel->changed, &channel->mutex);
}

void onsale_channel_close(struct onsale_channel *channel)
{
    if (channel == NULL || channel_is_forked()) return;
    pthread_mutex_lock(&channel->mutex);
    channel->closing = true;
    wait_until_idle(channel);
    wait_until_settled(channel);
    pthread_mutex_unlock(&channel->mutex);
    channel_timer_deinit(&channel->timer);
    for (size_t i = 0; i < CHANNEL_ROUTES; i++)
        channel_route_close(&channel->routes[i]);
    channel_free(channel);
}

/* --- Calling -----------------------------------------------------------------------------------
 */

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
