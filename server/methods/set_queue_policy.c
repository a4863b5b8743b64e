#include "onsale/v1/admin.methods.h"
#include "server/engine/admission.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "store/records.h"

static struct queue_policy read_policy(const Onsale__V1__QueuePolicy *message)
{
    return (struct queue_policy){
        .active_max = message->active_max,
        .admissions_per_second = message->admissions_per_second,
        .waiting_lifetime_ms = message->waiting_lifetime_ms,
        .waiting_from_last_poll =
            message->waiting_rule == ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL,
        .active_lifetime_ms = message->active_lifetime_ms,
        .hold_lifetime_ms = message->hold_lifetime_ms,
        .purchase_limit = message->purchase_limit,
        .admission_paused = message->admission_paused,
        .admission_lead_ms = message->admission_lead_ms,
    };
}

static enum status check(struct call *call, const Onsale__V1__QueuePolicy *message,
                         struct queue_policy *ret_policy)
{
    if (message == NULL) return call_bad_field(call, "policy", "is missing");
    if (protobuf_c_enum_descriptor_get_value(&onsale__v1__waiting_rule__descriptor,
                                             (int)message->waiting_rule) == NULL)
        return call_bad_field(call, "policy.waiting_rule", "is not a rule");
    struct queue_policy policy = read_policy(message);
    const char *bad = queue_policy_bad_field(&policy);
    if (bad != NULL) {
        const char *field = arena_printf(call->rpc->arena, "policy.%s", bad);
        return call_bad_field(call, field == NULL ? "policy" : field, "is out of its range");
    }
    *ret_policy = policy;
    return STATUS_OK;
}

/* With the opening, so that who follows the events knows when the first may be admitted. */
static void add_event(struct call *call, enum event_kind kind, const struct queue *queue)
{
    struct event event = {
        .kind = kind, .concert_id = queue->concert_id, .until_ms = queue_opens_at_ms(queue)};
    batch_add_event(call->batch, &event);
}

static void save(struct call *call, struct queue *queue, const struct queue_policy *policy)
{
    bool was_paused = queue->policy.admission_paused;
    queue_refill(queue, call->now_ms); /* what was earned so far was earned at the old rate */
    queue_set_policy(queue, policy, call->now_ms);
    add_event(call, EVENT_POLICY_SET, queue);
    if (policy->admission_paused != was_paused)
        add_event(call, was_paused ? EVENT_ADMISSION_RESUMED : EVENT_ADMISSION_PAUSED, queue);
    admission_run(call->batch, queue);
}

enum status set_queue_policy(struct call *call, const Onsale__V1__SetQueuePolicyRequest *request,
                             Onsale__V1__SetQueuePolicyResponse *response)
{
    struct queue queue;
    struct queue_policy policy;

    if (!queue_get(call->txn, request->concert_id, &queue)) return STATUS_CONCERT_NOT_FOUND;
    enum status err = check(call, request->policy, &policy);
    if (err != STATUS_OK) return err;
    response->policy = present_queue_policy(call->rpc->arena, &policy);
    Onsale__V1__QueuePolicy *before = present_queue_policy(call->rpc->arena, &queue.policy);
    if (response->policy == NULL || before == NULL) return STATUS_OUT_OF_MEMORY;
    call->rpc->before = &before->base;

    save(call, &queue, &policy);
    return STATUS_OK;
}
