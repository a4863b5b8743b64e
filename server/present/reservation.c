#include "server/present.h"
#include "server/present/parts.h"
#include "store/records.h"

Onsale__V1__Seat *present_seat(struct arena *arena, struct store_txn *txn,
                               const struct performance *performance, uint32_t seat_index)
{
    struct layout_row row;
    if (!layout_row_of_seat(txn, performance->layout_id, seat_index, &row)) return NULL;
    Onsale__V1__Seat *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__seat__init(message);

    message->seat_index = seat_index;
    message->number = row.first_number + (seat_index - row.first_seat_index);
    message->tier_index = row.tier;
    message->wheelchair = layout_row_has_wheelchair(&row, seat_index);
    message->section = present_text(arena, row.section);
    message->row = present_text(arena, row.row);
    return message->section == NULL || message->row == NULL ? NULL : message;
}

static bool present_seats(struct arena *arena, struct store_txn *txn,
                          const struct reservation *reservation, Onsale__V1__Reservation *message)
{
    const struct performance *performance = performance_look(txn, reservation->performance_id);
    if (performance == NULL) return false;
    message->seats = present_array(arena, reservation->seats_count);
    if (message->seats == NULL) return false;

    for (uint32_t i = 0; i < reservation->seats_count; i++) {
        message->seats[i] = present_seat(arena, txn, performance, reservation->seat_indexes[i]);
        if (message->seats[i] == NULL) return false;
    }
    message->n_seats = reservation->seats_count;
    return true;
}

Onsale__V1__Reservation *present_reservation(struct arena *arena, struct store_txn *txn,
                                             const struct reservation *reservation, unix_ms now_ms)
{
    Onsale__V1__Reservation *message = arena_alloc(arena, sizeof *message);
    if (message == NULL) return NULL;
    onsale__v1__reservation__init(message);

    message->user_id = reservation->user_id;
    message->concert_id = reservation->concert_id;
    message->performance_id = reservation->performance_id;
    message->status = (Onsale__V1__ReservationStatus)reservation_status_at(reservation, now_ms);
    message->total_price = reservation->total_price;
    message->held_at_ms = reservation->held_at_ms;
    message->expires_at_ms = reservation->expires_at_ms;
    if (!present_id(arena, reservation->id.bytes, &message->reservation_id)) return NULL;
    if (reservation->status == RESERVATION_PAID &&
        !present_id(arena, reservation->payment_id.bytes, &message->payment_id))
        return NULL;
    return present_seats(arena, txn, reservation, message) ? message : NULL;
}
