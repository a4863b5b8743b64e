#include "bench/workloads/journeys.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "bench/shop/scatter.h"

/* What a buyer remembers on the way. */
struct journey {
    uint64_t user_id;
    struct shop_seat seat;
    uint8_t token[ONSALE_TOKEN_BYTES];
    uint8_t reservation_id[ONSALE_ID_BYTES];
    uint8_t payment_id[ONSALE_ID_BYTES];
};

struct journeys *journeys_make(struct shop *shop, uint64_t count)
{
    struct journeys *journeys = calloc(1, sizeof *journeys);
    REQUIRE(journeys != NULL);
    journeys->shop = shop;
    journeys->count = count;
    journeys->all = calloc(count, sizeof *journeys->all);
    REQUIRE(journeys->all != NULL);
    return journeys;
}

void journeys_free(struct journeys *journeys)
{
    if (journeys == NULL) return;
    free(journeys->all);
    free(journeys);
}

static ProtobufCBinaryData id_bytes(uint8_t id[ONSALE_ID_BYTES])
{
    return (ProtobufCBinaryData){ONSALE_ID_BYTES, id};
}

static ProtobufCBinaryData token_bytes(uint8_t token[ONSALE_TOKEN_BYTES])
{
    return (ProtobufCBinaryData){ONSALE_TOKEN_BYTES, token};
}

static bool enter(struct journey *journey, const void *answer, struct request *ret_request)
{
    (void)answer;
    ret_request->method = &onsale_queue_enter_queue_method;
    ret_request->message.enter =
        (Onsale__V1__EnterQueueRequest)ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    ret_request->message.enter.user_id = journey->user_id;
    ret_request->message.enter.concert_id = SHOP_CONCERT;
    return true;
}

static bool poll(struct journey *journey, const void *answer, struct request *ret_request)
{
    const Onsale__V1__EnterQueueResponse *entered = answer;
    memcpy(journey->token, entered->token.data, ONSALE_TOKEN_BYTES);
    ret_request->method = &onsale_queue_get_queue_entry_method;
    ret_request->message.poll =
        (Onsale__V1__GetQueueEntryRequest)ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    ret_request->message.poll.token = token_bytes(journey->token);
    return true;
}

static bool look_at_seats(struct journey *journey, const void *answer, struct request *ret_request)
{
    (void)answer;
    ret_request->method = &onsale_catalog_get_seat_map_method;
    ret_request->message.seat_map =
        (Onsale__V1__GetSeatMapRequest)ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    ret_request->message.seat_map.token = token_bytes(journey->token);
    ret_request->message.seat_map.performance_id = journey->seat.performance_id;
    return true;
}

static bool hold(struct journey *journey, const void *answer, struct request *ret_request)
{
    Onsale__V1__HoldSeatsRequest *request = &ret_request->message.hold;
    (void)answer;
    ret_request->method = &onsale_reservation_hold_seats_method;
    *request = (Onsale__V1__HoldSeatsRequest)ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    request->token = token_bytes(journey->token);
    request->reservation_id = id_bytes(journey->reservation_id);
    request->performance_id = journey->seat.performance_id;
    request->n_seat_indexes = 1;
    request->seat_indexes = &journey->seat.seat_index;
    return onsale_id_new(journey->reservation_id);
}

static bool pay(struct journey *journey, const void *answer, struct request *ret_request)
{
    (void)answer;
    ret_request->method = &onsale_payment_pay_reservation_method;
    ret_request->message.pay =
        (Onsale__V1__PayReservationRequest)ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    ret_request->message.pay.user_id = journey->user_id;
    ret_request->message.pay.reservation_id = id_bytes(journey->reservation_id);
    ret_request->message.pay.payment_id = id_bytes(journey->payment_id);
    return onsale_id_new(journey->payment_id);
}

static bool see_ticket(struct journey *journey, const void *answer, struct request *ret_request)
{
    const Onsale__V1__PayReservationResponse *paid = answer;
    REQUIRE(paid->payment->n_tickets == 1);
    ret_request->method = &onsale_payment_get_ticket_method;
    ret_request->message.ticket =
        (Onsale__V1__GetTicketRequest)ONSALE__V1__GET_TICKET_REQUEST__INIT;
    ret_request->message.ticket.user_id = journey->user_id;
    ret_request->message.ticket.ticket_id = paid->payment->tickets[0]->ticket_id;
    return true;
}

/* `answer` is that to the step before. */
typedef bool journey_step(struct journey *journey, const void *answer, struct request *ret_request);

static journey_step *const steps[] = {enter, poll, look_at_seats, hold, pay, see_ticket};

enum { STEPS = sizeof steps / sizeof steps[0] };

static bool prepare(void *state, uint64_t operation, uint32_t step, const ProtobufCMessage *answer,
                    struct request *ret_request)
{
    const struct journeys *journeys = state;
    return step < STEPS && steps[step](&journeys->all[operation], answer, ret_request);
}

struct workload journeys_workload(struct journeys *journeys)
{
    struct shop *shop = journeys->shop;
    uint64_t users_before = (uint64_t)shop->plan.buyers + shop->plan.waiting;
    uint64_t first = shop->seats_used;
    REQUIRE(first + journeys->count <= (uint64_t)shop->plan.performances * SHOP_SEATS);
    REQUIRE(first + journeys->count <= shop->plan.strangers);
    for (uint64_t i = 0; i < journeys->count; i++)
        journeys->all[i] = (struct journey){
            .user_id = users_before + first + i + 1,
            .seat = scatter_by_performance(first + i),
        };
    shop->seats_used += journeys->count;
    return (struct workload){
        .prepare = prepare, .state = journeys, .operations_max = journeys->count};
}
