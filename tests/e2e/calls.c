#include "tests/e2e/calls.h"

#include <string.h>

#include "base/require.h"

struct caller_id id_make(void)
{
    struct caller_id id;
    REQUIRE(onsale_id_new(id.bytes));
    return id;
}

ProtobufCBinaryData id_bytes(const struct caller_id *id)
{
    return (ProtobufCBinaryData){.len = sizeof id->bytes, .data = (uint8_t *)id->bytes};
}

ProtobufCBinaryData token_bytes(const struct queue_token *token)
{
    return (ProtobufCBinaryData){.len = sizeof token->bytes, .data = (uint8_t *)token->bytes};
}

static void free_message(void *message)
{
    protobuf_c_message_free_unpacked(message, NULL);
}

static struct place place_of(const Onsale__V1__QueueEntry *entry)
{
    return (struct place){
        .number = entry->number, .status = entry->status, .position = entry->position};
}

Onsale__V1__QueuePolicy policy_open_doors(void)
{
    enum { FIVE_MINUTES_MS = 5 * 60 * 1000, NO_LIMIT = 1000000, PURCHASE_LIMIT = 4 };
    Onsale__V1__QueuePolicy policy = ONSALE__V1__QUEUE_POLICY__INIT;
    policy.active_max = NO_LIMIT;
    policy.admissions_per_second = NO_LIMIT;
    policy.waiting_lifetime_ms = FIVE_MINUTES_MS;
    policy.waiting_rule = ONSALE__V1__WAITING_RULE__WAITING_RULE_FROM_ENTRY;
    policy.active_lifetime_ms = FIVE_MINUTES_MS;
    policy.hold_lifetime_ms = FIVE_MINUTES_MS;
    policy.purchase_limit = PURCHASE_LIMIT;
    return policy;
}

enum onsale_status call_set_policy(struct onsale_channel *channel, uint32_t concert_id,
                                   const Onsale__V1__QueuePolicy *policy,
                                   struct onsale_error *ret_error)
{
    Onsale__V1__SetQueuePolicyRequest request = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    Onsale__V1__SetQueuePolicyResponse *response;
    request.concert_id = concert_id;
    request.policy = (Onsale__V1__QueuePolicy *)policy;
    enum onsale_status status =
        onsale_admin_set_queue_policy(channel, &request, NULL, &response, ret_error);
    if (status == ONSALE_OK) free_message(response);
    return status;
}

enum onsale_status call_create_user(struct onsale_channel *channel, uint64_t user_id)
{
    Onsale__V1__CreateUserRequest request = ONSALE__V1__CREATE_USER_REQUEST__INIT;
    Onsale__V1__CreateUserResponse *response;
    request.user_id = user_id;
    enum onsale_status status = onsale_admin_create_user(channel, &request, NULL, &response, NULL);
    if (status == ONSALE_OK) free_message(response);
    return status;
}

enum onsale_status call_charge(struct onsale_channel *channel, uint64_t user_id,
                               const struct caller_id *charge_id, int64_t amount,
                               int64_t *ret_balance_after, struct onsale_error *ret_error)
{
    Onsale__V1__ChargeBalanceRequest request = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    Onsale__V1__ChargeBalanceResponse *response;
    request.user_id = user_id;
    request.charge_id = id_bytes(charge_id);
    request.amount = amount;
    enum onsale_status status =
        onsale_wallet_charge_balance(channel, &request, NULL, &response, ret_error);
    if (status != ONSALE_OK) return status;
    if (ret_balance_after != NULL) *ret_balance_after = response->entry->balance_after;
    free_message(response);
    return status;
}

enum onsale_status call_balance(struct onsale_channel *channel, uint64_t user_id,
                                int64_t *ret_balance)
{
    Onsale__V1__GetBalanceRequest request = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    Onsale__V1__GetBalanceResponse *response;
    request.user_id = user_id;
    enum onsale_status status = onsale_wallet_get_balance(channel, &request, NULL, &response, NULL);
    if (status != ONSALE_OK) return status;
    if (ret_balance != NULL) *ret_balance = response->balance;
    free_message(response);
    return status;
}

enum onsale_status call_enter(struct onsale_channel *channel, uint64_t user_id, uint32_t concert_id,
                              struct queue_token *ret_token, struct place *ret_place)
{
    Onsale__V1__EnterQueueRequest request = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    Onsale__V1__EnterQueueResponse *response;
    request.user_id = user_id;
    request.concert_id = concert_id;
    enum onsale_status status = onsale_queue_enter_queue(channel, &request, NULL, &response, NULL);
    if (status != ONSALE_OK) return status;
    REQUIRE(response->token.len == ONSALE_TOKEN_BYTES);
    if (ret_token != NULL) memcpy(ret_token->bytes, response->token.data, ONSALE_TOKEN_BYTES);
    if (ret_place != NULL) *ret_place = place_of(response->entry);
    free_message(response);
    return status;
}

enum onsale_status call_place(struct onsale_channel *channel, const struct queue_token *token,
                              struct place *ret_place)
{
    Onsale__V1__GetQueueEntryRequest request = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    Onsale__V1__GetQueueEntryResponse *response;
    request.token = token_bytes(token);
    enum onsale_status status =
        onsale_queue_get_queue_entry(channel, &request, NULL, &response, NULL);
    if (status != ONSALE_OK) return status;
    if (ret_place != NULL) *ret_place = place_of(response->entry);
    free_message(response);
    return status;
}

enum onsale_status call_leave(struct onsale_channel *channel, const struct queue_token *token,
                              struct place *ret_place)
{
    Onsale__V1__LeaveQueueRequest request = ONSALE__V1__LEAVE_QUEUE_REQUEST__INIT;
    Onsale__V1__LeaveQueueResponse *response;
    request.token = token_bytes(token);
    enum onsale_status status = onsale_queue_leave_queue(channel, &request, NULL, &response, NULL);
    if (status != ONSALE_OK) return status;
    if (ret_place != NULL) *ret_place = place_of(response->entry);
    free_message(response);
    return status;
}

enum onsale_status call_hold(struct onsale_channel *channel, const struct queue_token *token,
                             const struct caller_id *reservation_id, uint32_t performance_id,
                             const uint32_t *seats, size_t seats_count, int64_t *ret_expires_at_ms,
                             struct onsale_error *ret_error)
{
    Onsale__V1__HoldSeatsRequest request = ONSALE__V1__HOLD_SEATS_REQUEST__INIT;
    Onsale__V1__HoldSeatsResponse *response;
    request.token = token_bytes(token);
    request.reservation_id = id_bytes(reservation_id);
    request.performance_id = performance_id;
    request.seat_indexes = (uint32_t *)seats;
    request.n_seat_indexes = seats_count;
    enum onsale_status status =
        onsale_reservation_hold_seats(channel, &request, NULL, &response, ret_error);
    if (status != ONSALE_OK) return status;
    if (ret_expires_at_ms != NULL) *ret_expires_at_ms = response->reservation->expires_at_ms;
    free_message(response);
    return status;
}

enum onsale_status call_cancel(struct onsale_channel *channel, uint64_t user_id,
                               const struct caller_id *reservation_id)
{
    Onsale__V1__CancelReservationRequest request = ONSALE__V1__CANCEL_RESERVATION_REQUEST__INIT;
    Onsale__V1__CancelReservationResponse *response;
    request.user_id = user_id;
    request.reservation_id = id_bytes(reservation_id);
    enum onsale_status status =
        onsale_reservation_cancel_reservation(channel, &request, NULL, &response, NULL);
    if (status == ONSALE_OK) free_message(response);
    return status;
}

enum onsale_status call_reservation(struct onsale_channel *channel, uint64_t user_id,
                                    const struct caller_id *reservation_id,
                                    Onsale__V1__ReservationStatus *ret_status,
                                    int64_t *ret_expires_at_ms)
{
    Onsale__V1__GetReservationRequest request = ONSALE__V1__GET_RESERVATION_REQUEST__INIT;
    Onsale__V1__GetReservationResponse *response;
    request.user_id = user_id;
    request.reservation_id = id_bytes(reservation_id);
    enum onsale_status status =
        onsale_reservation_get_reservation(channel, &request, NULL, &response, NULL);
    if (status != ONSALE_OK) return status;
    if (ret_status != NULL) *ret_status = response->reservation->status;
    if (ret_expires_at_ms != NULL) *ret_expires_at_ms = response->reservation->expires_at_ms;
    free_message(response);
    return status;
}

enum onsale_status call_pay(struct onsale_channel *channel, uint64_t user_id,
                            const struct caller_id *reservation_id,
                            const struct caller_id *payment_id, uint64_t *ret_first_ticket,
                            struct onsale_error *ret_error)
{
    Onsale__V1__PayReservationRequest request = ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    Onsale__V1__PayReservationResponse *response;
    request.user_id = user_id;
    request.reservation_id = id_bytes(reservation_id);
    request.payment_id = id_bytes(payment_id);
    enum onsale_status status =
        onsale_payment_pay_reservation(channel, &request, NULL, &response, ret_error);
    if (status != ONSALE_OK) return status;
    if (ret_first_ticket != NULL) *ret_first_ticket = response->payment->tickets[0]->ticket_id;
    free_message(response);
    return status;
}

/* The two requests have the same fields. */
enum onsale_status call_block(struct onsale_channel *channel, uint32_t performance_id,
                              const uint32_t *seats, size_t seats_count, bool blocked)
{
    Onsale__V1__BlockSeatsRequest block = ONSALE__V1__BLOCK_SEATS_REQUEST__INIT;
    Onsale__V1__UnblockSeatsRequest unblock = ONSALE__V1__UNBLOCK_SEATS_REQUEST__INIT;
    Onsale__V1__BlockSeatsResponse *block_response = NULL;
    Onsale__V1__UnblockSeatsResponse *unblock_response = NULL;
    block.performance_id = unblock.performance_id = performance_id;
    block.seat_indexes = unblock.seat_indexes = (uint32_t *)seats;
    block.n_seat_indexes = unblock.n_seat_indexes = seats_count;
    enum onsale_status status =
        blocked ? onsale_admin_block_seats(channel, &block, NULL, &block_response, NULL)
                : onsale_admin_unblock_seats(channel, &unblock, NULL, &unblock_response, NULL);
    if (status == ONSALE_OK) free_message(blocked ? (void *)block_response : unblock_response);
    return status;
}

enum onsale_status call_last_event(struct onsale_channel *channel, uint64_t *ret_last)
{
    Onsale__V1__ListEventsRequest request = ONSALE__V1__LIST_EVENTS_REQUEST__INIT;
    Onsale__V1__ListEventsResponse *response;
    request.max = 1;
    enum onsale_status status = onsale_event_list_events(channel, &request, NULL, &response, NULL);
    if (status != ONSALE_OK) return status;
    if (ret_last != NULL) *ret_last = response->last_event_number;
    free_message(response);
    return status;
}
