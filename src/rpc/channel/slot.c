#include "rpc/channel/slot.h"

#include <nng/protocol/reqrep0/req.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/require.h"
#include "rpc/channel/answer.h"
#include "rpc/channel/frame.h"
#include "rpc/channel/leader.h"
#include "rpc/channel/reach.h"
#include "rpc/channel/route.h"

/* The timer ends calls in time; nng gives up their frame a little later. */
enum { GRACE_MS = 20 };

/* Those of administration are for the server that is asked. */
static struct channel_wish wish_of(const struct channel_endpoint *endpoint)
{
    const struct onsale_channel *channel = endpoint->channel;
    bool is_of_reads =
        endpoint->kind == CHANNEL_ENDPOINT_READS || endpoint->kind == ONSALE_ENDPOINT_WATCH;
    if (endpoint->kind == ONSALE_ENDPOINT_ADMIN) return (struct channel_wish){0, true};
    if (!is_of_reads) return (struct channel_wish){0};
    return (struct channel_wish){atomic_load(&channel->seen_index), channel->route.is_nearest};
}

bool channel_slot_take(struct channel_slot *slot)
{
    struct channel_endpoint *endpoint = slot->endpoint;
    REQUIRE(slot->state == CHANNEL_SLOT_FREE);
    if (endpoint->channel->closing || slot->connection->pipe_id == 0 ||
        endpoint->waiting.first == NULL ||
        (endpoint->backoff_until_ms != 0 && endpoint->backoff_until_ms > channel_now_ms()))
        return false;

    size_t calls_max = endpoint->refusals > 0 ? 1 : endpoint->options.calls_per_frame;
    size_t room = endpoint->options.frame_bytes_max;
    slot->wish = wish_of(endpoint);
    room -= channel_wish_size(slot->wish);
    slot->calls_count = 0;
    slot->earliest_ms = CHANNEL_NEVER;
    while (slot->calls_count < calls_max && endpoint->waiting.first != NULL) {
        struct channel_call *call = endpoint->waiting.first;
        if (call->is_cancelled) {
            channel_endpoint_back_off(endpoint, channel_call_list_pop(&endpoint->waiting));
            continue;
        }
        size_t size = call->frame_bytes_max;
        if (size > room && slot->calls_count == 0) {
            slot->wish = (struct channel_wish){0}; /* no read is that large */
            room = size;
        }
        if (size > room) break;
        room -= size;
        if (call->deadline_ms < slot->earliest_ms) slot->earliest_ms = call->deadline_ms;
        slot->calls[slot->calls_count++] = channel_call_list_pop(&endpoint->waiting);
    }
    if (slot->calls_count == 0) return false;
    slot->state = CHANNEL_SLOT_PACKING;
    endpoint->slots_busy++;
    endpoint->channel->senders++;
    return true;
}

static void set_timeout(struct channel_slot *slot, int64_t now_ms)
{
    int64_t latest_ms = now_ms;
    for (size_t i = 0; i < slot->calls_count; i++)
        if (slot->calls[i]->deadline_ms > latest_ms) latest_ms = slot->calls[i]->deadline_ms;
    slot->gives_up_ms = latest_ms + GRACE_MS;
    nng_aio_set_timeout(slot->aio, (nng_duration)(slot->gives_up_ms - now_ms));
}

/* A long poll is answered when it has waited. */
static int64_t silent_at_ms(const struct channel_slot *slot, int64_t now_ms)
{
    uint32_t wait_ms = 0;
    if (slot->endpoint->options.may_be_slow) return CHANNEL_NEVER;
    for (size_t i = 0; i < slot->calls_count; i++)
        if (slot->calls[i]->wait_ms > wait_ms) wait_ms = slot->calls[i]->wait_ms;
    return now_ms + wait_ms + slot->endpoint->channel->attempt_timeout_ms;
}

/* @return False if there is no memory for the frame. */
static bool frame_send(struct channel_slot *slot)
{
    struct onsale_channel *channel = slot->endpoint->channel;
    int64_t now_ms = channel_now_ms();
    nng_msg *frame = channel_frame_pack(slot->calls, slot->calls_count, now_ms, slot->wish);
    if (frame == NULL) return false;
    set_timeout(slot, now_ms);
    for (size_t i = 0; i < slot->calls_count; i++)
        slot->calls[i]->attempts++;

    pthread_mutex_lock(&channel->mutex);
    slot->state = CHANNEL_SLOT_IN_FLIGHT;
    slot->silent_at_ms = silent_at_ms(slot, now_ms);
    slot->take_back_ms = now_ms;
    bool is_late = channel->closing || slot->connection->pipe_id == 0;
    channel_timer_wake_by(&channel->timer, is_late ? 0 : slot->silent_at_ms);
    pthread_mutex_unlock(&channel->mutex);
    slot->sending = true;
    nng_aio_set_msg(slot->aio, frame);
    nng_ctx_send(slot->ctx, slot->aio);
    return true;
}

static void frame_receive(struct channel_slot *slot)
{
    int64_t left_ms = slot->gives_up_ms - channel_now_ms();
    slot->sending = false;
    nng_aio_set_timeout(slot->aio, left_ms < 1 ? 1 : (nng_duration)left_ms);
    nng_ctx_recv(slot->ctx, slot->aio);
}

static void frame_fail(struct channel_slot *slot, enum status why, struct channel_call_list *again)
{
    for (size_t i = 0; i < slot->calls_count; i++) {
        if (slot->calls[i] == NULL) continue;
        slot->calls[i]->lost_by = slot->endpoint->server;
        channel_answer_missing(slot->endpoint->channel, slot->calls[i], why);
        channel_call_list_push(again, slot->calls[i]);
    }
}

/* @param again  Gets the calls to be repeated. @param ended  Gets the others.
 * @return False if the reply does not count. */
static bool frame_answer(struct channel_slot *slot, nng_msg *reply, struct channel_call_list *again,
                         struct channel_call_list *ended)
{
    struct onsale_channel *channel = slot->endpoint->channel;
    const Onsale__Rpc__V1__ReplyFrame *frame =
        channel_frame_unpack(&slot->arena, nng_msg_body(reply), nng_msg_len(reply));
    bool counts = channel_leader_believes(channel, frame);
    if (counts) channel_leader_learn(slot->endpoint, frame);
    if (!counts) frame_fail(slot, STATUS_SERVER_UNREACHABLE, again);
    for (size_t i = 0; counts && i < slot->calls_count; i++) {
        if (slot->calls[i] == NULL) continue;
        bool has_ended =
            channel_answer(channel, slot->calls[i],
                           channel_frame_result(frame, i, slot->calls_count), &slot->arena);
        channel_call_list_push(has_ended ? ended : again, slot->calls[i]);
    }
    arena_reset(&slot->arena);
    return counts;
}

static void slot_own(struct channel_slot *slot)
{
    struct onsale_channel *channel = slot->endpoint->channel;
    pthread_mutex_lock(&channel->mutex);
    slot->state = CHANNEL_SLOT_ANSWERING;
    pthread_mutex_unlock(&channel->mutex);
}

/* A frame was answered. If the server was unavailable, the endpoint backs off and then sends one
 * call a frame: a server that refuses is asked no more often the more calls there are. */
static void note_refusal(struct channel_endpoint *endpoint, enum status refused_with,
                         int64_t retry_at_ms, int64_t now_ms)
{
    endpoint->refusals = refused_with == STATUS_OK ? 0 : endpoint->refusals + 1;
    endpoint->refused_with = refused_with;
    endpoint->backoff_until_ms = 0;
    if (refused_with == STATUS_OK) return;
    int64_t backed_off_ms = now_ms + channel_backoff_ms(endpoint->refusals);
    endpoint->backoff_until_ms = retry_at_ms > backed_off_ms ? retry_at_ms : backed_off_ms;
    if (channel_route_is_elsewhere((enum onsale_status)refused_with))
        endpoint->backoff_until_ms =
            channel_earlier(endpoint->backoff_until_ms, now_ms + CHANNEL_ELECTION_MS);
}

/* A follower that sends a read on answers others. */
static bool is_refusal(const struct channel_endpoint *endpoint, enum status refused_with)
{
    bool is_write =
        endpoint->kind == ONSALE_ENDPOINT_MAIN || endpoint->kind == ONSALE_ENDPOINT_ADMIN;
    return refused_with != STATUS_OK &&
           (is_write || !endpoint->channel->route.is_nearest ||
            !channel_route_is_elsewhere((enum onsale_status)refused_with));
}

/* Calls are repeated after a reply only if the server was unavailable. */
static void note_reply(struct channel_slot *slot, const struct channel_call_list *again)
{
    struct channel_endpoint *endpoint = slot->endpoint;
    enum status refused_with = STATUS_OK;
    int64_t retry_at_ms = 0;
    if (again->first != NULL) {
        const struct onsale_error *refusal = again->first->refusal;
        refused_with = refusal == NULL ? STATUS_SERVER_UNREACHABLE : (enum status)refusal->status;
        retry_at_ms = again->first->backoff_until_ms;
    }
    if (!is_refusal(endpoint, refused_with)) refused_with = STATUS_OK;
    if (refused_with == STATUS_OK) channel_budget_earn(&endpoint->channel->budget);
    channel_reach_note_reply(endpoint);
    note_refusal(endpoint, refused_with, retry_at_ms, channel_now_ms());
}

/* How the attempt of a frame ended. */
enum attempt {
    ATTEMPT_ANSWERED,
    ATTEMPT_LOST,   /* without a reply that counts */
    ATTEMPT_UNSENT, /* for want of memory */
};

static void slot_free(struct channel_slot *slot, struct channel_call_list *again,
                      struct channel_call_list *ended, enum attempt attempt)
{
    struct channel_endpoint *endpoint = slot->endpoint;
    pthread_mutex_lock(&endpoint->channel->mutex);
    if (attempt == ATTEMPT_ANSWERED) note_reply(slot, again);
    if (attempt == ATTEMPT_LOST) channel_route_note_lost(endpoint);
    for (struct channel_call *call; (call = channel_call_list_pop(again)) != NULL;)
        channel_endpoint_back_off(endpoint, call);
    slot->state = CHANNEL_SLOT_FREE;
    endpoint->slots_busy--;
    channel_calls_forget(endpoint->channel, ended);
    pthread_mutex_unlock(&endpoint->channel->mutex);
    channel_call_list_free(ended);
}

void channel_slot_send(struct channel_slot *slot)
{
    struct onsale_channel *channel = slot->endpoint->channel;
    if (!frame_send(slot)) {
        struct channel_call_list again = {0};
        struct channel_call_list ended = {0};
        frame_fail(slot, STATUS_OUT_OF_MEMORY, &again);
        slot_free(slot, &again, &ended, ATTEMPT_UNSENT);
    }
    pthread_mutex_lock(&channel->mutex);
    channel_sender_left(channel);
    pthread_mutex_unlock(&channel->mutex);
}

/* The aio's callback: a send or a receive has ended. */
static void slot_proceed(void *context)
{
    struct channel_slot *slot = context;
    struct channel_call_list again = {0};
    struct channel_call_list ended = {0};
    int rc = nng_aio_result(slot->aio);
    if (rc == 0 && slot->sending) {
        frame_receive(slot);
        return;
    }
    slot_own(slot);
    enum attempt attempt = ATTEMPT_LOST;
    if (rc == 0)
        attempt = frame_answer(slot, nng_aio_get_msg(slot->aio), &again, &ended) ? ATTEMPT_ANSWERED
                                                                                 : ATTEMPT_LOST;
    else
        frame_fail(slot, rc == NNG_ETIMEDOUT ? STATUS_DEADLINE_EXCEEDED : STATUS_SERVER_UNREACHABLE,
                   &again);
    if (rc == 0 || slot->sending)
        nng_msg_free(nng_aio_get_msg(slot->aio)); /* the reply, or the frame that was not sent */
    slot_free(slot, &again, &ended, attempt);
    slot->freed(slot);
}

enum status channel_slot_open(struct channel_connection *connection, channel_slot_freed *freed,
                              struct channel_slot **ret_slot)
{
    size_t calls_max = connection->endpoint->options.calls_per_frame;
    struct channel_slot *slot = calloc(1, sizeof *slot + calls_max * sizeof(struct channel_call *));
    if (slot == NULL) return STATUS_OUT_OF_MEMORY;
    slot->endpoint = connection->endpoint;
    slot->connection = connection;
    slot->freed = freed;
    arena_init(&slot->arena, FRAME_ARENA_BYTES_MAX);
    if (nng_ctx_open(&slot->ctx, connection->socket) != 0) {
        free(slot);
        return STATUS_OUT_OF_MEMORY;
    }
    if (nng_aio_alloc(&slot->aio, slot_proceed, slot) != 0) {
        nng_ctx_close(slot->ctx);
        free(slot);
        return STATUS_OUT_OF_MEMORY;
    }
    *ret_slot = slot;
    return STATUS_OK;
}

void channel_slot_close(struct channel_slot *slot)
{
    nng_aio_stop(slot->aio);
    nng_aio_free(slot->aio);
    nng_ctx_close(slot->ctx);
    arena_deinit(&slot->arena);
    free(slot);
}
