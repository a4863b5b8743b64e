#include <stdlib.h>

#include "base/require.h"
#include "bench/workloads/reads.h"

enum { USER = 1 };

static void *make_state(struct shop *shop)
{
    void *state = malloc(1); /* nothing to know, but not NULL */
    (void)shop;
    REQUIRE(state != NULL);
    return state;
}

static bool prepare(void *state, uint64_t operation, uint32_t step, const ProtobufCMessage *answer,
                    struct request *ret_request)
{
    (void)state, (void)operation, (void)answer;
    ret_request->method = &onsale_wallet_get_balance_method;
    ret_request->message.balance =
        (Onsale__V1__GetBalanceRequest)ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    ret_request->message.balance.user_id = USER;
    return step == 0;
}

const struct reads reads_balances = {make_state, prepare};
