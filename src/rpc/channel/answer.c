#include "rpc/channel/answer.h"

#include <sys/random.h>

#include "rpc/channel/error.h"
#include "rpc/channel/frame.h"
#include "rpc/channel/route.h"

enum { BACKOFF_MS_MIN = 5, BACKOFF_MS_MAX = 1000, SMALL_RESPONSE_BYTES = 2048 };

/* Doubles with every failure. Half of it is random, so that callers who failed together come back
 * one by one. */
uint32_t channel_backoff_ms(uint32_t failures)
{
    uint32_t backoff = BACKOFF_MS_MIN;
    for (uint32_t i = 1; i < failures && backoff < BACKOFF_MS_MAX; i++)
        backoff *= 2;
    if (backoff > BACKOFF_MS_MAX) backoff = BACKOFF_MS_MAX;
    uint32_t random;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random)
        random = 0; /* without randomness: no jitter */
    return backoff - random % (backoff / 2 + 1);
}

/* @return Whether it may be repeated: backoff_until_ms then is set. */
static bool plan_attempt(const struct onsale_channel *channel, struct channel_call *call,
                         uint32_t retry_after_ms)
{
    uint32_t attempts = call->attempts - call->redirects;
    if (channel->attempts_max != 0 && attempts >= channel->attempts_max) return false;
    uint32_t backoff_ms = channel_backoff_ms(call->attempts);
    if (backoff_ms < retry_after_ms) backoff_ms = retry_after_ms;
    int64_t moment_ms = channel_now_ms() + backoff_ms;
    if (moment_ms >= call->deadline_ms) return false;
    call->backoff_until_ms = moment_ms;
    return true;
}

/* Other servers are asked at once, each once; then it takes a while until one leads. */
static bool plan_elsewhere(const struct onsale_channel *channel, struct channel_call *call,
                           uint32_t retry_after_ms)
{
    call->is_for_leader = true;
    size_t servers_count = atomic_load(&channel->servers_count);
    if (servers_count > 1 && call->redirects < servers_count) {
        call->redirects++;
        call->backoff_until_ms = 0;
        return true;
    }
    if (!plan_attempt(channel, call, retry_after_ms)) return false;
    int64_t latest_ms = channel_now_ms() + CHANNEL_ELECTION_MS;
    call->backoff_until_ms = channel_earlier(call->backoff_until_ms, latest_ms);
    return true;
}

static bool plan_after(const struct onsale_channel *channel, struct channel_call *call,
                       const struct onsale_error *refusal)
{
    return channel_route_is_elsewhere(refusal->status)
               ? plan_elsewhere(channel, call, refusal->retry_after_ms)
               : plan_attempt(channel, call, refusal->retry_after_ms);
}

static void end_without_answer(struct onsale_channel *channel, struct channel_call *call,
                               enum status status)
{
    struct onsale_error error;
    channel_error_set(&error, status, channel->korean, "%s: %s", call->method->name,
                      status_english(status));
    channel_call_refuse(call, &error);
}

/* A callback has its response for a moment only, so a small one is unpacked into the arena. */
static void end_with_message(struct onsale_channel *channel, struct channel_call *call,
                             const Onsale__Rpc__V1__Result *result, struct arena *arena)
{
    bool is_for_callback = call->caller.waiter == NULL;
    bool is_in_arena = is_for_callback && result->payload.len <= SMALL_RESPONSE_BYTES;
    ProtobufCMessage *response =
        channel_frame_response(call->method, result, is_in_arena ? arena : NULL);
    if (response == NULL) {
        end_without_answer(channel, call, STATUS_REPLY_MALFORMED);
        return;
    }
    channel_caller_answer(&call->caller, response);
    if (is_for_callback && !is_in_arena) protobuf_c_message_free_unpacked(response, NULL);
}

static void end_well(struct onsale_channel *channel, struct channel_call *call,
                     const Onsale__Rpc__V1__Result *result, struct arena *arena)
{
    if (!call->caller.by_bytes)
        end_with_message(channel, call, result, arena);
    else if (!channel_caller_answer_bytes(&call->caller, result->payload))
        end_without_answer(channel, call, STATUS_OUT_OF_MEMORY);
}

bool channel_answer(struct onsale_channel *channel, struct channel_call *call,
                    const Onsale__Rpc__V1__Result *result, struct arena *arena)
{
    if (result == NULL) {
        end_without_answer(channel, call, STATUS_REPLY_MALFORMED);
        return true;
    }
    if (result->code == 0) {
        end_well(channel, call, result, arena);
        return true;
    }
    struct onsale_error error;
    channel_error_from_result(&error, result);
    if (result->code == ONSALE__RPC__V1__CODE__CODE_UNAVAILABLE &&
        plan_after(channel, call, &error)) {
        call->ends_with = ONSALE_SERVER_UNREACHABLE;
        channel_call_remember(call, &error);
        return false;
    }
    channel_call_refuse(call, &error);
    return true;
}

void channel_answer_missing(struct onsale_channel *channel, struct channel_call *call,
                            enum status why)
{
    call->ends_with = (enum onsale_status)why;
    channel_call_remember(call, NULL);
    if (!plan_attempt(channel, call, 0)) call->deadline_ms = 0;
}
