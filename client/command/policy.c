/* policy.c -- onsale admin policy ... */
#include <inttypes.h>
#include <stdio.h>

#include "base/limits.h"
#include "client/command/command.h"
#include "client/command/show.h"
#include "client/command/text.h"

static const struct parameter parameter_active_max = {
    .option = "active-max",
    .value = "N",
    .help = "Most users active at once.",
    .kind = PARAMETER_NUMBER,
    .min = 1,
    .max = ACTIVE_MAX_MAX,
};
static const struct parameter parameter_admissions = {
    .option = "admissions-per-second",
    .value = "N",
    .help = "Most admissions a second.",
    .kind = PARAMETER_NUMBER,
    .min = 1,
    .max = ADMISSIONS_PER_SECOND_MAX,
};
static const struct parameter parameter_waiting = {
    .option = "waiting-lifetime",
    .value = "TIME",
    .help = "An entry waits no longer: 5min.",
    .kind = PARAMETER_DURATION,
    .min = 1,
    .max = LIFETIME_MS_MAX,
};
static const struct parameter parameter_rule = {
    .option = "waiting-from",
    .value = "WHEN",
    .help = "The waiting counts from: entry or last-poll.",
    .kind = PARAMETER_CHOICE,
    .choices = "entry|last-poll",
};
static const struct parameter parameter_active = {
    .option = "active-lifetime",
    .value = "TIME",
    .help = "A user is active no longer: 5min.",
    .kind = PARAMETER_DURATION,
    .min = 1,
    .max = LIFETIME_MS_MAX,
};
static const struct parameter parameter_hold = {
    .option = "hold-lifetime",
    .value = "TIME",
    .help = "Seats are held so long: 5min.",
    .kind = PARAMETER_DURATION,
    .min = 1,
    .max = LIFETIME_MS_MAX,
};
static const struct parameter parameter_purchase_limit = {
    .option = "purchase-limit",
    .value = "N",
    .help = "Most seats a user may have of a performance.",
    .kind = PARAMETER_NUMBER,
    .min = 1,
    .max = PURCHASE_LIMIT_MAX,
};
static const struct parameter parameter_admission = {
    .option = "admission",
    .value = "STATE",
    .help = "on or paused.",
    .kind = PARAMETER_CHOICE,
    .choices = "on|paused",
};

static const struct parameter parameter_lead = {
    .option = "admission-lead",
    .value = "TIME",
    .help = "Admission opens so long before the sale: 10min.",
    .kind = PARAMETER_DURATION,
    .max = LIFETIME_MS_MAX,
};

static void print_policy(const Onsale__V1__QueuePolicy *policy)
{
    struct table table;
    bool polls = policy->waiting_rule == ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL;
    table_init(&table, field_columns);
    show_field(&table, "Active at most", "%" PRIu32, policy->active_max);
    show_field(&table, "Admissions a second", "%" PRIu32, policy->admissions_per_second);
    show_field(&table, "Waiting lifetime", "%s from the %s",
               text_of_span(policy->waiting_lifetime_ms).bytes, polls ? "last poll" : "entry");
    show_field(&table, "Active lifetime", "%s", text_of_span(policy->active_lifetime_ms).bytes);
    show_field(&table, "Hold lifetime", "%s", text_of_span(policy->hold_lifetime_ms).bytes);
    show_field(&table, "Purchase limit", "%" PRIu32 " seats", policy->purchase_limit);
    show_field(&table, "Admission", "%s", policy->admission_paused ? "paused" : "on");
    show_field(&table, "Admission opens", "%s before the sale",
               text_of_span(policy->admission_lead_ms).bytes);
    show_fields(&table);
}

static void print_got(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    print_policy(((const Onsale__V1__GetQueuePolicyResponse *)answer)->policy);
}

static void print_set(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    print_policy(((const Onsale__V1__SetQueuePolicyResponse *)answer)->policy);
}

static enum onsale_status get_policy(struct run *run,
                                     Onsale__V1__GetQueuePolicyResponse **ret_response)
{
    Onsale__V1__GetQueuePolicyRequest request = ONSALE__V1__GET_QUEUE_POLICY_REQUEST__INIT;
    request.concert_id = (uint32_t)run_number(run, &parameter_concert);
    return onsale_admin_get_queue_policy(run->channel, &request, NULL, ret_response, &run->error);
}

static enum exit_code show(struct run *run)
{
    Onsale__V1__GetQueuePolicyResponse *response = NULL;
    enum onsale_status status = get_policy(run, &response);
    return run_finish(run, status, response, print_got);
}

/* Puts what was given over what is. */
static void change_policy(const struct arguments *given, Onsale__V1__QueuePolicy *policy)
{
    policy->active_max =
        (uint32_t)arguments_number(given, &parameter_active_max, policy->active_max);
    policy->admissions_per_second =
        (uint32_t)arguments_number(given, &parameter_admissions, policy->admissions_per_second);
    policy->waiting_lifetime_ms =
        (int64_t)arguments_number(given, &parameter_waiting, (uint64_t)policy->waiting_lifetime_ms);
    policy->active_lifetime_ms =
        (int64_t)arguments_number(given, &parameter_active, (uint64_t)policy->active_lifetime_ms);
    policy->hold_lifetime_ms =
        (int64_t)arguments_number(given, &parameter_hold, (uint64_t)policy->hold_lifetime_ms);
    policy->purchase_limit =
        (uint32_t)arguments_number(given, &parameter_purchase_limit, policy->purchase_limit);
    policy->admission_paused =
        arguments_number(given, &parameter_admission, (uint64_t)policy->admission_paused) == 1;
    policy->admission_lead_ms =
        (int64_t)arguments_number(given, &parameter_lead, (uint64_t)policy->admission_lead_ms);
    const struct value *rule = arguments_find(given, &parameter_rule);
    if (rule != NULL)
        policy->waiting_rule = rule->number == 0
                                   ? ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_ENTRY
                                   : ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_LAST_POLL;
}

static enum exit_code set(struct run *run)
{
    Onsale__V1__SetQueuePolicyRequest request = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__SetQueuePolicyResponse *response = NULL;
    Onsale__V1__GetQueuePolicyResponse *present = NULL;
    enum onsale_status status = get_policy(run, &present);
    if (status == ONSALE_OK) {
        request.concert_id = (uint32_t)run_number(run, &parameter_concert);
        request.policy = present->policy;
        change_policy(&run->arguments, request.policy);
        status =
            onsale_admin_set_queue_policy(run->channel, &request, NULL, &response, &run->error);
        protobuf_c_message_free_unpacked(&present->base, NULL);
    }
    return run_finish(run, status, response, print_set);
}

static const struct parameter *const show_parameters[] = {&parameter_concert, NULL};
static const struct parameter *const set_parameters[] = {&parameter_concert,
                                                         &parameter_active_max,
                                                         &parameter_admissions,
                                                         &parameter_waiting,
                                                         &parameter_rule,
                                                         &parameter_active,
                                                         &parameter_hold,
                                                         &parameter_purchase_limit,
                                                         &parameter_admission,
                                                         &parameter_lead,
                                                         NULL};

const struct command policy_commands[] = {
    {"admin policy show", show_parameters, "Show how the queue of a concert works.", NULL, show},
    {"admin policy set", set_parameters, "Change how the queue of a concert works.",
     "What is not named stays as it is. While admission is paused nobody is let in, and\n"
     "the clock of those who wait stands. To stop the sale itself: onsale admin stop\n"
     "Example: onsale admin policy set 1 --active-max 50 --hold-lifetime 2min\n",
     set},
    {0},
};
