/* api_reserve.c -- Seats held and paid: POST /api/concert/reserve, POST /api/concert/payment. */
#include "gateway/api_routes.h"
#include "gateway/api_text.h"
#include "onsale/api/requests.pb-c.h"

enum { BITS_HELD = 1, BITS_SOLD = 2 };

static bool ask_hold(struct api_story *story, ProtobufCMessage *request)
{
    const Onsale__Api__ReserveRequest *asked = (const Onsale__Api__ReserveRequest *)story->request;
    Onsale__V1__HoldSeatsRequest *hold = (Onsale__V1__HoldSeatsRequest *)request;
    hold->token = story->token;
    hold->performance_id = asked->option_id;
    hold->n_seat_indexes = asked->n_seat_ids;
    hold->seat_indexes = asked->seat_ids;
    api_story_make_id(story, &hold->reservation_id);
    return true;
}

static bool take_hold(struct api_story *story, const ProtobufCMessage *response)
{
    story->reservation = ((const Onsale__V1__HoldSeatsResponse *)response)->reservation;
    return false;
}

static void open_seat(struct json_buffer *text, const Onsale__V1__Seat *seat)
{
    api_open(text, NULL, '{');
    api_add_unsigned(text, "seatId", seat->seat_index);
    api_add_seat_name(text, seat->section, seat->row, seat->number);
}

static void write_reservation(const struct api_story *story, struct json_buffer *text)
{
    const Onsale__V1__Reservation *reservation = story->reservation;
    api_open(text, NULL, '{');
    api_add_id(text, "reservationId", reservation->reservation_id);
    api_add_unsigned(text, "userId", reservation->user_id);
    api_add_unsigned(text, "optionId", reservation->performance_id);
    api_add_text(text, "status", api_seat_state(BITS_HELD));
    api_add_text(text, "label", api_seat_label(BITS_HELD, story->is_korean));
    api_add_number(text, "totalPrice", reservation->total_price);
    api_add_number(text, "expiresAtMs", reservation->expires_at_ms);
    api_open(text, "seats", '[');
    for (size_t i = 0; i < reservation->n_seats; i++) {
        open_seat(text, reservation->seats[i]);
        api_close(text, '}');
    }
    api_close(text, ']');
    api_close(text, '}');
}

static bool ask_pay(struct api_story *story, ProtobufCMessage *request)
{
    const Onsale__Api__PaymentRequest *asked = (const Onsale__Api__PaymentRequest *)story->request;
    Onsale__V1__PayReservationRequest *pay = (Onsale__V1__PayReservationRequest *)request;
    pay->user_id = story->user_id;
    pay->reservation_id = asked->reservation_id;
    api_story_make_id(story, &pay->payment_id);
    return true;
}

static bool take_pay(struct api_story *story, const ProtobufCMessage *response)
{
    story->payment = ((const Onsale__V1__PayReservationResponse *)response)->payment;
    return false;
}

static void add_ticket(struct json_buffer *text, const Onsale__V1__Ticket *ticket)
{
    open_seat(text, ticket->seat);
    api_add_unsigned(text, "ticketId", ticket->ticket_id);
    api_add_number(text, "price", ticket->price);
    api_close(text, '}');
}

static void write_payment(const struct api_story *story, struct json_buffer *text)
{
    const Onsale__V1__Payment *payment = story->payment;
    api_open(text, NULL, '{');
    api_add_id(text, "paymentId", payment->payment_id);
    api_add_id(text, "reservationId", payment->reservation_id);
    api_add_unsigned(text, "userId", payment->user_id);
    api_add_text(text, "status", "PAID");
    api_add_text(text, "label", api_seat_label(BITS_SOLD, story->is_korean));
    api_add_number(text, "amount", payment->amount);
    api_add_number(text, "balance", payment->balance_after);
    api_open(text, "tickets", '[');
    for (size_t i = 0; i < payment->n_tickets; i++)
        add_ticket(text, payment->tickets[i]);
    api_close(text, ']');
    api_close(text, '}');
}

const struct api_route api_reserve_routes[] = {
    {"POST",
     "/api/concert/reserve",
     &onsale__api__reserve_request__descriptor,
     true,
     {{&onsale_reservation_hold_seats_method, ask_hold, take_hold}},
     write_reservation},
    {"POST",
     "/api/concert/payment",
     &onsale__api__payment_request__descriptor,
     true,
     {{&onsale_queue_get_queue_entry_method, api_ask_user, api_take_user},
      {&onsale_payment_pay_reservation_method, ask_pay, take_pay}},
     write_payment},
    {0},
};
