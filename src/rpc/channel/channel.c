#include "rpc/channel.h"

#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/url_list.h"
#include "rpc/channel/core.h"
#include "rpc/channel/endpoint.h"
#include "rpc/channel/error.h"
#include "rpc/channel/forked.h"
#include "rpc/channel/options.h"
#include "rpc/channel/prepare.h"
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

Onsale__Rpc__V1__Code onsale_status_code(enum onsale_status status)
{
    return (Onsale__Rpc__V1__Code)status_grpc_code((enum status)status);
}

bool onsale_status_may_retry(enum onsale_status status)
{
    return status_may_retry((enum status)status);
}

int64_t onsale_now_ms(void)
{
    return channel_now_ms();
}

/* --- Opening and closing -----------------------------------------------------------------------
 */

/* The urls of a server are those in the same place of each list. */
static enum status open_server(struct onsale_channel *channel, size_t server,
                               const char **ret_bad_option)
{
    for (size_t kind = 0; kind < CHANNEL_ENDPOINTS; kind++)
        channel_endpoint_init(channel, server, kind);
    atomic_store(&channel->servers_count, server + 1);
    for (size_t kind = 0; kind < CHANNEL_ENDPOINTS; kind++) {
        struct channel_endpoint *endpoint = channel_endpoint_of(channel, server, kind);
        bool is_needed = kind == ONSALE_ENDPOINT_MAIN || kind == CHANNEL_ENDPOINT_READS;
        char *url;
        enum status err = url_list_copy(channel->urls[kind], server, &url);
        if (err == STATUS_OK && url == NULL && is_needed) err = STATUS_ARGUMENT_INVALID;
        if (err == STATUS_OK && url != NULL) err = channel_endpoint_open(endpoint, url);
        if (err == STATUS_ARGUMENT_INVALID) *ret_bad_option = endpoint->options.option_name;
        if (err != STATUS_OK) return err;
    }
    return STATUS_OK;
}

static enum status copy_urls(struct onsale_channel *channel,
                             const struct onsale_channel_options *options)
{
    const char *urls[CHANNEL_ENDPOINTS] = {
        [ONSALE_ENDPOINT_MAIN] = options->url,
        [CHANNEL_ENDPOINT_READS] = options->url,
        [ONSALE_ENDPOINT_WATCH] = options->watch_url,
        [ONSALE_ENDPOINT_ADMIN] = options->admin_url,
    };
    for (size_t kind = 0; kind < CHANNEL_ENDPOINTS; kind++) {
        if (urls[kind] != NULL) channel->urls[kind] = strdup(urls[kind]);
        if (urls[kind] != NULL && channel->urls[kind] == NULL) return STATUS_OUT_OF_MEMORY;
    }
    return STATUS_OK;
}

/* @param ret_bad_option  Set on STATUS_ARGUMENT_INVALID. */
static enum status open_servers(struct onsale_channel *channel,
                                const struct onsale_channel_options *options,
                                const char **ret_bad_option)
{
    enum status err = copy_urls(channel, options);
    pthread_mutex_lock(&channel->mutex);
    size_t servers_count = url_list_count(options->url);
    for (size_t server = 0; err == STATUS_OK && server < servers_count; server++)
        err = open_server(channel, server, ret_bad_option);
    pthread_mutex_unlock(&channel->mutex);
    return err;
}

static void channel_free(struct onsale_channel *channel)
{
    for (size_t kind = 0; kind < CHANNEL_ENDPOINTS; kind++)
        free(channel->urls[kind]);
    channel_call_ids_deinit(&channel->ids);
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
    channel->open_endpoint = channel_endpoint_open;
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
    struct onsale_channel_options all;
    if (channel_is_forked()) return channel_forked_refuse(ret_error);
    const char *bad_option = channel_options_read(options, &all) ? channel_settings_find_bad(&all)
                                                                 : "size, or an unknown one,";
    if (bad_option != NULL) return refuse_open(ret_error, STATUS_ARGUMENT_INVALID, bad_option);
    channel_forks_watch();
    struct onsale_channel *channel = channel_make(&all);
    if (channel == NULL) return refuse_open(ret_error, STATUS_OUT_OF_MEMORY, NULL);
    enum status err = open_servers(channel, &all, &bad_option);
    if (err != STATUS_OK) {
        onsale_channel_close(channel);
        return refuse_open(ret_error, err, bad_option);
    }
    *ret_channel = channel;
    return ONSALE_OK;
}

static bool is_settling(const struct channel_endpoint *endpoint)
{
    for (size_t i = 0; i < endpoint->connections_count; i++)
        if (endpoint->connections[i]->started && endpoint->connections[i]->pipe_id == 0)
            return true;
    return endpoint->slots_busy > 0;
}

/* nng before 1.6 may hang if a connection is closed while a reply comes in on it, and loses the
 * memory of one that is closed while it is being made. A server that lives answers in a moment, so
 * late replies and connections are waited for, but not for long. */
static void wait_until_settled(struct onsale_channel *channel)
{
    int64_t give_up_ms = channel_now_ms() + SETTLE_MS_MAX;
    bool in_time = true;
    for (size_t i = 0; i < channel_endpoints_count(channel); i++)
        while (in_time && is_settling(&channel->endpoints[i]))
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
    for (size_t i = 0; i < channel_endpoints_count(channel); i++)
        channel_endpoint_close(&channel->endpoints[i]);
    channel_free(channel);
}

/* --- Calling -----------------------------------------------------------------------------------
 */

/* @param waiter  Gets the end, with the response on ONSALE_OK. */
static enum onsale_status call_and_wait(struct onsale_channel *channel,
                                        const struct onsale_method *method,
                                        const struct channel_request *request,
                                        const struct onsale_call_options *options,
                                        struct channel_waiter *waiter)
{
    struct onsale_error error;
    struct channel_call *call;
    if (channel_is_forked()) return channel_forked_refuse(waiter->error);
    enum status err = channel_prepare(channel, method, request, options, &call, &error);
    if (err != STATUS_OK) {
        if (waiter->error != NULL) *waiter->error = error;
        return (enum onsale_status)err;
    }
    sem_init(&waiter->answered, 0, 0);
    call->caller = (struct channel_caller){.waiter = waiter, .by_bytes = request->message == NULL};
    channel_endpoint_start(channel, call);
    while (sem_wait(&waiter->answered) != 0)
        continue; /* a signal interrupted it */
    sem_destroy(&waiter->answered);
    return waiter->status;
}

enum onsale_status
onsale_channel_call(struct onsale_channel *channel, const struct onsale_method *method,
                    const ProtobufCMessage *request, const struct onsale_call_options *options,
                    ProtobufCMessage **ret_response, struct onsale_error *ret_error)
{
    const struct channel_request asked = {.message = request};
    struct channel_waiter waiter = {.error = ret_error};
    enum onsale_status status = call_and_wait(channel, method, &asked, options, &waiter);
    if (status == ONSALE_OK) *ret_response = waiter.response;
    return status;
}

enum onsale_status onsale_channel_call_bytes(struct onsale_channel *channel,
                                             const struct onsale_method *method,
                                             const uint8_t *request, size_t request_size,
                                             const struct onsale_call_options *options,
                                             ProtobufCBinaryData *ret_response,
                                             struct onsale_error *ret_error)
{
    const struct channel_request asked = {.bytes = request, .size = request_size};
    struct channel_waiter waiter = {.error = ret_error};
    enum onsale_status status = call_and_wait(channel, method, &asked, options, &waiter);
    if (status == ONSALE_OK) *ret_response = waiter.bytes;
    return status;
}

/* Ends a call that can't be sent: on the timer's thread, or on this one if there is no memory. */
static void refuse(struct onsale_channel *channel, const struct onsale_method *method,
                   const struct channel_caller *caller, const struct onsale_error *error)
{
    struct channel_call *call = channel_call_make_refused(method, error);
    if (call == NULL) {
        channel_caller_refuse(caller, error);
        return;
    }
    call->caller = *caller;
    channel_endpoint_start_refused(channel, call);
}

static struct onsale_call_id start(struct onsale_channel *channel,
                                   const struct onsale_method *method,
                                   const struct channel_request *request,
                                   const struct onsale_call_options *options,
                                   const struct channel_caller *caller)
{
    const struct onsale_call_id none = {0};
    struct onsale_error error;
    struct channel_call *call;
    if (channel_is_forked()) {
        channel_forked_refuse(&error);
        channel_caller_refuse(caller, &error);
        return none;
    }
    if (channel_prepare(channel, method, request, options, &call, &error) != STATUS_OK) {
        refuse(channel, method, caller, &error);
        return none;
    }
    call->caller = *caller;
    return channel_endpoint_start(channel, call);
}

struct onsale_call_id onsale_channel_call_async(struct onsale_channel *channel,
                                                const struct onsale_method *method,
                                                const ProtobufCMessage *request,
                                                const struct onsale_call_options *options,
                                                onsale_done *done, void *context)
{
    const struct channel_request asked = {.message = request};
    const struct channel_caller caller = {.done = done, .context = context};
    return start(channel, method, &asked, options, &caller);
}

struct onsale_call_id onsale_channel_call_bytes_async(struct onsale_channel *channel,
                                                      const struct onsale_method *method,
                                                      const uint8_t *request, size_t request_size,
                                                      const struct onsale_call_options *options,
                                                      onsale_bytes_done *done, void *context)
{
    const struct channel_request asked = {.bytes = request, .size = request_size};
    const struct channel_caller caller = {.bytes_done = done, .by_bytes = true, .context = context};
    return start(channel, method, &asked, options, &caller);
}

void onsale_channel_hold(struct onsale_channel *channel)
{
    if (channel_is_forked()) return;
    pthread_mutex_lock(&channel->mutex);
    channel->holds++;
    pthread_mutex_unlock(&channel->mutex);
}

void onsale_channel_release(struct onsale_channel *channel)
{
    if (channel_is_forked()) return;
    pthread_mutex_lock(&channel->mutex);
    bool was_held = channel->holds > 0;
    if (was_held) channel->holds--;
    bool is_over = was_held && channel->holds == 0;
    pthread_mutex_unlock(&channel->mutex);
    for (size_t i = 0; is_over && i < channel_endpoints_count(channel); i++)
        channel_endpoint_work(&channel->endpoints[i]);
}

void onsale_channel_cancel(struct onsale_channel *channel, struct onsale_call_id id)
{
    if (channel_is_forked()) return;
    pthread_mutex_lock(&channel->mutex);
    struct channel_call *call = channel_call_ids_find(&channel->ids, id);
    if (call != NULL && !call->is_cancelled) {
        call->is_cancelled = true;
        channel->cancelled++;
        channel_timer_wake_by(&channel->timer, 0);
    }
    pthread_mutex_unlock(&channel->mutex);
}
