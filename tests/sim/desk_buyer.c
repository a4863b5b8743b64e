#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "tests/sim/desk.h"

/* --- The queue -------------------------------------------------------------------------------- */

ProtobufCBinaryData desk_enter(struct desk *desk, uint64_t user_id, uint32_t concert_id)
{
    Onsale__V1__EnterQueueRequest req = ONSALE__V1__ENTER_QUEUE_REQUEST__INIT;
    req.user_id = user_id;
    req.concert_id = concert_id;
    const Onsale__V1__EnterQueueResponse *res =
        desk_ask(desk, "onsale.v1.QueueService/EnterQueue", &req.base);
    return res->token;
}

const Onsale__V1__QueueEntry *desk_poll(struct desk *desk, ProtobufCBinaryData token)
{
    Onsale__V1__GetQueueEntryRequest req = ONSALE__V1__GET_QUEUE_ENTRY_REQUEST__INIT;
    req.token = token;
    const Onsale__V1__GetQueueEntryResponse *res =
        desk_ask(desk, "onsale.v1.QueueService/GetQueueEntry", &req.base);
    return res->entry;
}

enum status desk_leave(struct desk *desk, ProtobufCBinaryData token)
{
    Onsale__V1__LeaveQueueRequest req = ONSALE__V1__LEAVE_QUEUE_REQUEST__INIT;
    req.token = token;
    return desk_call(desk, "onsale.v1.QueueService/LeaveQueue", &req.base);
}

void desk_set_caps(struct desk *desk, uint32_t active_max, uint32_t admissions_per_second)
{
    Onsale__V1__QueuePolicy policy = ONSALE__V1__QUEUE_POLICY__INIT;
    policy.active_max = active_max;
    policy.admissions_per_second = admissions_per_second;
    policy.waiting_lifetime_ms = 300000;
    policy.active_lifetime_ms = 300000;
    policy.hold_lifetime_ms = DESK_HOLD_MS;
    policy.purchase_limit = 4;
    Onsale__V1__SetQueuePolicyRequest req = ONSALE__V1__SET_QUEUE_POLICY_REQUEST__INIT;
    req.concert_id = DESK_CONCERT;
    req.policy = &policy;
    assert_int_equal(desk_call(desk, "onsale.v1.AdminService/SetQueuePolicy", &req.base),
                     STATUS_OK);
}

/* --- Seats ------------------------------------------------------------------------------------ */

ProtobufCBinaryData desk_id(struct desk *desk, uint8_t last)
{
    uint8_t id[ID_BYTES] = {[0] = 1, [ID_BYTES - 1] = last};
    return message_bytes(&desk->arena, id, sizeof id);
}

Onsale__V1__HoldSeatsRequest *desk_hold_request(struct desk *desk, ProtobufCBinaryData token,
                                                uint8_t id, uint32_t first_seat, size_t count)
{
    Onsale__V1__HoldSeatsRequest *req =
        message_make(&desk->arena, &onsale__v1__hold_seats_request__descriptor);
    req->token = token;
    req->reservation_id = desk_id(desk, id);
    req->performance_id = DESK_PERFORMANCE;
    req->n_seat_indexes = count;
    req->seat_indexes = arena_calloc(&desk->arena, count, sizeof *req->seat_indexes);
    for (size_t i = 0; i < count; i++)
        req->seat_indexes[i] = first_seat + (uint32_t)i;
    return req;
}

enum status desk_hold(struct desk *desk, ProtobufCBinaryData token, uint8_t id, uint32_t first_seat,
                      size_t count)
{
    return desk_call(desk, "onsale.v1.ReservationService/HoldSeats",
                     &desk_hold_request(desk, token, id, first_seat, count)->base);
}

enum status desk_pay(struct desk *desk, uint64_t user_id, uint8_t id)
{
    Onsale__V1__PayReservationRequest req = ONSALE__V1__PAY_RESERVATION_REQUEST__INIT;
    req.user_id = user_id;
    req.reservation_id = desk_id(desk, id);
    req.payment_id = desk_id(desk, (uint8_t)(100 + id));
    return desk_call(desk, "onsale.v1.PaymentService/PayReservation", &req.base);
}

enum status desk_cancel(struct desk *desk, uint64_t user_id, uint8_t id)
{
    Onsale__V1__CancelReservationRequest req = ONSALE__V1__CANCEL_RESERVATION_REQUEST__INIT;
    req.user_id = user_id;
    req.reservation_id = desk_id(desk, id);
    return desk_call(desk, "onsale.v1.ReservationService/CancelReservation", &req.base);
}

Onsale__V1__SeatState desk_seat_state(struct desk *desk, ProtobufCBinaryData token, uint32_t seat)
{
    Onsale__V1__GetSeatMapRequest req = ONSALE__V1__GET_SEAT_MAP_REQUEST__INIT;
    req.token = token;
    req.performance_id = DESK_PERFORMANCE;
    const Onsale__V1__GetSeatMapResponse *res =
        desk_ask(desk, "onsale.v1.CatalogService/GetSeatMap", &req.base);
    for (size_t i = 0; i < res->n_runs; i++) {
        const Onsale__V1__SeatRun *run = res->runs[i];
        uint32_t place = seat - run->first_seat_index;
        if (seat < run->first_seat_index || place >= run->seat_count) continue;
        return (Onsale__V1__SeatState)(1 + (run->states.data[place / 4] >> (2 * (place % 4)) & 3));
    }
    fail_msg("the map does not show seat %u", seat);
    return ONSALE__V1__SEAT_STATE__SEAT_STATE_UNSPECIFIED;
}

/* --- Money ------------------------------------------------------------------------------------ */

int64_t desk_balance(struct desk *desk, uint64_t user_id)
{
    Onsale__V1__GetBalanceRequest req = ONSALE__V1__GET_BALANCE_REQUEST__INIT;
    req.user_id = user_id;
    const Onsale__V1__GetBalanceResponse *res =
        desk_ask(desk, "onsale.v1.WalletService/GetBalance", &req.base);
    return res->balance;
}

enum status desk_charge(struct desk *desk, uint64_t user_id, uint8_t id, int64_t amount)
{
    Onsale__V1__ChargeBalanceRequest req = ONSALE__V1__CHARGE_BALANCE_REQUEST__INIT;
    req.user_id = user_id;
    /* Ids are of all users together: each user's begin with his number. */
    uint8_t bytes[ID_BYTES] = {1, (uint8_t)user_id, [ID_BYTES - 1] = id};
    req.charge_id = message_bytes(&desk->arena, bytes, sizeof bytes);
    req.amount = amount;
    return desk_call(desk, "onsale.v1.WalletService/ChargeBalance", &req.base);
}

uint64_t desk_last_event(struct desk *desk)
{
    Onsale__V1__GetStatsRequest req = ONSALE__V1__GET_STATS_REQUEST__INIT;
    const Onsale__V1__GetStatsResponse *res =
        desk_ask(desk, "onsale.v1.AdminService/GetStats", &req.base);
    return res->last_event_number;
}
