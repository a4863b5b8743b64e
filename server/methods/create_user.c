#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "store/records.h"

static void save(struct call *call, uint64_t user_id)
{
    struct wallet wallet = {.user_id = user_id};
    struct event event = {.kind = EVENT_USER_CREATED, .user_id = user_id};
    wallet_put(call->txn, &wallet);
    call->batch->meta.users++;
    batch_add_event(call->batch, &event);
}

enum status create_user(struct call *call, const Onsale__V1__CreateUserRequest *request,
                        Onsale__V1__CreateUserResponse *response)
{
    struct wallet wallet;
    enum status err = call_check_user_id(call, request->user_id);
    if (err != STATUS_OK) return err;

    response->created = !wallet_get(call->txn, request->user_id, &wallet);
    if (response->created) save(call, request->user_id);
    return STATUS_OK;
}
