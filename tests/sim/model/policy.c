#include "onsale/rpc/v1/health.pb-c.h"
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

static bool is_lifetime_valid(int64_t lifetime_ms)
{
    return lifetime_ms >= 1 && lifetime_ms <= LIFETIME_MS_MAX;
}

static bool is_policy_valid(const Onsale__V1__QueuePolicy *policy)
{
    return policy != NULL && policy->active_max >= 1 && policy->active_max <= ACTIVE_MAX_MAX &&
           policy->admissions_per_second >= 1 &&
           policy->admissions_per_second <= ADMISSIONS_PER_SECOND_MAX &&
           is_lifetime_valid(policy->waiting_lifetime_ms) && (unsigned)policy->waiting_rule <= 2 &&
           is_lifetime_valid(policy->active_lifetime_ms) &&
           is_lifetime_valid(policy->hold_lifetime_ms) && policy->purchase_limit >= 1 &&
           policy->purchase_limit <= PURCHASE_LIMIT_MAX && policy->admission_lead_ms >= 0 &&
           policy->admission_lead_ms <= LIFETIME_MS_MAX;
}

enum status model_set_queue_policy(struct model *model, const void *request, void *response,
                                   struct answer *answer)
{
    const Onsale__V1__SetQueuePolicyRequest *req = request;
    Onsale__V1__SetQueuePolicyResponse *res = response;

    struct model_concert *concert = model_find_concert(model, req->concert_id);
    if (concert == NULL) return STATUS_CONCERT_NOT_FOUND;
    if (!is_policy_valid(req->policy)) return STATUS_ARGUMENT_INVALID;

    model_earn_credit(concert, model->now_ms);
    unix_ms begins_ms = model_wait_begins(model, concert);
    if (req->policy->admission_paused && !concert->policy.admission_paused)
        concert->paused_at_ms = model->now_ms;
    concert->policy = *req->policy;
    model_shift_waits(model, concert, begins_ms);
    if (concert->policy.waiting_rule == ONSALE__V1__WAITING_RULE__WAITING_RULE_UNSPECIFIED)
        concert->policy.waiting_rule = ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_ENTRY;
    model_admit(model);
    res->policy = message_copy(answer->arena, &concert->policy);
    return STATUS_OK;
}

enum status model_get_queue_policy(struct model *model, const void *request, void *response,
                                   struct answer *answer)
{
    const Onsale__V1__GetQueuePolicyRequest *req = request;
    Onsale__V1__GetQueuePolicyResponse *res = response;

    struct model_concert *concert = model_find_concert(model, req->concert_id);
    if (concert == NULL) return STATUS_CONCERT_NOT_FOUND;
    res->policy = message_copy(answer->arena, &concert->policy);
    return STATUS_OK;
}

/* --- How the server does ---------------------------------------------------------------------- */

/* As of the last batch: what ended since then is still counted. */
static void present_queue(const struct model *model, const struct model_concert *concert,
                          Onsale__V1__QueueStats *ret)
{
    ret->opens_at_ms = model_opens_at(model, concert);
    ret->admission_paused = concert->policy.admission_paused;
    ret->holding_stopped = concert->holding_stopped;
    ret->paying_stopped = concert->paying_stopped;
    ret->concert_id = concert->concert->concert_id;
    ret->waiting =
        model_count_entries(concert, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING);
    ret->active =
        model_count_entries(concert, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_ACTIVE);
    ret->entered = concert->entries_count;
}

enum status model_get_stats(struct model *model, const void *request, void *response,
                            struct answer *answer)
{
    Onsale__V1__GetStatsResponse *res = response;
    (void)request;

    answer->response_is_free = true;
    res->users = model->users_count;
    res->reservations = model->reservations_count;
    res->tickets = model->last_ticket;
    res->n_queues = model->concerts_count;
    res->queues = message_make_array(answer->arena, &onsale__v1__queue_stats__descriptor,
                                     model->concerts_count);
    for (size_t i = 0; i < model->concerts_count; i++)
        present_queue(model, &model->concerts[i], res->queues[i]);
    return STATUS_OK;
}

enum status model_confirm_clock(struct model *model, const void *request, void *response,
                                struct answer *answer)
{
    Onsale__V1__ConfirmClockResponse *res = response;
    (void)request, (void)answer;
    res->jumped_ms = model->jumped_ms;
    res->now_ms = model->now_ms + model->batch_jumped_ms;
    model->jumped_ms = 0;
    return STATUS_OK;
}

enum status model_check_invariants(struct model *model, const void *request, void *response,
                                   struct answer *answer)
{
    (void)model, (void)request, (void)response;
    answer->response_is_free = true;
    return STATUS_OK;
}

enum status model_check_health(struct model *model, const void *request, void *response,
                               struct answer *answer)
{
    Onsale__Rpc__V1__CheckResponse *res = response;
    (void)request, (void)answer;
    res->version = ONSALE_VERSION;
    if (model->behind_ms >= 1000) res->clock_behind_ms = model->behind_ms;
    res->status = model->jumped_ms > 0
                      ? ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_CLOCK_JUMPED
                      : ONSALE__RPC__V1__SERVING_STATUS__SERVING_STATUS_SERVING;
    return STATUS_OK;
}
