#include <string.h>

#include "onsale/v1/reservation.methods.h"
#include "server/engine/call.h"
#include "server/present.h"

/* What can't be an id is the id of nothing. */
static enum status load(struct call *call, const Onsale__V1__GetReservationRequest *request,
                        struct reservation *ret_reservation)
{
    struct reservation_id id;
    struct reservation reservation;
    if (request->reservation_id.len != ID_BYTES) return STATUS_RESERVATION_NOT_FOUND;
    memcpy(id.bytes, request->reservation_id.data, ID_BYTES);
    if (!reservation_get(call->txn, id, &reservation)) return STATUS_RESERVATION_NOT_FOUND;
    if (reservation.user_id != request->user_id) return STATUS_RESERVATION_NOT_FOUND;

    *ret_reservation = reservation;
    return STATUS_OK;
}

enum status get_reservation(struct call *call, const Onsale__V1__GetReservationRequest *request,
                            Onsale__V1__GetReservationResponse *response)
{
    struct reservation reservation;
    enum status err = load(call, request, &reservation);
    if (err != STATUS_OK) return err;

    response->reservation =
        present_reservation(call->rpc->arena, call->txn, &reservation, call->now_ms);
    return response->reservation == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
