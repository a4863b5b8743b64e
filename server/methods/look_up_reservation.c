#include "onsale/v1/admin.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "store/records.h"

enum status look_up_reservation(struct call *call,
                                const Onsale__V1__LookUpReservationRequest *request,
                                Onsale__V1__LookUpReservationResponse *response)
{
    struct reservation_id id;
    struct reservation reservation;
    enum status err = call_check_id(call, "reservation_id", request->reservation_id, id.bytes);
    if (err != STATUS_OK) return err;
    if (!reservation_get(call->txn, id, &reservation)) return STATUS_RESERVATION_NOT_FOUND;

    response->reservation =
        present_reservation(call->rpc->arena, call->txn, &reservation, call->now_ms);
    return response->reservation == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
