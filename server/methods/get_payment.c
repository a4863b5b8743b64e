#include "onsale/v1/payment.methods.h"
#include "server/engine/call.h"
#include "server/present.h"

enum status get_payment(struct call *call, const Onsale__V1__GetPaymentRequest *request,
                        Onsale__V1__GetPaymentResponse *response)
{
    struct ledger_id id;
    struct ledger_entry entry;

    enum status err = call_check_user_id(call, request->user_id);
    if (err == STATUS_OK) err = call_check_id(call, "payment_id", request->payment_id, id.bytes);
    if (err != STATUS_OK) return err;
    if (!ledger_get(call->txn, request->user_id, id, &entry) || entry.kind != LEDGER_PAYMENT)
        return STATUS_PAYMENT_NOT_FOUND;

    response->payment = present_stored_payment(call->rpc->arena, call->txn, &entry);
    return response->payment == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
