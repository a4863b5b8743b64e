#include <string.h>

#include "base/require.h"
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

#define HELD ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD
#define PAID ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_PAID
#define EXPIRED ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_EXPIRED
#define CANCELLED ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_CANCELLED

Onsale__V1__ReservationStatus model_reservation_status(const struct model *model,
                                                       const struct model_reservation *reservation)
{
    bool is_over = reservation->status == HELD && reservation->expires_at_ms <= model->now_ms;
    return is_over ? EXPIRED : reservation->status;
}

struct model_reservation *model_find_reservation(struct model *model, ProtobufCBinaryData id)
{
    for (size_t i = 0; i < model->reservations_count && id.len == ID_BYTES; i++)
        if (memcmp(model->reservations[i].id, id.data, ID_BYTES) == 0)
            return &model->reservations[i];
    return NULL;
}

struct model_reservation *model_find_own_reservation(struct model *model, uint64_t user_id,
                                                     ProtobufCBinaryData id)
{
    struct model_reservation *reservation = model_find_reservation(model, id);
    return reservation != NULL && reservation->user_id == user_id ? reservation : NULL;
}

void model_present_reservation(struct arena *arena, struct model *model,
                               const struct model_reservation *reservation,
                               Onsale__V1__ReservationStatus status, Onsale__V1__Reservation *ret)
{
    const struct model_performance *performance =
        model_find_performance(model, reservation->performance_id);
    ret->reservation_id = message_bytes(arena, reservation->id, ID_BYTES);
    ret->user_id = reservation->user_id;
    ret->concert_id = reservation->concert_id;
    ret->performance_id = reservation->performance_id;
    ret->status = status;
    ret->n_seats = reservation->seats_count;
    ret->seats = arena_calloc(arena, reservation->seats_count, sizeof *ret->seats);
    for (size_t i = 0; i < reservation->seats_count; i++)
        ret->seats[i] = model_seat(arena, performance, reservation->seats[i]);
    ret->total_price = reservation->total_price;
    ret->held_at_ms = reservation->held_at_ms;
    ret->expires_at_ms = reservation->expires_at_ms;
    if (status == PAID) ret->payment_id = message_bytes(arena, reservation->payment_id, ID_BYTES);
}

static Onsale__V1__Reservation *present_now(struct answer *answer, struct model *model,
                                            const struct model_reservation *reservation)
{
    Onsale__V1__Reservation *shown =
        message_make(answer->arena, &onsale__v1__reservation__descriptor);
    model_present_reservation(answer->arena, model, reservation,
                              model_reservation_status(model, reservation), shown);
    return shown;
}

/* --- Methods ---------------------------------------------------------------------------------- */

enum status model_get_reservation(struct model *model, const void *request, void *response,
                                  struct answer *answer)
{
    const Onsale__V1__GetReservationRequest *req = request;
    Onsale__V1__GetReservationResponse *res = response;

    if (!model_user_id_is_valid(req->user_id) || !model_id_is_valid(req->reservation_id)) {
        answer->or_status = STATUS_ARGUMENT_INVALID;
        return STATUS_RESERVATION_NOT_FOUND;
    }
    const struct model_reservation *reservation =
        model_find_own_reservation(model, req->user_id, req->reservation_id);
    if (reservation == NULL) return STATUS_RESERVATION_NOT_FOUND;
    res->reservation = present_now(answer, model, reservation);
    return STATUS_OK;
}

enum status model_look_up_reservation(struct model *model, const void *request, void *response,
                                      struct answer *answer)
{
    const Onsale__V1__LookUpReservationRequest *req = request;
    Onsale__V1__LookUpReservationResponse *res = response;

    if (!model_id_is_valid(req->reservation_id)) return STATUS_ARGUMENT_INVALID;
    const struct model_reservation *reservation =
        model_find_reservation(model, req->reservation_id);
    if (reservation == NULL) return STATUS_RESERVATION_NOT_FOUND;
    res->reservation = present_now(answer, model, reservation);
    return STATUS_OK;
}

/* The user's newest reservation for a concert that is older than another; zeros: the newest. */
static const struct model_reservation *next_older(const struct model *model, uint64_t user_id,
                                                  uint32_t concert_id,
                                                  const uint8_t after[ID_BYTES])
{
    bool is_older = !model_id_is_valid((ProtobufCBinaryData){ID_BYTES, (uint8_t *)after});
    for (size_t i = model->reservations_count; i > 0; i--) {
        const struct model_reservation *candidate = &model->reservations[i - 1];
        if (is_older && candidate->user_id == user_id && candidate->concert_id == concert_id)
            return candidate;
        if (memcmp(candidate->id, after, ID_BYTES) == 0) is_older = true;
    }
    return NULL;
}

enum status model_list_reservations(struct model *model, const void *request, void *response,
                                    struct answer *answer)
{
    const Onsale__V1__ListReservationsRequest *req = request;
    Onsale__V1__ListReservationsResponse *res = response;

    if (!model_user_id_is_valid(req->user_id)) return STATUS_ARGUMENT_INVALID;
    if (!model_user_is_known(model, req->user_id)) return STATUS_USER_NOT_FOUND;
    if (model_find_concert(model, req->concert_id) == NULL) return STATUS_CONCERT_NOT_FOUND;
    enum status err = model_open_page(model, req->page_token, answer->page_after);
    if (err != STATUS_OK) return err;

    size_t size = model_page_size(req->page_size);
    res->reservations = arena_calloc(answer->arena, size, sizeof *res->reservations);
    const struct model_reservation *next;
    while ((next = next_older(model, req->user_id, req->concert_id, answer->page_after)) != NULL &&
           res->n_reservations < size) {
        res->reservations[res->n_reservations++] = present_now(answer, model, next);
        memcpy(answer->page_after, next->id, ID_BYTES);
    }
    if (next != NULL) res->next_page_token = "more";
    return STATUS_OK;
}

enum status model_cancel_reservation(struct model *model, const void *request, void *response,
                                     struct answer *answer)
{
    const Onsale__V1__CancelReservationRequest *req = request;
    Onsale__V1__CancelReservationResponse *res = response;

    if (!model_user_id_is_valid(req->user_id) || !model_id_is_valid(req->reservation_id))
        return STATUS_ARGUMENT_INVALID;
    struct model_reservation *reservation =
        model_find_own_reservation(model, req->user_id, req->reservation_id);
    if (reservation == NULL) return STATUS_RESERVATION_NOT_FOUND;
    if (reservation->status == PAID) return STATUS_RESERVATION_PAID;
    if (model_reservation_status(model, reservation) == EXPIRED) return STATUS_HOLD_EXPIRED;

    reservation->status = CANCELLED;
    res->reservation = present_now(answer, model, reservation);
    return STATUS_OK;
}
