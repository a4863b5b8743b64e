#include "tests/sim/message.h"
#include "tests/sim/model/methods.h"

Onsale__V1__SeatState model_seat_state(const struct model *model,
                                       const struct model_performance *performance,
                                       uint32_t seat_index)
{
    const struct model_seat *seat = &performance->seats[seat_index];
    if (seat->newest != NULL) {
        Onsale__V1__ReservationStatus status = model_reservation_status(model, seat->newest);
        if (status == ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_PAID)
            return ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD;
        if (status == ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD)
            return ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD;
    }
    return seat->blocked ? ONSALE__V1__SEAT_STATE__SEAT_STATE_BLOCKED
                         : ONSALE__V1__SEAT_STATE__SEAT_STATE_AVAILABLE;
}

static bool put_seat_of_section(const Onsale__V1__Section *section, uint32_t *index,
                                Onsale__V1__Seat *seat)
{
    for (size_t i = 0; i < section->n_rows; i++) {
        const Onsale__V1__Row *row = section->rows[i];
        if (*index < row->seat_count) {
            seat->section = section->name;
            seat->row = row->name;
            seat->number = row->first_number + *index;
            seat->tier_index = section->tier_index;
            for (uint32_t k = 0; k < row->wheelchair_count; k++)
                seat->wheelchair |= seat->number == row->first_wheelchair_number + k;
            return true;
        }
        *index -= row->seat_count;
    }
    return false;
}

static void put_labels(const Onsale__V1__SeatLayout *layout, uint32_t seat_index,
                       Onsale__V1__Seat *seat)
{
    seat->seat_index = seat_index;
    uint32_t index = seat_index;
    for (size_t i = 0; i < layout->n_sections; i++)
        if (put_seat_of_section(layout->sections[i], &index, seat)) return;
}

Onsale__V1__Seat *model_seat(struct arena *arena, const struct model_performance *performance,
                             uint32_t seat_index)
{
    Onsale__V1__Seat *seat = message_make(arena, &onsale__v1__seat__descriptor);
    put_labels(performance->layout, seat_index, seat);
    return seat;
}

uint32_t model_layout_seats(const Onsale__V1__SeatLayout *layout)
{
    uint32_t count = 0;
    for (size_t i = 0; i < layout->n_sections; i++)
        for (size_t k = 0; k < layout->sections[i]->n_rows; k++)
            count += layout->sections[i]->rows[k]->seat_count;
    return count;
}

int64_t model_seat_price(const struct model_performance *performance, uint32_t seat_index)
{
    Onsale__V1__Seat seat = ONSALE__V1__SEAT__INIT;
    put_labels(performance->layout, seat_index, &seat);
    return performance->performance->tiers[seat.tier_index]->price;
}

enum status model_check_range(const struct model_performance *performance, const uint32_t *seats,
                              size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (seats[i] >= performance->seats_count) return STATUS_SEAT_OUT_OF_RANGE;
    return STATUS_OK;
}

enum status model_check_repeats(const uint32_t *seats, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            if (seats[i] == seats[k]) return STATUS_SEAT_REPEATED;
    return STATUS_OK;
}

/* --- Taken out of the sale, put back ---------------------------------------------------------- */

static enum status check_blockable(const struct model *model,
                                   const struct model_performance *performance,
                                   const uint32_t *seats, size_t count)
{
    enum status err = model_check_range(performance, seats, count);
    if (err == STATUS_OK) err = model_check_repeats(seats, count);
    for (size_t i = 0; i < count && err == STATUS_OK; i++) {
        Onsale__V1__SeatState state = model_seat_state(model, performance, seats[i]);
        if (state == ONSALE__V1__SEAT_STATE__SEAT_STATE_HELD ||
            state == ONSALE__V1__SEAT_STATE__SEAT_STATE_SOLD)
            err = STATUS_SEAT_TAKEN;
    }
    return err;
}

static enum status set_blocked(struct model *model, uint32_t performance_id, const uint32_t *seats,
                               size_t count, bool blocked, uint32_t *ret_changed)
{
    if (count < 1 || count > SEATS_PER_BLOCK_CALL_MAX) return STATUS_ARGUMENT_INVALID;
    struct model_performance *performance = model_find_performance(model, performance_id);
    if (performance == NULL) return STATUS_PERFORMANCE_NOT_FOUND;
    enum status err = check_blockable(model, performance, seats, count);
    if (err != STATUS_OK) return err;

    for (size_t i = 0; i < count; i++) {
        if (performance->seats[seats[i]].blocked != blocked) (*ret_changed)++;
        performance->seats[seats[i]].blocked = blocked;
    }
    return STATUS_OK;
}

enum status model_block_seats(struct model *model, const void *request, void *response,
                              struct answer *answer)
{
    const Onsale__V1__BlockSeatsRequest *req = request;
    Onsale__V1__BlockSeatsResponse *res = response;
    (void)answer;
    return set_blocked(model, req->performance_id, req->seat_indexes, req->n_seat_indexes, true,
                       &res->changed);
}

enum status model_unblock_seats(struct model *model, const void *request, void *response,
                                struct answer *answer)
{
    const Onsale__V1__UnblockSeatsRequest *req = request;
    Onsale__V1__UnblockSeatsResponse *res = response;
    (void)answer;
    return set_blocked(model, req->performance_id, req->seat_indexes, req->n_seat_indexes, false,
                       &res->changed);
}
