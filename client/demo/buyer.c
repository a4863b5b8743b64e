#include "client/demo/buyer.h"

#include <string.h>

#include "base/require.h"

enum { WAIT_MS = 20 * 1000, WAIT_TIMEOUT_MS = WAIT_MS + 10 * 1000 };

static ProtobufCBinaryData token_of(struct buyer *buyer)
{
    return (ProtobufCBinaryData){.len = ONSALE_TOKEN_BYTES, .data = buyer->token};
}

static ProtobufCBinaryData id_of(uint8_t id[ONSALE_ID_BYTES])
{
    return (ProtobufCBinaryData){.len = ONSALE_ID_BYTES, .data = id};
}

static void take_entry(struct buyer *buyer, const Onsale__V1__QueueEntry *entry)
{
    buyer->status = entry->status;
    buyer->position = entry->position;
}

enum onsale_status buyer_enter(struct buyer *buyer)
{
    Onsale__V1__EnterQueueRequest request = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    Onsale__V1__EnterQueueResponse *response;
    request.user_id = buyer->user_id;
    request.concert_id = buyer->shop->concert_id;
    int64_t began_us = tally_clock_us();
    enum onsale_status status =
        onsale_queue_enter_queue(buyer->shop->channel, &request, NULL, &response, &buyer->error);
    tally_add(&buyer->shop->tally, began_us, status);
    if (status != ONSALE_OK) return status;
    REQUIRE(response->token.len == ONSALE_TOKEN_BYTES);
    memcpy(buyer->token, response->token.data, ONSALE_TOKEN_BYTES);
    take_entry(buyer, response->entry);
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return ONSALE_OK;
}

enum onsale_status buyer_poll(struct buyer *buyer)
{
    Onsale__V1__GetQueueEntryRequest request = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    Onsale__V1__GetQueueEntryResponse *response;
    request.token = token_of(buyer);
    int64_t began_us = tally_clock_us();
    enum onsale_status status = onsale_queue_get_queue_entry(buyer->shop->channel, &request, NULL,
                                                             &response, &buyer->error);
    tally_add(&buyer->shop->tally, began_us, status);
    if (status != ONSALE_OK) return status;
    take_entry(buyer, response->entry);
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return ONSALE_OK;
}

enum onsale_status buyer_wait(struct buyer *buyer)
{
    static const struct onsale_call_options options = {.timeout_ms = WAIT_TIMEOUT_MS};
    Onsale__V1__WaitQueueEntryRequest request = ONSALE__V1__WAIT_QUEUE_ENTRY_REQUEST__INIT;
    Onsale__V1__WaitQueueEntryResponse *response;
    request.token = token_of(buyer);
    request.known_status = buyer->status;
    request.known_position = buyer->position;
    request.wait_ms = WAIT_MS;
    enum onsale_status status = onsale_queue_wait_queue_entry(buyer->shop->channel, &request,
                                                              &options, &response, &buyer->error);
    tally_add_wait(&buyer->shop->tally);
    if (status != ONSALE_OK) return status;
    take_entry(buyer, response->entry);
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return ONSALE_OK;
}

enum onsale_status buyer_wait_for_turn(struct buyer *buyer)
{
    enum onsale_status status = buyer_poll(buyer);
    while (status == ONSALE_OK &&
           buyer->status == ONSALE__V1__QUEUE_ENTRY_STATUS__QUEUE_ENTRY_STATUS_WAITING)
        status = buyer_wait(buyer);
    return status;
}

enum onsale_status buyer_hold(struct buyer *buyer, uint32_t first_seat_index, size_t count)
{
    Onsale__V1__HoldSeatsRequest request = ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    Onsale__V1__HoldSeatsResponse *response;
    uint32_t seat_indexes[BUYER_SEATS_MAX];
    REQUIRE(count <= BUYER_SEATS_MAX);
    for (size_t i = 0; i < count; i++)
        seat_indexes[i] = first_seat_index + (uint32_t)i;
    REQUIRE(onsale_id_new(buyer->reservation_id));
    request.token = token_of(buyer);
    request.reservation_id = id_of(buyer->reservation_id);
    request.performance_id = buyer->shop->performance_id;
    request.seat_indexes = seat_indexes;
    request.n_seat_indexes = count;
    int64_t began_us = tally_clock_us();
    enum onsale_status status = onsale_reservation_hold_seats(buyer->shop->channel, &request, NULL,
                                                              &response, &buyer->error);
    tally_add(&buyer->shop->tally, began_us, status);
    if (status != ONSALE_OK) return status;
    buyer->price = response->reservation->total_price;
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return ONSALE_OK;
}

static enum onsale_status charge(struct buyer *buyer, int64_t amount)
{
    Onsale__V1__ChargeBalanceRequest request = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    Onsale__V1__ChargeBalanceResponse *response;
    uint8_t charge_id[ONSALE_ID_BYTES];
    REQUIRE(onsale_id_new(charge_id));
    request.user_id = buyer->user_id;
    request.charge_id = id_of(charge_id);
    request.amount = amount;
    int64_t began_us = tally_clock_us();
    enum onsale_status status = onsale_wallet_charge_balance(buyer->shop->channel, &request, NULL,
                                                             &response, &buyer->error);
    tally_add(&buyer->shop->tally, began_us, status);
    if (status == ONSALE_OK) protobuf_c_message_free_unpacked(&response->base, NULL);
    return status;
}

static enum onsale_status pay(struct buyer *buyer)
{
    Onsale__V1__PayReservationRequest request = ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    Onsale__V1__PayReservationResponse *response;
    uint8_t payment_id[ONSALE_ID_BYTES];
    REQUIRE(onsale_id_new(payment_id));
    request.user_id = buyer->user_id;
    request.reservation_id = id_of(buyer->reservation_id);
    request.payment_id = id_of(payment_id);
    int64_t began_us = tally_clock_us();
    enum onsale_status status = onsale_payment_pay_reservation(buyer->shop->channel, &request, NULL,
                                                               &response, &buyer->error);
    tally_add(&buyer->shop->tally, began_us, status);
    if (status != ONSALE_OK) return status;
    atomic_fetch_add(&buyer->shop->tally.paid, 1);
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return ONSALE_OK;
}

enum onsale_status buyer_charge_and_pay(struct buyer *buyer)
{
    enum onsale_status status = charge(buyer, buyer->price);
    return status == ONSALE_OK ? pay(buyer) : status;
}

enum onsale_status buyer_leave(struct buyer *buyer)
{
    Onsale__V1__LeaveQueueRequest request = ONSALE__V1__LEAVE_QUEUE_REQUEST__INIT;
    Onsale__V1__LeaveQueueResponse *response;
    request.token = token_of(buyer);
    int64_t began_us = tally_clock_us();
    enum onsale_status status =
        onsale_queue_leave_queue(buyer->shop->channel, &request, NULL, &response, &buyer->error);
    tally_add(&buyer->shop->tally, began_us, status);
    if (status != ONSALE_OK) return status;
    atomic_fetch_add(&buyer->shop->tally.left, 1);
    protobuf_c_message_free_unpacked(&response->base, NULL);
    return ONSALE_OK;
}
