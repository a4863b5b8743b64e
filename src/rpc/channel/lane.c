#include "rpc/channel/lane.h"

#include <nng/protocol/reqrep0/req.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "rpc/channel/answer.h"
#include "rpc/channel/frame.h"
#include "rpc/channel/reach.h"

/* The timer ends calls in time; nng gives up their frame a little later. */
enum { GRACE_MS = 20 };

bool channel_lane_take(struct channel_lane *lane)
{
    struct channel_route *route = lane->route;
    REQUIRE(lane->state == CHANNEL_LANE_FREE);
    if (route->channel->closing || lane->link->pipe_id == 0 || route->waiting.first == NULL ||
        (route->rests_until_ms != 0 && route->rests_until_ms > channel_now_ms()))
        return false;

    size_t calls_max = route->refusals > 0 ? 1 : route->calls_per_frame;
    size_t room = route->frame_bytes_max;
    lane->calls_count = 0;
    lane->earliest_ms = CHANNEL_NEVER;
    while (lane->calls_count < calls_max && route->waiting.first != NULL) {
        struct channel_call *call = route->waiting.first;
        if (call->is_cancelled) {
            channel_route_rest(route, channel_call_list_pop(&route->waiting));
            continue;
        }
        size_t size = call->frame_bytes_max;
        if (size > room) break;
        room -= size;
        if (call->deadline_ms < lane->earliest_ms) lane->earliest_ms = call->deadline_ms;
        lane->calls[lane->calls_count++] = channel_call_list_pop(&route->waiting);
    }
    if (lane->calls_count == 0) return false;
    lane->state = CHANNEL_LANE_PACKING;
    route->lanes_busy++;
    route->channel->senders++;
    return true;
}

static void set_timeout(struct channel_lane *lane, int64_t now_ms)
{
    int64_t latest_ms = now_ms;
    for (size_t i = 0; i < lane->calls_count; i++)
        if (lane->calls[i]->deadline_ms > latest_ms) latest_ms = lane->calls[i]->deadline_ms;
    lane->gives_up_ms = latest_ms + GRACE_MS;
    nng_aio_set_timeout(lane->aio, (nng_duration)(lane->gives_up_ms - now_ms));
}

/* A long poll is answered when it has waited. */
static int64_t silent_at_ms(const struct channel_lane *lane, int64_t now_ms)
{
    uint32_t wait_ms = 0;
    if (lane->route->may_be_slow) return CHANNEL_NEVER;
    for (size_t i = 0; i < lane->calls_count; i++)
        if (lane->calls[i]->wait_ms > wait_ms) wait_ms = lane->calls[i]->wait_ms;
    return now_ms + wait_ms + lane->route->channel->attempt_timeout_ms;
}

/* @return False if there is no memory for the frame. */
static bool frame_send(struct channel_lane *lane)
{
    struct onsale_channel *channel = lane->route->channel;
    int64_t now_ms = channel_now_ms();
    nng_msg *frame = channel_frame_pack(lane->calls, lane->calls_count, now_ms);
    if (frame == NULL) return false;
    set_timeout(lane, now_ms);
    for (size_t i = 0; i < lane->calls_count; i++)
        lane->calls[i]->attempts++;

    pthread_mutex_lock(&channel->mutex);
    lane->state = CHANNEL_LANE_IN_FLIGHT;
    lane->silent_at_ms = silent_at_ms(lane, now_ms);
    channel_timer_wake_by(&channel->timer, channel->closing ? 0 : lane->silent_at_ms);
    pthread_mutex_unlock(&channel->mutex);
    lane->sending = true;
    nng_aio_set_msg(lane->aio, frame);
    nng_ctx_send(lane->ctx, lane->aio);
    return true;
}

static void frame_receive(struct channel_lane *lane)
{
    int64_t left_ms = lane->gives_up_ms - channel_now_ms();
    lane->sending = false;
    nng_aio_set_timeout(lane->aio, left_ms < 1 ? 1 : (nng_duration)left_ms);
    nng_ctx_recv(lane->ctx, lane->aio);
}

/* @param again  Gets the calls to be repeated. @param ended  Gets the others. */
static void frame_answer(struct channel_lane *lane, nng_msg *reply, struct channel_call_list *again,
                         struct channel_call_list *ended)
{
    const Onsale__Rpc__V1__ReplyFrame *frame =
        channel_frame_unpack(&lane->arena, nng_msg_body(reply), nng_msg_len(reply));
    for (size_t i = 0; i < lane->calls_count; i++) {
        if (lane->calls[i] == NULL) continue;
        bool has_ended =
            channel_answer(lane->route->channel, lane->calls[i],
                           channel_frame_result(frame, i, lane->calls_count), &lane->arena);
        channel_call_list_push(has_ended ? ended : again, lane->calls[i]);
    }
    arena_reset(&lane->arena);
}

static void frame_fail(struct channel_lane *lane, enum status why, struct channel_call_list *again)
{
    for (size_t i = 0; i < lane->calls_count; i++) {
        if (lane->calls[i] == NULL) continue;
        channel_answer_missing(lane->route->channel, lane->calls[i], why);
        channel_call_list_push(again, lane->calls[i]);
    }
}

static void lane_own(struct channel_lane *lane)
{
    struct onsale_channel *channel = lane->route->channel;
    pthread_mutex_lock(&channel->mutex);
    lane->state = CHANNEL_LANE_ANSWERING;
    pthread_mutex_unlock(&channel->mutex);
}

/* A frame was answered. If the server was unavailable, the route rests before it asks again, and
 * with one call a frame: a server that refuses is asked no more often the more calls there are. */
static void note_refusal(struct channel_route *route, enum status refused_with, int64_t retry_at_ms,
                         int64_t now_ms)
{
    route->refusals = refused_with == STATUS_OK ? 0 : route->refusals + 1;
    route->refused_with = refused_with;
    route->rests_until_ms = 0;
    if (refused_with == STATUS_OK) return;
    int64_t rested_ms = now_ms + channel_backoff_ms(route->refusals);
    route->rests_until_ms = retry_at_ms > rested_ms ? retry_at_ms : rested_ms;
}

/* Calls are repeated after a reply only if the server was unavailable. */
static void note_reply(struct channel_lane *lane, const struct channel_call_list *again)
{
    struct channel_route *route = lane->route;
    enum status refused_with = STATUS_OK;
    int64_t retry_at_ms = 0;
    if (again->first != NULL) {
        const struct onsale_error *refusal = again->first->refusal;
        refused_with = refusal == NULL ? STATUS_SERVER_UNREACHABLE : (enum status)refusal->status;
        retry_at_ms = again->first->rests_until_ms;
    }
    if (refused_with == STATUS_OK) channel_budget_earn(&route->channel->budget);
    channel_reach_note_reply(route);
    note_refusal(route, refused_with, retry_at_ms, channel_now_ms());
}

static void lane_free(struct channel_lane *lane, struct channel_call_list *again,
                      struct channel_call_list *ended, bool had_reply)
{
    struct channel_route *route = lane->route;
    pthread_mutex_lock(&route->channel->mutex);
    if (had_reply) note_reply(lane, again);
    for (struct channel_call *call; (call = channel_call_list_pop(again)) != NULL;)
        channel_route_rest(route, call);
    lane->state = CHANNEL_LANE_FREE;
    route->lanes_busy--;
    channel_calls_forget(route->channel, ended);
    pthread_mutex_unlock(&route->channel->mutex);
    channel_call_list_free(ended);
}

void channel_lane_send(struct channel_lane *lane)
{
    struct onsale_channel *channel = lane->route->channel;
    if (!frame_send(lane)) {
        struct channel_call_list again = {0};
        struct channel_call_list ended = {0};
        frame_fail(lane, STATUS_OUT_OF_MEMORY, &again);
        lane_free(lane, &again, &ended, false);
    }
    pthread_mutex_lock(&channel->mutex);
    channel_sender_left(channel);
    pthread_mutex_unlock(&channel->mutex);
}

/* The aio's callback: a send or a receive has ended. */
static void lane_proceed(void *context)
{
    struct channel_lane *lane = context;
    struct channel_call_list again = {0};
    struct channel_call_list ended = {0};
    int rc = nng_aio_result(lane->aio);
    if (rc == 0 && lane->sending) {
        frame_receive(lane);
        return;
    }
    lane_own(lane);
    if (rc == 0)
        frame_answer(lane, nng_aio_get_msg(lane->aio), &again, &ended);
    else
        frame_fail(lane, rc == NNG_ETIMEDOUT ? STATUS_DEADLINE_EXCEEDED : STATUS_SERVER_UNREACHABLE,
                   &again);
    if (rc == 0 || lane->sending)
        nng_msg_free(nng_aio_get_msg(lane->aio)); /* the reply, or the frame that was not sent */
    lane_free(lane, &again, &ended, rc == 0);
    lane->freed(lane);
}

enum status channel_lane_open(struct channel_link *link, channel_lane_freed *freed,
                              struct channel_lane **ret_lane)
{
    size_t calls_max = link->route->calls_per_frame;
    struct channel_lane *lane = calloc(1, sizeof *lane + calls_max * sizeof(struct channel_call *));
    if (lane == NULL) return STATUS_OUT_OF_MEMORY;
    lane->route = link->route;
    lane->link = link;
    lane->freed = freed;
    arena_init(&lane->arena, FRAME_ARENA_BYTES_MAX);
    if (nng_ctx_open(&lane->ctx, link->socket) != 0) {
        free(lane);
        return STATUS_OUT_OF_MEMORY;
    }
    if (nng_aio_alloc(&lane->aio, lane_proceed, lane) != 0) {
        nng_ctx_close(lane->ctx);
        free(lane);
        return STATUS_OUT_OF_MEMORY;
    }
    *ret_lane = lane;
    return STATUS_OK;
}

void channel_lane_close(struct channel_lane *lane)
{
    nng_aio_stop(lane->aio);
    nng_aio_free(lane->aio);
    nng_ctx_close(lane->ctx);
    arena_deinit(&lane->arena);
    free(lane);
}
