/* Opening and closing a channel, and what its timer does. */
#include <stdlib.h>

#include "base/limits.h"
#include "rpc/channel/core.h"
#include "rpc/channel/error.h"
#include "rpc/channel/forked.h"
#include "rpc/channel/route.h"
#include "rpc/channel/silence.h"

enum {
    FRAMES_IN_FLIGHT_DEFAULT = 2,
    FRAMES_IN_A_RUSH = 4, /* while the calls of a full frame wait */
    FRAMES_IN_FLIGHT_MAX = 64,
    CALLS_PER_FRAME_DEFAULT = 256,
    WATCHES_DEFAULT = 64,
    WATCHES_MAX = 256,
    ATTEMPTS_MAX = 100,
    ATTEMPT_TIMEOUT_MS_DEFAULT = 1500,
    SETTLE_MS_MAX = 100,
    /* A server takes only so many frames of one connection at once: stay clear of that. */
    WATCHES_PER_LINK = FRAMES_IN_FLIGHT_PER_CONNECTION_MAX / 2,
};

_Static_assert((int)ONSALE_TIMEOUT_MS_MAX == (int)CALL_TIMEOUT_MS_MAX, "the server's limit");

void channel_calls_ended(struct onsale_channel *channel, size_t count)
{
    channel->calls_live -= count;
    if (channel->calls_live == 0) pthread_cond_signal(&channel->changed);
}

void channel_sender_left(struct onsale_channel *channel)
{
    channel->senders--;
    if (channel->senders == 0) pthread_cond_signal(&channel->changed);
}

static void end_call(struct onsale_channel *channel, struct channel_call *call)
{
    struct onsale_error error;
    if (call->refusal != NULL) {
        error = *call->refusal;
    } else {
        enum status status = (enum status)call->ends_with;
        bool is_told =
            call->ends_with == ONSALE_SERVER_UNREACHABLE && call->unreachable_why != STATUS_OK;
        channel_error_set(&error, status, channel->korean, "%s: %s%s%s",
                          channel_route_of(channel, call->method)->url, status_english(status),
                          is_told ? ": " : "",
                          is_told ? status_english(call->unreachable_why) : "");
    }
    channel_call_finish(call, &error, NULL);
}

/* The timer's tick. */
static int64_t do_what_is_due(void *context, int64_t now_ms)
{
    struct onsale_channel *channel = context;
    struct channel_call_list ended = {0};
    int64_t next_ms = CHANNEL_NEVER;
    for (size_t i = 0; i < CHANNEL_ROUTES; i++) {
        channel_silence_end(&channel->routes[i], now_ms);
        channel_reach_look(&channel->routes[i], now_ms);
    }
    now_ms = channel_now_ms();
    pthread_mutex_lock(&channel->mutex);
    for (size_t i = 0; i < CHANNEL_ROUTES; i++)
        next_ms =
            channel_earlier(next_ms, channel_route_collect(&channel->routes[i], now_ms, &ended));
    pthread_mutex_unlock(&channel->mutex);

    for (size_t i = 0; i < CHANNEL_ROUTES; i++)
        channel_route_work(&channel->routes[i]);
    size_t ended_count = 0;
    for (struct channel_call *call; (call = channel_call_list_pop(&ended)) != NULL; ended_count++)
        end_call(channel, call);

    pthread_mutex_lock(&channel->mutex);
    channel_calls_ended(channel, ended_count);
    pthread_mutex_unlock(&channel->mutex);
    return next_ms;
}

/* @return The option that is out of its range; NULL if none is. */
static const char *find_bad_option(const struct onsale_channel_options *options)
{
    if (options->url == NULL) return "url";
    if (options->timeout_ms > ONSALE_TIMEOUT_MS_MAX) return "timeout_ms";
    if (options->frames_in_flight > FRAMES_IN_FLIGHT_MAX) return "frames_in_flight";
    if (options->calls_per_frame > CALLS_PER_FRAME_MAX) return "calls_per_frame";
    if (options->watches_in_flight > WATCHES_MAX) return "watches_in_flight";
    if (options->attempts_max > ATTEMPTS_MAX) return "attempts_max";
    if (options->attempt_timeout_ms > ONSALE_TIMEOUT_MS_MAX) return "attempt_timeout_ms";
    return NULL;
}

static size_t or_default(uint32_t option, size_t value)
{
    return option == 0 ? value : option;
}

static void init_routes(struct onsale_channel *channel,
                        const struct onsale_channel_options *options)
{
    size_t frames = or_default(options->frames_in_flight, FRAMES_IN_FLIGHT_DEFAULT);
    size_t frames_max = options->frames_in_flight == 0 ? FRAMES_IN_A_RUSH : frames;
    size_t calls_per_frame = or_default(options->calls_per_frame, CALLS_PER_FRAME_DEFAULT);
    size_t watches = or_default(options->watches_in_flight, WATCHES_DEFAULT);
    const struct channel_route_options routes[CHANNEL_ROUTES] = {
        [ONSALE_ROUTE_MAIN] = {"url", REQUEST_FRAME_BYTES_MAX, calls_per_frame, frames, frames_max,
                               1, false},
        [CHANNEL_ROUTE_READS] = {"url", REQUEST_FRAME_BYTES_MAX, calls_per_frame, frames,
                                 frames_max, 1, false},
        [ONSALE_ROUTE_WATCH] = {"watch_url", REQUEST_FRAME_BYTES_MAX, 1, watches, watches,
                                WATCHES_PER_LINK, false},
        [ONSALE_ROUTE_ADMIN] = {"admin_url", ADMIN_FRAME_BYTES_MAX, calls_per_frame, frames,
                                frames_max, 1, true},
    };
    size_t links_max = 0;
    for (size_t i = 0; i < CHANNEL_ROUTES; i++) {
        channel_route_init(&channel->routes[i], channel, &routes[i]);
        links_max +=
            (routes[i].lanes_max + routes[i].lanes_per_link - 1) / routes[i].lanes_per_link;
    }
    channel_budget_init(&channel->budget, links_max);
}

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
    channel->timeout_ms = (uint32_t)or_default(options->timeout_ms, ONSALE_TIMEOUT_MS_DEFAULT);
    channel->attempts_max = options->attempts_max;
    channel->attempt_timeout_ms =
        (uint32_t)or_default(options->attempt_timeout_ms, ATTEMPT_TIMEOUT_MS_DEFAULT);
    channel->fail_fast = options->fail_fast;
    channel->korean = options->korean;
    init_routes(channel, options);
    if (!channel_condition_init(&channel->changed)) {
        free(channel);
        return NULL;
    }
    pthread_mutex_init(&channel->mutex, NULL);
    if (channel_timer_init(&channel->timer, do_what_is_due, channel)) return channel;
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
    const char *bad_option = find_bad_option(options);
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
