#include <string.h>

#include "onsale/rpc/v1/health.pb-c.h"
#include "onsale/v1/event.pb-c.h"
#include "tests/sim/message.h"
#include "tests/sim/requests.h"

/* --- The queue -------------------------------------------------------------------------------- */

static ProtobufCMessage *make_enter_queue(struct draw *draw)
{
    Onsale__V1__EnterQueueRequest *req =
        message_make(draw->arena, &onsale__v1__enter_queue_request__descriptor);
    req->user_id = draw_user(draw);
    req->concert_id = draw_concert_id(draw);
    return &req->base;
}

static ProtobufCMessage *make_get_queue_entry(struct draw *draw)
{
    Onsale__V1__GetQueueEntryRequest *req =
        message_make(draw->arena, &onsale__v1__get_queue_entry_request__descriptor);
    req->token = draw_token(draw, draw_entry(draw, draw_concert(draw), false));
    return &req->base;
}

/* One that answers at once, or one that is sent alone and waits: see traffic.c. */
static ProtobufCMessage *make_wait_queue_entry(struct draw *draw)
{
    Onsale__V1__WaitQueueEntryRequest *req =
        message_make(draw->arena, &onsale__v1__wait_queue_entry_request__descriptor);
    req->token = draw_token(draw, draw_entry(draw, draw_concert(draw), false));
    req->known_status = (Onsale__V1__QueueEntryStatus)random_below(draw->random, 5);
    req->known_position = (uint32_t)random_below(draw->random, 4);
    return &req->base;
}

static ProtobufCMessage *make_leave_queue(struct draw *draw)
{
    Onsale__V1__LeaveQueueRequest *req =
        message_make(draw->arena, &onsale__v1__leave_queue_request__descriptor);
    req->token = draw_token(draw, draw_entry(draw, draw_concert(draw), false));
    return &req->base;
}

/* --- The wallet ------------------------------------------------------------------------------- */

static ProtobufCMessage *make_get_balance(struct draw *draw)
{
    Onsale__V1__GetBalanceRequest *req =
        message_make(draw->arena, &onsale__v1__get_balance_request__descriptor);
    req->user_id = draw_user(draw);
    return &req->base;
}

static ProtobufCMessage *make_charge_balance(struct draw *draw)
{
    Onsale__V1__ChargeBalanceRequest *req =
        message_make(draw->arena, &onsale__v1__charge_balance_request__descriptor);
    const struct model_change *change = draw_change(draw);
    req->user_id = draw_user(draw);
    req->charge_id = draw_new_id(draw);
    req->amount = (int64_t)random_between(draw->random, 1, 400000);
    if (change != NULL && random_chance(draw->random, 3)) {
        req->charge_id = message_bytes(draw->arena, change->id, ID_BYTES);
        if (random_chance(draw->random, 70)) req->user_id = change->user_id;
    }
    return &req->base;
}

static ProtobufCMessage *make_list_ledger_entries(struct draw *draw)
{
    Onsale__V1__ListLedgerEntriesRequest *req =
        message_make(draw->arena, &onsale__v1__list_ledger_entries_request__descriptor);
    req->user_id = draw_user(draw);
    req->page_size = draw_page_size(draw);
    req->page_token = draw_page_token(draw);
    return &req->base;
}

/* --- The catalogue ---------------------------------------------------------------------------- */

static ProtobufCMessage *make_list_concerts(struct draw *draw)
{
    Onsale__V1__ListConcertsRequest *req =
        message_make(draw->arena, &onsale__v1__list_concerts_request__descriptor);
    req->page_size = draw_page_size(draw);
    req->page_token = draw_page_token(draw);
    return &req->base;
}

static ProtobufCMessage *make_get_concert(struct draw *draw)
{
    Onsale__V1__GetConcertRequest *req =
        message_make(draw->arena, &onsale__v1__get_concert_request__descriptor);
    req->concert_id = draw_concert_id(draw);
    return &req->base;
}

static ProtobufCMessage *make_list_performances(struct draw *draw)
{
    Onsale__V1__ListPerformancesRequest *req =
        message_make(draw->arena, &onsale__v1__list_performances_request__descriptor);
    req->concert_id = draw_concert_id(draw);
    if (!random_chance(draw->random, 20))
        req->token = draw_token(draw, draw_entry(draw, draw_concert(draw), true));
    req->page_size = draw_page_size(draw);
    req->page_token = draw_page_token(draw);
    return &req->base;
}

static ProtobufCMessage *make_get_seat_layout(struct draw *draw)
{
    Onsale__V1__GetSeatLayoutRequest *req =
        message_make(draw->arena, &onsale__v1__get_seat_layout_request__descriptor);
    req->performance_id = draw_performance_id(draw, draw_concert(draw)->concert->concert_id);
    const struct model_performance *performance =
        model_find_performance(draw->simulation->model, req->performance_id);
    if (performance != NULL && random_chance(draw->random, 50))
        req->known_version = performance->layout->version;
    return &req->base;
}

static ProtobufCMessage *make_get_seat_map(struct draw *draw)
{
    Onsale__V1__GetSeatMapRequest *req =
        message_make(draw->arena, &onsale__v1__get_seat_map_request__descriptor);
    struct model_concert *concert = draw_concert(draw);
    if (!random_chance(draw->random, 10))
        req->token = draw_token(draw, draw_entry(draw, concert, true));
    req->performance_id = draw_performance_id(draw, concert->concert->concert_id);
    if (random_chance(draw->random, 80))
        req->known_version = seat_maps_known_version(
            &draw->simulation->seat_maps, req->performance_id,
            random_chance(draw->random, 60) ? 0 : random_below(draw->random, 5));
    return &req->base;
}

/* --- Reservations ----------------------------------------------------------------------------- */

/* Neighbouring seats mostly, in a random order, so that holds overlap; sometimes a repeat. */
static void draw_seats(struct draw *draw, uint32_t performance_id,
                       Onsale__V1__HoldSeatsRequest *req)
{
    const struct model_performance *performance =
        model_find_performance(draw->simulation->model, performance_id);
    uint32_t seats_count = performance == NULL ? 10 : performance->seats_count;
    size_t most = random_chance(draw->random, 10) ? SEATS_PER_HOLD_MAX + 1 : 3;
    req->n_seat_indexes = random_between(draw->random, 1, most);
    req->seat_indexes = arena_calloc(draw->arena, req->n_seat_indexes, sizeof *req->seat_indexes);
    uint64_t first = random_below(draw->random, seats_count);
    bool downwards = random_chance(draw->random, 50);
    for (size_t i = 0; i < req->n_seat_indexes; i++) {
        uint64_t step = downwards ? seats_count - i % seats_count : i;
        req->seat_indexes[i] = (uint32_t)((first + step) % seats_count);
    }
    size_t last = req->n_seat_indexes - 1;
    if (random_chance(draw->random, 1)) req->seat_indexes[last] = seats_count;
    if (random_chance(draw->random, 1)) req->seat_indexes[last] = req->seat_indexes[0];
}

/* The id of a reservation that is there, mostly with its content. */
static void repeat(struct draw *draw, const struct model_reservation *reservation,
                   Onsale__V1__HoldSeatsRequest *req)
{
    req->reservation_id = message_bytes(draw->arena, reservation->id, ID_BYTES);
    if (random_chance(draw->random, 30)) return;
    req->performance_id = reservation->performance_id;
    req->n_seat_indexes = reservation->seats_count;
    req->seat_indexes = arena_copy(draw->arena, reservation->seats, sizeof reservation->seats);
}

static ProtobufCMessage *make_hold_seats(struct draw *draw)
{
    Onsale__V1__HoldSeatsRequest *req =
        message_make(draw->arena, &onsale__v1__hold_seats_request__descriptor);
    struct model_concert *concert = draw_concert(draw);
    const struct model_reservation *reservation = draw_reservation(draw, false);
    req->token = draw_token(draw, draw_entry(draw, concert, random_chance(draw->random, 90)));
    req->reservation_id = draw_new_id(draw);
    req->performance_id = draw_performance_id(draw, concert->concert->concert_id);
    draw_seats(draw, req->performance_id, req);
    if (reservation != NULL && random_chance(draw->random, 4)) repeat(draw, reservation, req);
    return &req->base;
}

static uint64_t user_of(struct draw *draw, const struct model_reservation *reservation)
{
    bool is_strange = reservation == NULL || random_chance(draw->random, 5);
    return is_strange ? draw_user(draw) : reservation->user_id;
}

static ProtobufCBinaryData id_of(struct draw *draw, const struct model_reservation *reservation)
{
    if (reservation == NULL || random_chance(draw->random, 2)) return draw_new_id(draw);
    return message_bytes(draw->arena, reservation->id, ID_BYTES);
}

static ProtobufCMessage *make_get_reservation(struct draw *draw)
{
    Onsale__V1__GetReservationRequest *req =
        message_make(draw->arena, &onsale__v1__get_reservation_request__descriptor);
    const struct model_reservation *reservation = draw_reservation(draw, false);
    req->user_id = user_of(draw, reservation);
    req->reservation_id = id_of(draw, reservation);
    return &req->base;
}

static ProtobufCMessage *make_list_reservations(struct draw *draw)
{
    Onsale__V1__ListReservationsRequest *req =
        message_make(draw->arena, &onsale__v1__list_reservations_request__descriptor);
    req->user_id = user_of(draw, draw_reservation(draw, false));
    req->concert_id = draw_concert_id(draw);
    req->page_size = draw_page_size(draw);
    req->page_token = draw_page_token(draw);
    return &req->base;
}

static ProtobufCMessage *make_cancel_reservation(struct draw *draw)
{
    Onsale__V1__CancelReservationRequest *req =
        message_make(draw->arena, &onsale__v1__cancel_reservation_request__descriptor);
    const struct model_reservation *reservation =
        draw_reservation(draw, random_chance(draw->random, 60));
    req->user_id = user_of(draw, reservation);
    req->reservation_id = id_of(draw, reservation);
    return &req->base;
}

/* --- Payments --------------------------------------------------------------------------------- */

static ProtobufCMessage *make_pay_reservation(struct draw *draw)
{
    Onsale__V1__PayReservationRequest *req =
        message_make(draw->arena, &onsale__v1__pay_reservation_request__descriptor);
    const struct model_reservation *reservation =
        draw_reservation(draw, random_chance(draw->random, 80));
    const struct model_change *change = draw_change(draw);
    req->user_id = user_of(draw, reservation);
    req->reservation_id = id_of(draw, reservation);
    req->payment_id = draw_new_id(draw);
    if (change != NULL && random_chance(draw->random, 3)) {
        req->payment_id = message_bytes(draw->arena, change->id, ID_BYTES);
        req->user_id = change->user_id;
    }
    return &req->base;
}

static ProtobufCMessage *make_get_payment(struct draw *draw)
{
    Onsale__V1__GetPaymentRequest *req =
        message_make(draw->arena, &onsale__v1__get_payment_request__descriptor);
    const struct model_change *change = draw_change(draw);
    req->user_id =
        change == NULL || random_chance(draw->random, 5) ? draw_user(draw) : change->user_id;
    req->payment_id =
        change == NULL ? draw_new_id(draw) : message_bytes(draw->arena, change->id, ID_BYTES);
    return &req->base;
}

static ProtobufCMessage *make_list_tickets(struct draw *draw)
{
    Onsale__V1__ListTicketsRequest *req =
        message_make(draw->arena, &onsale__v1__list_tickets_request__descriptor);
    req->user_id = user_of(draw, draw_reservation(draw, false));
    req->page_size = draw_page_size(draw);
    req->page_token = draw_page_token(draw);
    return &req->base;
}

static ProtobufCMessage *make_get_ticket(struct draw *draw)
{
    Onsale__V1__GetTicketRequest *req =
        message_make(draw->arena, &onsale__v1__get_ticket_request__descriptor);
    const struct model_change *change = draw_change(draw);
    req->user_id = change == NULL ? draw_user(draw) : change->user_id;
    req->ticket_id =
        change == NULL || change->reservation == NULL || random_chance(draw->random, 10)
            ? random_below(draw->random, 1000)
            : change->first_ticket;
    return &req->base;
}

/* --- The rest --------------------------------------------------------------------------------- */

static ProtobufCMessage *make_list_events(struct draw *draw)
{
    Onsale__V1__ListEventsRequest *req =
        message_make(draw->arena, &onsale__v1__list_events_request__descriptor);
    req->after = random_below(draw->random, draw->simulation->feed.last_number + 2);
    req->max = (uint32_t)random_below(draw->random, 5);
    if (random_chance(draw->random, 30)) req->before = random_below(draw->random, 1000) + 1;
    if (random_chance(draw->random, 30)) req->user_id = draw_user(draw);
    if (random_chance(draw->random, 20)) req->concert_id = draw_concert_id(draw);
    if (random_chance(draw->random, 20)) req->since_ms = draw->simulation->model->now_ms - 1000;
    return &req->base;
}

static ProtobufCMessage *make_check(struct draw *draw)
{
    return message_make(draw->arena, &onsale__rpc__v1__check_request__descriptor);
}

const struct request_kind customer_kinds[] = {
    {"EnterQueue", make_enter_queue, 18},
    {"GetQueueEntry", make_get_queue_entry, 10},
    {"WaitQueueEntry", make_wait_queue_entry, 3},
    {"LeaveQueue", make_leave_queue, 3},
    {"GetBalance", make_get_balance, 3},
    {"ChargeBalance", make_charge_balance, 10},
    {"ListLedgerEntries", make_list_ledger_entries, 2},
    {"ListConcerts", make_list_concerts, 1},
    {"GetConcert", make_get_concert, 1},
    {"ListPerformances", make_list_performances, 4},
    {"GetSeatLayout", make_get_seat_layout, 1},
    {"GetSeatMap", make_get_seat_map, 10},
    {"HoldSeats", make_hold_seats, 22},
    {"GetReservation", make_get_reservation, 4},
    {"ListReservations", make_list_reservations, 3},
    {"CancelReservation", make_cancel_reservation, 5},
    {"PayReservation", make_pay_reservation, 6},
    {"GetPayment", make_get_payment, 2},
    {"ListTickets", make_list_tickets, 2},
    {"GetTicket", make_get_ticket, 2},
    {"ListEvents", make_list_events, 1},
    {"Check", make_check, 1},
};

const size_t customer_kinds_count = sizeof customer_kinds / sizeof customer_kinds[0];
