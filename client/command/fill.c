/* fill.c -- Requests that are more than the fields that parameters name. */
#include "client/command/command.h"

/* Puts what was given over what is. */
bool fill_policy(struct run *run, ProtobufCMessage *request)
{
    Onsale__V1__SetQueuePolicyRequest *set = (void *)request;
    const Onsale__V1__GetQueuePolicyResponse *present =
        run_look_up(run, &onsale_admin_get_queue_policy_method, "concert_id", set->concert_id);
    if (present == NULL) return false;
    set->policy = present->policy;
    run_fill(run, &set->policy->base);
    return true;
}

bool fill_user_block(struct run *run, ProtobufCMessage *request)
{
    (void)run;
    ((Onsale__V1__SetUserBlockedRequest *)(void *)request)->blocked = true;
    return true;
}

static bool change_stops(struct run *run, ProtobufCMessage *request, Onsale__V1__StopChange wanted)
{
    Onsale__V1__SetSaleStopsRequest *set = (void *)request;
    bool holding = arguments_has(&run->arguments, PARAMETER_HOLDING);
    bool paying = arguments_has(&run->arguments, PARAMETER_PAYING);
    if (holding || !paying) set->holding = wanted;
    if (paying || !holding) set->paying = wanted;
    return true;
}

bool fill_stop(struct run *run, ProtobufCMessage *request)
{
    return change_stops(run, request, ONSALE__V1__STOP_CHANGE__STOP_CHANGE_STOP);
}

bool fill_resume(struct run *run, ProtobufCMessage *request)
{
    return change_stops(run, request, ONSALE__V1__STOP_CHANGE__STOP_CHANGE_RESUME);
}

/* A store that is not sound is a failure, for scripts too. */
enum exit_code end_check(struct run *run, const ProtobufCMessage *answer)
{
    const Onsale__V1__CheckInvariantsResponse *check = (const void *)answer;
    (void)run;
    return check->n_violations == 0 ? EXIT_CODE_OK : EXIT_CODE_INTERNAL;
}
