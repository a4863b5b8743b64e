#include "bench/workloads/mix.h"

#include <stdlib.h>

#include "base/require.h"
#include "bench/load/closed_loop.h"
#include "bench/shop/scatter.h"

struct mix *mix_make(struct shop *shop, uint64_t blocks, uint64_t rounds)
{
    struct mix *mix = calloc(1, sizeof *mix);
    REQUIRE(mix != NULL);
    mix->shop = shop;
    mix->blocks = blocks;
    mix->payers = blocks * rounds;
    REQUIRE(mix->payers < shop->plan.buyers);
    mix->reservation_ids = calloc(blocks, sizeof *mix->reservation_ids);
    REQUIRE(mix->reservation_ids != NULL);
    return mix;
}

void mix_free(struct mix *mix)
{
    if (mix == NULL) return;
    free(mix->reservation_ids);
    free(mix);
}

static ProtobufCBinaryData token_of(const struct mix *mix, uint64_t person)
{
    return (ProtobufCBinaryData){ONSALE_TOKEN_BYTES, mix->shop->tokens[person]};
}

static void write_hold(const struct mix *mix, uint64_t buyer, uint64_t seat_number,
                       uint8_t id[ONSALE_ID_BYTES], struct request *ret_request)
{
    Onsale__V1__HoldSeatsRequest *hold = &ret_request->message.hold;
    struct shop_seat seat = scatter_by_performance(seat_number);
    REQUIRE(onsale_id_new(id));
    ret_request->method = &onsale_reservation_hold_seats_method;
    *hold = (Onsale__V1__HoldSeatsRequest)ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    hold->token = token_of(mix, buyer);
    hold->reservation_id = (ProtobufCBinaryData){ONSALE_ID_BYTES, id};
    hold->performance_id = seat.performance_id;
    ret_request->seats[0] = seat.seat_index;
    hold->n_seat_indexes = 1;
    hold->seat_indexes = ret_request->seats;
}

/* Those who hold take turns. */
static void write_hold_of_block(const struct mix *mix, uint64_t block, uint64_t place,
                                struct request *ret_request)
{
    uint64_t number = block * MIX_HOLDS + place;
    uint64_t holders = mix->shop->plan.buyers - mix->payers;
    write_hold(mix, mix->payers + number % holders, mix->first_seat + mix->blocks + number,
               ret_request->id, ret_request);
}

static void write_payment(const struct mix *mix, uint64_t block, struct request *ret_request)
{
    Onsale__V1__PayReservationRequest *pay = &ret_request->message.pay;
    REQUIRE(onsale_id_new(ret_request->id));
    ret_request->method = &onsale_payment_pay_reservation_method;
    *pay = (Onsale__V1__PayReservationRequest)ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    pay->user_id = mix->first_payer + block + 1;
    pay->reservation_id = (ProtobufCBinaryData){ONSALE_ID_BYTES, mix->reservation_ids[block]};
    pay->payment_id = (ProtobufCBinaryData){ONSALE_ID_BYTES, ret_request->id};
}

/* Everybody has seen the map that was last answered. */
static void write_seat_map(struct mix *mix, uint64_t operation, struct request *ret_request)
{
    Onsale__V1__GetSeatMapRequest *seat_map = &ret_request->message.seat_map;
    uint64_t holders = mix->shop->plan.buyers - mix->payers;
    ret_request->method = &onsale_catalog_get_seat_map_method;
    *seat_map = (Onsale__V1__GetSeatMapRequest)ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    seat_map->token = token_of(mix, mix->payers + operation % holders);
    seat_map->performance_id = scatter_by_performance(mix->first_seat + mix->blocks).performance_id;
    seat_map->known_version = atomic_load(&mix->known_version);
}

static void write_poll(const struct mix *mix, uint64_t operation, struct request *ret_request)
{
    const struct shop_plan *plan = &mix->shop->plan;
    ret_request->method = &onsale_queue_get_queue_entry_method;
    ret_request->message.poll =
        (Onsale__V1__GetQueueEntryRequest)ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    ret_request->message.poll.token =
        token_of(mix, plan->buyers + scatter(operation, plan->waiting));
}

static void learn(struct mix *mix, const ProtobufCMessage *answer)
{
    if (answer->descriptor != &onsale__v1__get_seat_map_response__descriptor) return;
    const Onsale__V1__GetSeatMapResponse *seat_map = (const void *)answer;
    atomic_store(&mix->known_version, seat_map->version);
}

static bool prepare(void *state, uint64_t operation, uint32_t step, const ProtobufCMessage *answer,
                    struct request *ret_request)
{
    struct mix *mix = state;
    uint64_t block = operation / MIX_CALLS;
    uint64_t place = scatter(operation, MIX_CALLS);
    if (step > 0) {
        learn(mix, answer);
        return false;
    }
    if (place < MIX_HOLDS)
        write_hold_of_block(mix, block, place, ret_request);
    else if (place < MIX_HOLDS + MIX_PAYMENTS)
        write_payment(mix, block, ret_request);
    else if (place < MIX_HOLDS + MIX_PAYMENTS + MIX_SEAT_MAPS)
        write_seat_map(mix, operation, ret_request);
    else
        write_poll(mix, operation, ret_request);
    return true;
}

static bool prepare_hold_to_pay(void *state, uint64_t operation, uint32_t step,
                                const ProtobufCMessage *answer, struct request *ret_request)
{
    struct mix *mix = state;
    (void)answer;
    if (step > 0) return false;
    write_hold(mix, mix->first_payer + operation, mix->first_seat + operation,
               mix->reservation_ids[operation], ret_request);
    return true;
}

struct workload mix_workload(struct mix *mix)
{
    const struct workload holds = {
        .prepare = prepare_hold_to_pay, .state = mix, .operations_max = mix->blocks};
    struct shop *shop = mix->shop;
    struct round round;
    mix->first_seat = shop->seats_used;
    mix->first_payer = shop->payers_used;
    shop->seats_used += mix->blocks * (1 + MIX_HOLDS);
    shop->payers_used += mix->blocks;
    REQUIRE(shop->payers_used <= mix->payers);
    REQUIRE(shop->seats_used <= (uint64_t)shop->plan.performances * SHOP_SEATS);
    closed_loop_run(shop->channel, &holds, SHOP_IN_FLIGHT, 0, &round);
    atomic_store(&mix->known_version, 0);
    return (struct workload){
        .prepare = prepare, .state = mix, .operations_max = mix->blocks * MIX_CALLS};
}
