#include "onsale/v1/reservation.methods.h"
#include "server/engine/buyer.h"
#include "server/engine/call.h"
#include "server/engine/seat_group.h"
#include "server/present.h"

static enum status check(struct call *call, const Onsale__V1__CancelReservationRequest *request,
                         struct reservation_id *ret_id)
{
    enum status err = call_check_user_id(call, request->user_id);
    if (err == STATUS_OK)
        err = call_check_id(call, "reservation_id", request->reservation_id, ret_id->bytes);
    return err;
}

static enum status load(struct call *call, uint64_t user_id, struct reservation_id id,
                        struct reservation *ret_reservation, struct queue_entry *ret_entry)
{
    if (!reservation_get(call->txn, id, ret_reservation) || ret_reservation->user_id != user_id ||
        !buyer_entry_get(call->txn, ret_reservation, ret_entry))
        return STATUS_RESERVATION_NOT_FOUND;
    return STATUS_OK;
}

static void save(struct call *call, struct reservation *reservation, struct queue_entry *entry)
{
    reservation->status = RESERVATION_CANCELLED;
    uint64_t version =
        batch_add_reservation_event(call->batch, EVENT_RESERVATION_CANCELLED, reservation, 0);
    seat_group_release(call->txn, reservation, version);
    reservation_put(call->txn, reservation);
    holdings_remove(&entry->holdings, buyer_holding_of(reservation));
    queue_entry_put(call->txn, entry);
}

enum status cancel_reservation(struct call *call,
                               const Onsale__V1__CancelReservationRequest *request,
                               Onsale__V1__CancelReservationResponse *response)
{
    struct reservation_id id;
    struct reservation reservation;
    struct queue_entry entry;

    enum status err = check(call, request, &id);
    if (err == STATUS_OK) err = load(call, request->user_id, id, &reservation, &entry);
    if (err == STATUS_OK) err = reservation_check_cancellable(&reservation, call->now_ms);
    if (err != STATUS_OK) return err;
    if (reservation.status != RESERVATION_CANCELLED) save(call, &reservation, &entry);

    response->reservation =
        present_reservation(call->rpc->arena, call->txn, &reservation, call->now_ms);
    return response->reservation == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
