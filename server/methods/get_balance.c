#include "onsale/v1/wallet.methods.h"
#include "server/engine/call.h"
#include "store/records.h"

enum status get_balance(struct call *call, const Onsale__V1__GetBalanceRequest *request,
                        Onsale__V1__GetBalanceResponse *response)
{
    struct wallet wallet;
    enum status err = call_check_user_id(call, request->user_id);
    if (err != STATUS_OK) return err;
    if (!wallet_get(call->txn, request->user_id, &wallet)) return STATUS_USER_NOT_FOUND;

    response->balance = wallet.balance;
    return STATUS_OK;
}
