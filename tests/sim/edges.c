/* edges.c -- Questions asked at the very moment at which something ends, or a millisecond before.
 */
#include "tests/sim/frame.h"
#include "tests/sim/message.h"
#include "tests/sim/requests.h"

enum { EDGE_BYTES_MAX = 1024 * 1024, EDGE_TIMEOUT_MS = 60000 };

static void send_one(struct draw *draw, const char *method, const ProtobufCMessage *request)
{
    ProtobufCBinaryData bytes =
        frame_of_call(draw->arena, model_method_named(method)->name, EDGE_TIMEOUT_MS, request);
    simulation_send(draw->simulation, RPC_SOCKET_MAIN, bytes.data, bytes.len);
}

static void ask_for_map(struct draw *draw, const struct model_reservation *reservation)
{
    struct model_concert *concert =
        model_find_concert(draw->simulation->model, reservation->concert_id);
    Onsale__V1__GetSeatMapRequest req = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    req.token = draw_token(draw, draw_entry(draw, concert, true));
    req.performance_id = reservation->performance_id;
    req.known_version =
        seat_maps_known_version(&draw->simulation->seat_maps, req.performance_id, 0);
    send_one(draw, "GetSeatMap", &req.base);
}

static void ask_for_reservation(struct draw *draw, const struct model_reservation *reservation)
{
    Onsale__V1__GetReservationRequest req = ONSALE__V1__GET_RESERVATION_REQUEST__INIT;
    req.user_id = reservation->user_id;
    req.reservation_id = message_bytes(draw->arena, reservation->id, ID_BYTES);
    send_one(draw, "GetReservation", &req.base);
}

static void pay_or_cancel(struct draw *draw, const struct model_reservation *reservation)
{
    Onsale__V1__PayReservationRequest pay = ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    pay.user_id = reservation->user_id;
    pay.reservation_id = message_bytes(draw->arena, reservation->id, ID_BYTES);
    pay.payment_id = draw_new_id(draw);
    Onsale__V1__CancelReservationRequest cancel = ONSALE__V1__CANCEL_RESERVATION_REQUEST__INIT;
    cancel.user_id = pay.user_id;
    cancel.reservation_id = pay.reservation_id;
    if (random_chance(draw->random, 70))
        send_one(draw, "PayReservation", &pay.base);
    else
        send_one(draw, "CancelReservation", &cancel.base);
}

void simulation_ask_about_reservation(struct simulation *simulation,
                                      const struct model_reservation *reservation)
{
    struct arena arena;
    arena_init(&arena, EDGE_BYTES_MAX);
    struct draw draw = {simulation, &simulation->random, &arena};
    ask_for_map(&draw, reservation);
    ask_for_reservation(&draw, reservation);
    if (random_chance(draw.random, 50)) pay_or_cancel(&draw, reservation);
    arena_deinit(&arena);
}

void simulation_ask_about_entry(struct simulation *simulation, const struct model_entry *entry)
{
    struct arena arena;
    arena_init(&arena, EDGE_BYTES_MAX);
    struct draw draw = {simulation, &simulation->random, &arena};
    Onsale__V1__ListPerformancesRequest list = ONSALE__V1__LIST_PERFORMANCES_REQUEST__INIT;
    list.token = draw_token(&draw, entry);
    send_one(&draw, "ListPerformances", &list.base);
    Onsale__V1__GetQueueEntryRequest poll = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    poll.token = draw_token(&draw, entry);
    send_one(&draw, "GetQueueEntry", &poll.base);
    arena_deinit(&arena);
}
