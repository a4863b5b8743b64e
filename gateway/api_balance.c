/* api_balance.c -- The prepaid balance: /api/balance, read by GET, charged by POST and PUT. */
#include "gateway/api_routes.h"
#include "gateway/api_text.h"
#include "onsale/api/requests.pb-c.h"

static bool ask_balance(struct api_story *story, ProtobufCMessage *request)
{
    ((Onsale__V1__GetBalanceRequest *)request)->user_id = story->user_id;
    return true;
}

static bool take_balance(struct api_story *story, const ProtobufCMessage *response)
{
    story->balance = ((const Onsale__V1__GetBalanceResponse *)response)->balance;
    return false;
}

static bool ask_charge(struct api_story *story, ProtobufCMessage *request)
{
    const Onsale__Api__ChargeRequest *asked = (const Onsale__Api__ChargeRequest *)story->request;
    Onsale__V1__ChargeBalanceRequest *charge = (Onsale__V1__ChargeBalanceRequest *)request;
    charge->user_id = story->user_id;
    charge->amount = asked->amount;
    api_story_make_id(story, &charge->charge_id);
    return true;
}

static bool take_charge(struct api_story *story, const ProtobufCMessage *response)
{
    story->balance = ((const Onsale__V1__ChargeBalanceResponse *)response)->entry->balance_after;
    return false;
}

static void write_balance(const struct api_story *story, struct json_buffer *text)
{
    api_open(text, NULL, '{');
    api_add_unsigned(text, "userId", story->user_id);
    api_add_number(text, "balance", story->balance);
    api_close(text, '}');
}

#define READ_STEPS                                                                                 \
    {                                                                                              \
        {&onsale_queue_get_queue_entry_method, api_ask_user, api_take_user},                       \
        {                                                                                          \
            &onsale_wallet_get_balance_method, ask_balance, take_balance                           \
        }                                                                                          \
    }
#define CHARGE_STEPS                                                                               \
    {                                                                                              \
        {&onsale_queue_get_queue_entry_method, api_ask_user, api_take_user},                       \
        {                                                                                          \
            &onsale_wallet_charge_balance_method, ask_charge, take_charge                          \
        }                                                                                          \
    }

static const char balance[] = "/api/balance";
static const char balance_of_user[] = "/api/balance/{user_id}";

const struct api_route api_balance_routes[] = {
    {"GET", balance, &onsale__api__balance_request__descriptor, false, READ_STEPS, write_balance},
    {"GET", balance_of_user, &onsale__api__balance_request__descriptor, false, READ_STEPS,
     write_balance},
    {"POST", balance, &onsale__api__charge_request__descriptor, true, CHARGE_STEPS, write_balance},
    {"PUT", balance, &onsale__api__charge_request__descriptor, true, CHARGE_STEPS, write_balance},
    {"POST", balance_of_user, &onsale__api__charge_request__descriptor, true, CHARGE_STEPS,
     write_balance},
    {"PUT", balance_of_user, &onsale__api__charge_request__descriptor, true, CHARGE_STEPS,
     write_balance},
    {0},
};
