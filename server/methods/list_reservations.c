#include "onsale/v1/reservation.methods.h"
#include "server/engine/call.h"
#include "server/present.h"
#include "server/present/page.h"

/* The newest reservation is named by the user's queue entry; zeros if there is none. */
static struct reservation_id newest(struct call *call,
                                    const Onsale__V1__ListReservationsRequest *request)
{
    uint64_t number;
    struct queue_entry entry;
    if (queue_user_get(call->txn, request->concert_id, request->user_id, &number) &&
        queue_entry_get(call->txn, request->concert_id, number, &entry))
        return entry.last_reservation;
    return (struct reservation_id){0};
}

/* A page token names the first reservation of the page. */
static enum status load_first(struct call *call, const Onsale__V1__ListReservationsRequest *request,
                              struct reservation_id *ret_first)
{
    struct reservation_id first;
    struct reservation reservation;
    enum status err = page_token_read_id(request->page_token, first.bytes);
    if (err != STATUS_OK) return err;

    if (id_is_zero(first.bytes)) {
        *ret_first = newest(call, request);
        return STATUS_OK;
    }
    if (!reservation_get(call->txn, first, &reservation) ||
        reservation.user_id != request->user_id || reservation.concert_id != request->concert_id)
        return STATUS_PAGE_TOKEN_INVALID;
    *ret_first = first;
    return STATUS_OK;
}

static enum status fill(struct call *call, struct reservation_id next, uint32_t page_size,
                        Onsale__V1__ListReservationsResponse *response)
{
    struct arena *arena = call->rpc->arena;
    struct reservation reservation;
    response->reservations = present_array(arena, page_size);
    if (response->reservations == NULL) return STATUS_OUT_OF_MEMORY;

    while (reservation_get(call->txn, next, &reservation)) {
        if (response->n_reservations == page_size) {
            response->next_page_token = page_token_of_id(arena, next.bytes);
            return response->next_page_token == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
        }
        Onsale__V1__Reservation *message =
            present_reservation(arena, call->txn, &reservation, call->now_ms);
        if (message == NULL) return STATUS_OUT_OF_MEMORY;
        response->reservations[response->n_reservations++] = message;
        next = reservation.previous;
    }
    return STATUS_OK;
}

enum status list_reservations(struct call *call, const Onsale__V1__ListReservationsRequest *request,
                              Onsale__V1__ListReservationsResponse *response)
{
    struct wallet wallet;
    struct concert concert;
    struct reservation_id first;

    enum status err = call_check_user_id(call, request->user_id);
    if (err != STATUS_OK) return err;
    if (!wallet_get(call->txn, request->user_id, &wallet)) return STATUS_USER_NOT_FOUND;
    if (!concert_get(call->txn, request->concert_id, &concert)) return STATUS_CONCERT_NOT_FOUND;
    err = load_first(call, request, &first);
    if (err != STATUS_OK) return err;

    return fill(call, first, call_page_size(request->page_size), response);
}
