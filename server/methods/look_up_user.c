#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "store/records.h"

enum status look_up_user(struct call *call, const Onsale__V1__LookUpUserRequest *request,
                         Onsale__V1__LookUpUserResponse *response)
{
    struct wallet wallet;
    enum status err = call_check_user_id(call, request->user_id);
    if (err != STATUS_OK) return err;
    if (!wallet_get(call->txn, request->user_id, &wallet)) return STATUS_USER_NOT_FOUND;

    response->user_id = wallet.user_id;
    response->balance = wallet.balance;
    response->blocked = wallet.is_blocked;
    return STATUS_OK;
}
