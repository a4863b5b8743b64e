#include "bench/workloads/claims.h"

#include <stdlib.h>
#include <string.h>

#include "base/require.h"
#include "bench/load/closed_loop.h"
#include "bench/shop/scatter.h"

struct claims *claims_make(struct shop *shop, enum claims_order order)
{
    struct claims *claims = calloc(1, sizeof *claims);
    REQUIRE(claims != NULL);
    claims->shop = shop;
    claims->order = order;
    claims->count = shop->plan.buyers;
    claims->ids = calloc(claims->count, sizeof *claims->ids);
    claims->held = calloc(claims->count, sizeof *claims->held);
    REQUIRE(claims->ids != NULL);
    REQUIRE(claims->held != NULL);
    return claims;
}

void claims_free(struct claims *claims)
{
    if (claims == NULL) return;
    free(claims->ids);
    free(claims->held);
    free(claims);
}

static struct shop_seat seat_of(const struct claims *claims, uint64_t claim)
{
    uint64_t seats = (uint64_t)claims->shop->plan.performances * SHOP_SEATS;
    bool is_everywhere = claims->order == CLAIMS_EVERYWHERE;
    return scatter_by_performance(is_everywhere ? scatter(claim, seats) : claim);
}

static bool prepare_claim(void *state, uint64_t operation, uint32_t step,
                          const ProtobufCMessage *answer, struct request *ret_request)
{
    struct claims *claims = state;
    Onsale__V1__HoldSeatsRequest *hold = &ret_request->message.hold;
    struct shop_seat seat = seat_of(claims, operation);
    (void)answer;
    if (step > 0) return false;
    ret_request->method = &onsale_reservation_hold_seats_method;
    *hold = (Onsale__V1__HoldSeatsRequest)ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    hold->token = (ProtobufCBinaryData){ONSALE_TOKEN_BYTES, claims->shop->tokens[operation]};
    hold->reservation_id = (ProtobufCBinaryData){ONSALE_ID_BYTES, claims->ids[operation]};
    hold->performance_id = seat.performance_id;
    ret_request->seats[0] = seat.seat_index;
    hold->n_seat_indexes = 1;
    hold->seat_indexes = ret_request->seats;
    return onsale_id_new(claims->ids[operation]);
}

/* Else it would be given back. */
static void forget_claim(void *state, uint64_t operation)
{
    struct claims *claims = state;
    memset(claims->ids[operation], 0, ONSALE_ID_BYTES);
}

struct workload claims_workload(struct claims *claims)
{
    return (struct workload){.prepare = prepare_claim,
                             .state = claims,
                             .operations_max = claims->count,
                             .forget = forget_claim};
}

static bool prepare_return(void *state, uint64_t operation, uint32_t step,
                           const ProtobufCMessage *answer, struct request *ret_request)
{
    const struct claims *claims = state;
    uint32_t claim = claims->held[operation];
    (void)answer;
    if (step > 0) return false;
    ret_request->method = &onsale_reservation_cancel_reservation_method;
    ret_request->message.cancel =
        (Onsale__V1__CancelReservationRequest)ONSALE__V1__CANCEL_RESERVATION_REQUEST__INIT;
    ret_request->message.cancel.user_id = claim + 1;
    ret_request->message.cancel.reservation_id =
        (ProtobufCBinaryData){ONSALE_ID_BYTES, claims->ids[claim]};
    return true;
}

static bool was_claimed(const uint8_t id[ONSALE_ID_BYTES])
{
    static const uint8_t zero[ONSALE_ID_BYTES];
    return memcmp(id, zero, ONSALE_ID_BYTES) != 0;
}

void claims_give_back(struct claims *claims)
{
    struct workload give_back = {.prepare = prepare_return, .state = claims, .operations_max = 0};
    struct round round;
    for (uint32_t i = 0; i < claims->count; i++)
        if (was_claimed(claims->ids[i])) claims->held[give_back.operations_max++] = i;
    closed_loop_run(claims->shop->channel, &give_back, SHOP_IN_FLIGHT, 0, &round);
    memset(claims->ids, 0, claims->count * sizeof *claims->ids);
}
