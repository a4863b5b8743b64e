#include "tests/sim/edit_policy.h"

Onsale__V1__QueuePolicy *edit_policy(struct desk *desk, uint32_t concert_id)
{
    Onsale__V1__GetQueuePolicyRequest req = ONSALE__V1__GET_QUEUE_POLICY_REQUEST__INIT;
    req.concert_id = concert_id;
    const Onsale__V1__GetQueuePolicyResponse *res =
        desk_ask(desk, "onsale.v1.AdminService/GetQueuePolicy", &req.base);
    return res->policy;
}

static void set(struct desk *desk, uint32_t concert_id, Onsale__V1__QueuePolicy *policy)
{
    Onsale__V1__SetQueuePolicyRequest req = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    req.concert_id = concert_id;
    req.policy = policy;
    desk_ask(desk, "onsale.v1.AdminService/SetQueuePolicy", &req.base);
}

void edit_caps(struct desk *desk, uint32_t concert_id, uint32_t active_max,
               uint32_t admissions_per_second)
{
    Onsale__V1__QueuePolicy *policy = edit_policy(desk, concert_id);
    policy->active_max = active_max;
    policy->admissions_per_second = admissions_per_second;
    set(desk, concert_id, policy);
}

void edit_rule(struct desk *desk, uint32_t concert_id, Onsale__V1__WaitingRule rule)
{
    Onsale__V1__QueuePolicy *policy = edit_policy(desk, concert_id);
    policy->waiting_rule = rule;
    set(desk, concert_id, policy);
}

void edit_lead(struct desk *desk, uint32_t concert_id, int64_t lead_ms)
{
    Onsale__V1__QueuePolicy *policy = edit_policy(desk, concert_id);
    policy->admission_lead_ms = lead_ms;
    set(desk, concert_id, policy);
}

void edit_pause(struct desk *desk, uint32_t concert_id, bool paused)
{
    Onsale__V1__QueuePolicy *policy = edit_policy(desk, concert_id);
    policy->admission_paused = paused;
    set(desk, concert_id, policy);
}
