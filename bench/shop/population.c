#include "bench/shop/population.h"

#include <stdio.h>
#include <string.h>

#include "bench/load/closed_loop.h"

enum { DAY_MS = 24 * 60 * 60 * 1000, MOST = 1000 * 1000, PURCHASE_LIMIT = 200 };

bool population_set_policy(struct shop *shop, int64_t hold_lifetime_ms)
{
    Onsale__V1__QueuePolicy policy = ONSALE__V1__QUEUE_POLICY__INIT;
    Onsale__V1__SetQueuePolicyRequest request = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__SetQueuePolicyResponse *response;
    struct onsale_error error;
    uint32_t buyers = shop->plan.buyers > 0 ? shop->plan.buyers : 1;
    policy.active_max = shop->plan.strangers > 0 ? MOST : buyers;
    policy.admissions_per_second = MOST;
    policy.waiting_lifetime_ms = DAY_MS;
    policy.waiting_rule = ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_ENTRY;
    policy.active_lifetime_ms = DAY_MS;
    policy.hold_lifetime_ms = hold_lifetime_ms;
    policy.purchase_limit = PURCHASE_LIMIT;
    request.concert_id = SHOP_CONCERT;
    request.policy = &policy;
    enum onsale_status status =
        onsale_admin_set_queue_policy(shop->channel, &request, NULL, &response, &error);
    if (status == ONSALE_OK) onsale__v1__set_queue_policy_response__free_unpacked(response, NULL);
    return shop_expect_ok("SetQueuePolicy", status, &error);
}

static bool prepare_user(void *state, uint64_t operation, uint32_t step,
                         const ProtobufCMessage *answer, struct request *ret_request)
{
    (void)state, (void)answer;
    ret_request->method = &onsale_admin_create_user_method;
    ret_request->message.create_user =
        (Onsale__V1__CreateUserRequest)ONSALE__V1__CREATE_USER_REQUEST__INIT;
    ret_request->message.create_user.user_id = operation + 1;
    return step == 0;
}

static uint64_t first_with_money(const struct shop *shop)
{
    return shop->plan.buyers_have_money ? 0 : shop->plan.buyers + shop->plan.waiting;
}

static bool prepare_charge(void *state, uint64_t operation, uint32_t step,
                           const ProtobufCMessage *answer, struct request *ret_request)
{
    const struct shop *shop = state;
    (void)answer;
    if (step > 0) return false;
    ret_request->method = &onsale_wallet_charge_balance_method;
    ret_request->message.charge =
        (Onsale__V1__ChargeBalanceRequest)ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    ret_request->message.charge.user_id = first_with_money(shop) + operation + 1;
    ret_request->message.charge.amount = SHOP_MONEY;
    ret_request->message.charge.charge_id = (ProtobufCBinaryData){ONSALE_ID_BYTES, ret_request->id};
    return onsale_id_new(ret_request->id);
}

/* Step 1 has no call: it only keeps the token. */
static bool prepare_entry(void *state, uint64_t operation, uint32_t step,
                          const ProtobufCMessage *answer, struct request *ret_request)
{
    struct shop *shop = state;
    if (step > 0) {
        const Onsale__V1__EnterQueueResponse *entered = (const void *)answer;
        memcpy(shop->tokens[operation], entered->token.data, ONSALE_TOKEN_BYTES);
        return false;
    }
    ret_request->method = &onsale_queue_enter_queue_method;
    ret_request->message.enter =
        (Onsale__V1__EnterQueueRequest)ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    ret_request->message.enter.user_id = operation + 1;
    ret_request->message.enter.concert_id = SHOP_CONCERT;
    return true;
}

static bool run_all(struct shop *shop, const char *what, const struct workload *workload)
{
    struct round round;
    closed_loop_run(shop->channel, workload, SHOP_IN_FLIGHT, 0, &round);
    if (round.operations == workload->operations_max) return true;
    fprintf(stderr, "%s: %llu of %llu were refused\n", what,
            (unsigned long long)(workload->operations_max - round.operations),
            (unsigned long long)workload->operations_max);
    return false;
}

/* First the buyers, all of them, so that whoever comes later waits. */
static bool let_in(struct shop *shop)
{
    const struct workload buyers = {
        .prepare = prepare_entry, .state = shop, .operations_max = shop->plan.buyers};
    struct workload waiting = {.prepare = prepare_entry,
                               .state = shop,
                               .operations_max = shop->plan.buyers + shop->plan.waiting};
    return run_all(shop, "EnterQueue", &buyers) &&
           (shop->plan.waiting == 0 || run_all(shop, "EnterQueue", &waiting));
}

bool population_make(struct shop *shop)
{
    const struct shop_plan *plan = &shop->plan;
    uint64_t users = (uint64_t)plan->buyers + plan->waiting + plan->strangers;
    const struct workload create = {
        .prepare = prepare_user, .state = shop, .operations_max = users};
    const struct workload charge = {
        .prepare = prepare_charge, .state = shop, .operations_max = users - first_with_money(shop)};
    return population_import(shop) && population_set_policy(shop, DAY_MS) &&
           run_all(shop, "CreateUser", &create) && run_all(shop, "ChargeBalance", &charge) &&
           let_in(shop);
}
