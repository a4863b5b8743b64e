#include <string.h>

#include "base/require.h"
#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

static bool is_same_request(const struct model_reservation *reservation,
                            const Onsale__V1__HoldSeatsRequest *req, uint64_t user_id)
{
    return reservation->user_id == user_id && reservation->performance_id == req->performance_id &&
           reservation->seats_count == req->n_seat_indexes &&
           memcmp(reservation->seats, req->seat_indexes,
                  req->n_seat_indexes * sizeof req->seat_indexes[0]) == 0;
}

/* Seats of a performance that a user holds or owns now. */
static size_t count_holdings(const struct model *model, uint64_t user_id, uint32_t performance_id)
{
    size_t count = 0;
    for (size_t i = 0; i < model->reservations_count; i++) {
        const struct model_reservation *reservation = &model->reservations[i];
        if (reservation->user_id != user_id || reservation->performance_id != performance_id)
            continue;
        Onsale__V1__ReservationStatus status = model_reservation_status(model, reservation);
        if (status == ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD ||
            status == ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_PAID)
            count += reservation->seats_count;
    }
    return count;
}

static enum status check_performance(const struct model *model,
                                     const struct model_performance *performance,
                                     const struct model_concert *concert)
{
    if (performance == NULL) return STATUS_PERFORMANCE_NOT_FOUND;
    if (performance->performance->concert_id != concert->concert->concert_id)
        return STATUS_TOKEN_OTHER_CONCERT;
    if (model->now_ms < performance->performance->sale_opens_at_ms) return STATUS_SALE_NOT_OPEN;
    if (model->now_ms >= performance->performance->sale_closes_at_ms) return STATUS_SALE_CLOSED;
    if (concert->holding_stopped || performance->holding_stopped) return STATUS_HOLDING_STOPPED;
    return STATUS_OK;
}

static enum status check_free(const struct model *model,
                              const struct model_performance *performance,
                              const Onsale__V1__HoldSeatsRequest *req, struct answer *answer)
{
    Onsale__V1__SeatsTaken *taken =
        message_make(answer->arena, &onsale__v1__seats_taken__descriptor);
    taken->seats = arena_calloc(answer->arena, req->n_seat_indexes, sizeof *taken->seats);
    for (size_t i = 0; i < req->n_seat_indexes; i++)
        if (model_seat_state(model, performance, req->seat_indexes[i]) !=
            ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE)
            taken->seats[taken->n_seats++] =
                model_seat(answer->arena, performance, req->seat_indexes[i]);
    if (taken->n_seats == 0) return STATUS_OK;
    answer->taken = taken;
    return STATUS_SEAT_TAKEN;
}

static const struct model_reservation *
hold(struct model *model, const struct model_concert *concert, const struct model_entry *entry,
     struct model_performance *performance, const Onsale__V1__HoldSeatsRequest *req)
{
    REQUIRE(model->reservations_count < MODEL_RESERVATIONS_MAX);
    struct model_reservation *reservation = &model->reservations[model->reservations_count++];
    *reservation = (struct model_reservation){
        .user_id = entry->user_id,
        .concert_id = concert->concert->concert_id,
        .performance_id = req->performance_id,
        .status = ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD,
        .seats_count = req->n_seat_indexes,
        .held_at_ms = model->now_ms,
        .expires_at_ms = model->now_ms + concert->policy.hold_lifetime_ms,
    };
    memcpy(reservation->id, req->reservation_id.data, ID_BYTES);
    for (size_t i = 0; i < req->n_seat_indexes; i++) {
        reservation->seats[i] = req->seat_indexes[i];
        reservation->total_price += model_seat_price(performance, req->seat_indexes[i]);
        performance->seats[req->seat_indexes[i]].newest = reservation;
    }
    return reservation;
}

static enum status check_request(const Onsale__V1__HoldSeatsRequest *req)
{
    if (!model_id_is_valid(req->reservation_id)) return STATUS_ARGUMENT_INVALID;
    if (req->n_seat_indexes < 1 || req->n_seat_indexes > SEATS_PER_HOLD_MAX)
        return STATUS_ARGUMENT_INVALID;
    return model_check_repeats(req->seat_indexes, req->n_seat_indexes);
}

static enum status hold_new(struct model *model, const struct model_concert *concert,
                            const struct model_entry *entry,
                            const Onsale__V1__HoldSeatsRequest *req, struct answer *answer,
                            const struct model_reservation **ret_reservation)
{
    enum status err = model_check_active(model, concert, entry);
    if (err != STATUS_OK && *model_user_block(model, entry->user_id)) return STATUS_USER_BLOCKED;
    if (err != STATUS_OK) return err;
    struct model_performance *performance = model_find_performance(model, req->performance_id);
    err = check_performance(model, performance, concert);
    if (err == STATUS_OK)
        err = model_check_range(performance, req->seat_indexes, req->n_seat_indexes);
    if (err != STATUS_OK) return err;
    if (count_holdings(model, entry->user_id, req->performance_id) + req->n_seat_indexes >
        concert->policy.purchase_limit)
        return STATUS_PURCHASE_LIMIT;
    err = check_free(model, performance, req, answer);
    if (err == STATUS_OK) *ret_reservation = hold(model, concert, entry, performance, req);
    return err;
}

enum status model_hold_seats(struct model *model, const void *request, void *response,
                             struct answer *answer)
{
    const Onsale__V1__HoldSeatsRequest *req = request;
    Onsale__V1__HoldSeatsResponse *res = response;
    struct model_concert *concert;
    struct model_entry *entry;

    enum status err = model_find_token(model, req->token, answer, &concert, &entry);
    if (err == STATUS_OK) err = check_request(req);
    if (err != STATUS_OK) return err;

    const struct model_reservation *reservation =
        model_find_reservation(model, req->reservation_id);
    if (reservation != NULL && !is_same_request(reservation, req, entry->user_id))
        return STATUS_ID_REUSED;
    if (reservation == NULL) err = hold_new(model, concert, entry, req, answer, &reservation);
    if (err != STATUS_OK) return err;

    res->reservation = message_make(answer->arena, &onsale__v1__reservation__descriptor);
    model_present_reservation(answer->arena, model, reservation,
                              ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD,
                              res->reservation);
    return STATUS_OK;
}
