#include "rpc/channel/expiry.h"

#include "rpc/channel/reach.h"
#include "rpc/channel/route.h"
#include "rpc/channel/silence.h"

static bool is_over(const struct channel_endpoint *endpoint, const struct channel_call *call,
                    int64_t now_ms)
{
    return call->is_cancelled || endpoint->channel->closing || call->deadline_ms <= now_ms;
}

/* A call that was tried keeps what it was refused with, unless it was cancelled or the channel is
 * closing. */
static void end(struct channel_endpoint *endpoint, struct channel_call *call,
                enum onsale_status status, struct channel_call_list *ended)
{
    if (call->is_cancelled || endpoint->channel->closing) {
        channel_call_remember(call, NULL);
        status = call->is_cancelled ? ONSALE_CANCELLED : ONSALE_CHANNEL_CLOSED;
    }
    call->ends_with = status;
    call->unreachable_why = endpoint->reach.why;
    channel_call_list_push(ended, call);
}

/* What a call that waits ends with when its time is up: the server refused, can't be reached, or
 * was busy with others. */
static enum onsale_status why_not_sent(const struct channel_endpoint *endpoint)
{
    if (channel_endpoint_is_connected(endpoint))
        return endpoint->refusals > 0 ? (enum onsale_status)endpoint->refused_with
                                      : ONSALE_DEADLINE_EXCEEDED;
    return endpoint->reach.why == STATUS_OK ? ONSALE_SERVER_UNREACHABLE
                                            : (enum onsale_status)endpoint->reach.why;
}

/* What was attempted before has an end of its own, for what it did is unknown; but a peer that
 * admits nobody of this user has executed nothing. */
static enum onsale_status why_waiting_ended(const struct channel_call *call,
                                            enum onsale_status not_sent)
{
    return call->ends_with == ONSALE_OK || not_sent == ONSALE_PEER_REFUSED ? not_sent
                                                                           : call->ends_with;
}

/* At the endpoint, or at that of another server. What is due there has been collected already, or
 * is collected later.
 * @return When it is due, as far as it has. */
static int64_t let_wait(struct channel_endpoint *endpoint, struct channel_call *call,
                        int64_t now_ms)
{
    struct channel_endpoint *to = channel_route_call(endpoint->channel, call, endpoint);
    channel_call_list_push(&to->waiting, call);
    if (to == endpoint) return CHANNEL_NEVER;
    return channel_earlier(call->deadline_ms, channel_expiry_due(to, now_ms));
}

static int64_t collect_waiting(struct channel_endpoint *endpoint, int64_t now_ms,
                               struct channel_call_list *ended)
{
    enum onsale_status not_sent = why_not_sent(endpoint);
    bool is_hopeless = channel_route_is_hopeless(endpoint->channel, endpoint->kind, now_ms);
    if (is_hopeless) not_sent = (enum onsale_status)endpoint->reach.why;
    struct channel_call_list all = endpoint->waiting;
    int64_t next_ms = CHANNEL_NEVER;
    endpoint->waiting = (struct channel_call_list){0};
    for (struct channel_call *call; (call = channel_call_list_pop(&all)) != NULL;) {
        if (is_hopeless || is_over(endpoint, call, now_ms)) {
            end(endpoint, call, why_waiting_ended(call, not_sent), ended);
            continue;
        }
        next_ms = channel_earlier(next_ms, call->deadline_ms);
        next_ms = channel_earlier(next_ms, let_wait(endpoint, call, now_ms));
    }
    return next_ms;
}

static int64_t collect_backing_off(struct channel_endpoint *endpoint, int64_t now_ms,
                                   struct channel_call_list *ended)
{
    struct channel_call_list all = endpoint->backing_off;
    int64_t next_ms = CHANNEL_NEVER;
    endpoint->backing_off = (struct channel_call_list){0};
    for (struct channel_call *call; (call = channel_call_list_pop(&all)) != NULL;) {
        if (is_over(endpoint, call, now_ms)) {
            end(endpoint, call, call->ends_with, ended);
            continue;
        }
        if (call->backoff_until_ms <= now_ms) {
            next_ms = channel_earlier(next_ms, let_wait(endpoint, call, now_ms));
            continue;
        }
        next_ms =
            channel_earlier(next_ms, channel_earlier(call->backoff_until_ms, call->deadline_ms));
        channel_call_list_push(&endpoint->backing_off, call);
    }
    return next_ms;
}

/* Calls that were sent: what they did is unknown, also if an earlier attempt was refused. */
static void collect_sent(struct channel_slot *slot, int64_t now_ms, struct channel_call_list *ended)
{
    slot->earliest_ms = CHANNEL_NEVER;
    for (size_t i = 0; i < slot->calls_count; i++) {
        struct channel_call *call = slot->calls[i];
        if (call == NULL) continue;
        if (is_over(slot->endpoint, call, now_ms)) {
            channel_call_remember(call, NULL);
            end(slot->endpoint, call, ONSALE_DEADLINE_EXCEEDED, ended);
            slot->calls[i] = NULL;
        } else {
            slot->earliest_ms = channel_earlier(slot->earliest_ms, call->deadline_ms);
        }
    }
}

static int64_t collect_slot(struct channel_slot *slot, int64_t now_ms,
                            struct channel_call_list *ended)
{
    const struct onsale_channel *channel = slot->endpoint->channel;
    bool is_due = channel->closing || channel->cancelled > 0 || slot->earliest_ms <= now_ms;
    switch (slot->state) {
    case CHANNEL_SLOT_PACKING:
        return is_due ? now_ms + 1 : slot->earliest_ms;
    case CHANNEL_SLOT_IN_FLIGHT:
        if (is_due) collect_sent(slot, now_ms, ended);
        return slot->earliest_ms;
    case CHANNEL_SLOT_FREE:
    case CHANNEL_SLOT_ANSWERING:
        break;
    }
    return CHANNEL_NEVER;
}

int64_t channel_expiry_due(const struct channel_endpoint *endpoint, int64_t now_ms)
{
    bool are_waiting = endpoint->waiting.first != NULL;
    if (are_waiting && channel_route_is_hopeless(endpoint->channel, endpoint->kind, now_ms))
        return now_ms;
    int64_t due_ms = channel_earlier(channel_silence_due(endpoint), channel_reach_due(endpoint));
    due_ms = channel_earlier(due_ms, channel_route_due(endpoint, now_ms));
    bool is_backing_off = are_waiting && endpoint->backoff_until_ms > now_ms;
    return is_backing_off ? channel_earlier(due_ms, endpoint->backoff_until_ms) : due_ms;
}

int64_t channel_expiry_collect(struct channel_endpoint *endpoint, int64_t now_ms,
                               struct channel_call_list *ended)
{
    int64_t next_ms = collect_backing_off(endpoint, now_ms, ended);
    next_ms = channel_earlier(next_ms, collect_waiting(endpoint, now_ms, ended));
    for (size_t i = 0; i < endpoint->slots_count; i++)
        next_ms = channel_earlier(next_ms, collect_slot(endpoint->slots[i], now_ms, ended));
    return channel_earlier(next_ms, channel_expiry_due(endpoint, now_ms));
}
