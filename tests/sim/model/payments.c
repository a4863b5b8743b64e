#include <string.h>

#include "onsale/v1/event.pb-c.h"
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

/* --- Presentation ----------------------------------------------------------------------------- */

static void present_ticket(struct arena *arena, struct model *model,
                           const struct model_change *payment, size_t place,
                           Onsale__V1__Ticket *ret)
{
    const struct model_reservation *reservation = payment->reservation;
    const struct model_performance *performance =
        model_find_performance(model, reservation->performance_id);
    ret->ticket_id = payment->first_ticket + place;
    ret->user_id = payment->user_id;
    ret->concert_id = reservation->concert_id;
    ret->performance_id = reservation->performance_id;
    ret->seat = model_seat(arena, performance, reservation->seats[place]);
    ret->price = model_seat_price(performance, reservation->seats[place]);
    ret->payment_id = message_bytes(arena, payment->id, ID_BYTES);
    ret->reservation_id = message_bytes(arena, reservation->id, ID_BYTES);
    ret->issued_at_ms = payment->created_at_ms;
}

static Onsale__V1__Payment *present(struct arena *arena, struct model *model,
                                    const struct model_change *payment)
{
    const struct model_reservation *reservation = payment->reservation;
    Onsale__V1__Payment *shown = message_make(arena, &onsale__v1__payment__descriptor);
    shown->payment_id = message_bytes(arena, payment->id, ID_BYTES);
    shown->reservation_id = message_bytes(arena, reservation->id, ID_BYTES);
    shown->user_id = payment->user_id;
    shown->amount = -payment->amount;
    shown->balance_after = payment->balance_after;
    shown->paid_at_ms = payment->created_at_ms;
    shown->n_tickets = reservation->seats_count;
    shown->tickets =
        message_make_array(arena, &onsale__v1__ticket__descriptor, reservation->seats_count);
    for (size_t i = 0; i < reservation->seats_count; i++)
        present_ticket(arena, model, payment, i, shown->tickets[i]);
    return shown;
}

/* --- Paying ----------------------------------------------------------------------------------- */

static bool is_stopped(struct model *model, const struct model_reservation *reservation)
{
    return model_find_concert(model, reservation->concert_id)->paying_stopped ||
           model_find_performance(model, reservation->performance_id)->paying_stopped;
}

static enum status check_payable(struct model *model, const struct model_reservation *reservation)
{
    switch (model_reservation_status(model, reservation)) {
    case ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_PAID:
        return STATUS_RESERVATION_PAID;
    case ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_CANCELLED:
        return STATUS_RESERVATION_CANCELLED;
    case ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_EXPIRED:
        return STATUS_HOLD_EXPIRED;
    case ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD:
    case ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_UNSPECIFIED:
    case _ONSALE__V1__RESERVATION_STATUS_IS_INT_SIZE:
    default:
        break;
    }
    if (is_stopped(model, reservation)) return STATUS_PAYING_STOPPED;
    bool is_enough = model_balance(model, reservation->user_id) >= reservation->total_price;
    return is_enough ? STATUS_OK : STATUS_INSUFFICIENT_BALANCE;
}

static void end_active_entry(struct model *model, uint32_t concert_id, uint64_t user_id)
{
    struct model_concert *concert = model_find_concert(model, concert_id);
    struct model_entry *entry = model_newest_entry(concert, user_id);
    if (entry != NULL && model_check_active(model, concert, entry) == STATUS_OK)
        model_end_entry(entry, ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_LEFT,
                        model->now_ms);
    model_admit(model);
}

static const struct model_change *pay(struct model *model, struct model_reservation *reservation,
                                      ProtobufCBinaryData payment_id)
{
    struct model_change *payment =
        model_add_change(model, reservation->user_id, payment_id, -reservation->total_price);
    payment->reservation = reservation;
    payment->first_ticket = model->last_ticket + 1;
    model->last_ticket += reservation->seats_count;
    reservation->status = ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_PAID;
    memcpy(reservation->payment_id, payment_id.data, ID_BYTES);
    end_active_entry(model, reservation->concert_id, reservation->user_id);
    return payment;
}

static bool is_same_payment(const struct model_change *payment, ProtobufCBinaryData reservation_id)
{
    return payment->reservation != NULL &&
           memcmp(payment->reservation->id, reservation_id.data, ID_BYTES) == 0;
}

enum status model_pay_reservation(struct model *model, const void *request, void *response,
                                  struct answer *answer)
{
    const Onsale__V1__PayReservationRequest *req = request;
    Onsale__V1__PayReservationResponse *res = response;

    if (!model_user_id_is_valid(req->user_id) || !model_id_is_valid(req->reservation_id) ||
        !model_id_is_valid(req->payment_id))
        return STATUS_ARGUMENT_INVALID;
    const struct model_change *payment = model_find_change(model, req->payment_id);
    if (payment != NULL &&
        (payment->user_id != req->user_id || !is_same_payment(payment, req->reservation_id)))
        return STATUS_ID_REUSED;
    if (payment == NULL) {
        struct model_reservation *reservation =
            model_find_own_reservation(model, req->user_id, req->reservation_id);
        if (reservation == NULL) return STATUS_RESERVATION_NOT_FOUND;
        if (*model_user_block(model, req->user_id)) return STATUS_USER_BLOCKED;
        enum status err = check_payable(model, reservation);
        if (err != STATUS_OK) return err;
        payment = pay(model, reservation, req->payment_id);
    }
    res->payment = present(answer->arena, model, payment);
    return STATUS_OK;
}

/* --- Showing ---------------------------------------------------------------------------------- */

enum status model_get_payment(struct model *model, const void *request, void *response,
                              struct answer *answer)
{
    const Onsale__V1__GetPaymentRequest *req = request;
    Onsale__V1__GetPaymentResponse *res = response;

    if (!model_user_id_is_valid(req->user_id) || !model_id_is_valid(req->payment_id))
        return STATUS_ARGUMENT_INVALID;
    const struct model_change *payment = model_find_change(model, req->payment_id);
    if (payment == NULL || payment->user_id != req->user_id || payment->reservation == NULL)
        return STATUS_PAYMENT_NOT_FOUND;
    res->payment = present(answer->arena, model, payment);
    return STATUS_OK;
}

/* The user's first ticket after another. Payments are made in the order of their tickets. */
static Onsale__V1__Ticket *next_ticket(struct arena *arena, struct model *model, uint64_t user_id,
                                       uint64_t after)
{
    for (size_t i = 0; i < model->changes_count; i++) {
        const struct model_change *change = &model->changes[i];
        if (change->user_id != user_id || change->reservation == NULL) continue;
        for (size_t k = 0; k < change->reservation->seats_count; k++) {
            if (change->first_ticket + k <= after) continue;
            Onsale__V1__Ticket *ticket = message_make(arena, &onsale__v1__ticket__descriptor);
            present_ticket(arena, model, change, k, ticket);
            return ticket;
        }
    }
    return NULL;
}

enum status model_list_tickets(struct model *model, const void *request, void *response,
                               struct answer *answer)
{
    const Onsale__V1__ListTicketsRequest *req = request;
    Onsale__V1__ListTicketsResponse *res = response;

    if (!model_user_id_is_valid(req->user_id)) return STATUS_ARGUMENT_INVALID;
    if (!model_user_is_known(model, req->user_id)) return STATUS_USER_NOT_FOUND;
    enum status err = model_open_page(model, req->page_token, answer->page_after);
    if (err != STATUS_OK) return err;

    uint64_t after = model_page_number(answer->page_after);
    size_t size = model_page_size(req->page_size);
    res->tickets = arena_calloc(answer->arena, size, sizeof *res->tickets);
    Onsale__V1__Ticket *ticket;
    while ((ticket = next_ticket(answer->arena, model, req->user_id, after)) != NULL &&
           res->n_tickets < size) {
        res->tickets[res->n_tickets++] = ticket;
        after = ticket->ticket_id;
    }
    model_put_page_number(answer->page_after, after);
    if (ticket != NULL) res->next_page_token = "more";
    return STATUS_OK;
}

enum status model_get_ticket(struct model *model, const void *request, void *response,
                             struct answer *answer)
{
    const Onsale__V1__GetTicketRequest *req = request;
    Onsale__V1__GetTicketResponse *res = response;

    if (!model_user_id_is_valid(req->user_id)) return STATUS_ARGUMENT_INVALID;
    if (req->ticket_id == 0) {
        answer->or_status = STATUS_ARGUMENT_INVALID;
        return STATUS_TICKET_NOT_FOUND;
    }
    res->ticket = next_ticket(answer->arena, model, req->user_id, req->ticket_id - 1);
    bool is_there = res->ticket != NULL && res->ticket->ticket_id == req->ticket_id;
    return is_there ? STATUS_OK : STATUS_TICKET_NOT_FOUND;
}

/* The events are judged by replaying them. */
enum status model_list_events(struct model *model, const void *request, void *response,
                              struct answer *answer)
{
    const Onsale__V1__ListEventsRequest *req = request;
    (void)model, (void)response;
    answer->response_is_free = true;
    bool is_wrong = (req->before != 0 && req->wait_ms != 0) ||
                    (req->n_seat_indexes > 0 && req->performance_id == 0);
    return is_wrong ? STATUS_ARGUMENT_INVALID : STATUS_OK;
}
