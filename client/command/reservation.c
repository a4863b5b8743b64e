/* reservation.c -- onsale reserve, reservation ... */
#include <stdio.h>

#include "client/command/command.h"
#include "client/command/pages.h"
#include "client/command/seat_arguments.h"
#include "client/command/show.h"
#include "client/command/text.h"

static void print_held(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    show_reservation(((const Onsale__V1__HoldSeatsResponse *)answer)->reservation);
}

static enum exit_code reserve(struct run *run)
{
    Onsale__V1__HoldSeatsRequest request = ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    Onsale__V1__HoldSeatsResponse *response = NULL;
    struct seat_list seats = {0};
    enum onsale_status status = seat_list_read(run, &seats);
    if (status == ONSALE_OK) {
        request.token = run_bytes(run, &parameter_token);
        request.reservation_id = run_id(run);
        request.performance_id = (uint32_t)run_number(run, &parameter_performance);
        request.seat_indexes = seats.seat_indexes;
        request.n_seat_indexes = seats.count;
        status =
            onsale_reservation_hold_seats(run->channel, &request, NULL, &response, &run->error);
    }
    seat_list_deinit(&seats);
    return run_finish(run, status, response, print_held);
}

static void print_reservation(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    show_reservation(((const Onsale__V1__GetReservationResponse *)answer)->reservation);
}

static enum exit_code show(struct run *run)
{
    Onsale__V1__GetReservationRequest request = ONSALE__V1__GET_RESERVATION_REQUEST__INIT;
    Onsale__V1__GetReservationResponse *response = NULL;
    request.user_id = run_number(run, &parameter_user);
    request.reservation_id = run_bytes(run, &parameter_reservation);
    enum onsale_status status =
        onsale_reservation_get_reservation(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_reservation);
}

static void print_cancelled(const struct run *run, const ProtobufCMessage *answer)
{
    (void)run;
    show_reservation(((const Onsale__V1__CancelReservationResponse *)answer)->reservation);
}

static enum exit_code cancel(struct run *run)
{
    Onsale__V1__CancelReservationRequest request = ONSALE__V1__CANCEL_RESERVATION_REQUEST__INIT;
    Onsale__V1__CancelReservationResponse *response = NULL;
    request.user_id = run_number(run, &parameter_user);
    request.reservation_id = run_bytes(run, &parameter_reservation);
    enum onsale_status status =
        onsale_reservation_cancel_reservation(run->channel, &request, NULL, &response, &run->error);
    return run_finish(run, status, response, print_cancelled);
}

static enum onsale_status fetch_reservations(struct run *run, uint32_t page_size, char *page_token,
                                             ProtobufCMessage **ret_page)
{
    Onsale__V1__ListReservationsRequest request = ONSALE__V1__LIST_RESERVATIONS_REQUEST__INIT;
    Onsale__V1__ListReservationsResponse *response;
    request.user_id = run_number(run, &parameter_user);
    request.concert_id = (uint32_t)run_number(run, &parameter_concert);
    request.page_size = page_size;
    request.page_token = page_token;
    enum onsale_status status =
        onsale_reservation_list_reservations(run->channel, &request, NULL, &response, &run->error);
    if (status == ONSALE_OK) *ret_page = &response->base;
    return status;
}

static void add_reservation_row(struct table *table, const ProtobufCMessage *item)
{
    const Onsale__V1__Reservation *reservation = (const void *)item;
    table_cell(table, "%s", text_of_id(reservation->reservation_id).bytes);
    table_cell(table, "%s",
               text_of_enum(&onsale__v1__reservation_status__descriptor, (int)reservation->status));
    table_cell(table, "%u", reservation->performance_id);
    table_cell(table, "%s", text_of_money(reservation->total_price).bytes);
    table_cell(table, "%s", text_of_instant(reservation->held_at_ms).bytes);
    table_cell(table, "%s",
               reservation->status == ONSALE__V1__RESERVATION_STATUS__RESERVATION_STATUS_HELD
                   ? text_of_distance(reservation->expires_at_ms, clock_now_ms()).bytes
                   : "-");
    show_seats_cell(table, reservation->seats, reservation->n_seats);
}

static enum exit_code list_reservations(struct run *run)
{
    static const struct column columns[] = {
        {"RESERVATION", COLUMN_LEFT},  {"STATUS", COLUMN_LEFT},
        {"PERFORMANCE", COLUMN_RIGHT}, {"PRICE", COLUMN_RIGHT},
        {"HELD", COLUMN_LEFT},         {"PAY", COLUMN_LEFT},
        {"SEATS", COLUMN_LEFT},        {0},
    };
    static const struct list list = {fetch_reservations, add_reservation_row, columns,
                                     "No reservations."};
    return list_print(run, &list);
}

static const struct parameter *const reserve_parameters[] = {
    &parameter_performance, &parameter_seats, &parameter_token, &parameter_id, NULL};
static const struct parameter *const one_parameters[] = {&parameter_reservation, &parameter_user,
                                                         NULL};
static const struct parameter *const list_parameters[] = {&parameter_concert, &parameter_user,
                                                          &parameter_limit, NULL};

const struct command reservation_commands[] = {
    {"reserve", reserve_parameters, "Hold seats, all or none, until they are paid or time is up.",
     "Example: onsale reserve 11 F1-A-12 F1-A-13\n"
     "Repeating it with the same --id holds once.\n",
     reserve},
    {"reservation show", one_parameters, "Show a reservation.", NULL, show},
    {"reservation cancel", one_parameters, "Give held seats back at once.", NULL, cancel},
    {"reservation list", list_parameters, "List a user's reservations for a concert, newest first.",
     NULL, list_reservations},
    {0},
};
