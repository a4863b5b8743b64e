#include <string.h>

#include "onsale/v1/reservation.methods.h"
#include "server/engine/buyer.h"
#include "server/engine/call.h"
#include "server/engine/seat_group.h"
#include "server/engine/token.h"
#include "server/methods/refuse_taken.h"
#include "server/present.h"

/* What is loaded, and then changed, for a hold. */
struct hold {
    const struct performance *performance; /* borrowed from the transaction */
    struct queue queue;                    /* for its policy */
    struct seat seats[SEATS_PER_HOLD_MAX];
    struct reservation reservation;
};

static enum status check(struct call *call, const Onsale__V1__HoldSeatsRequest *request,
                         struct reservation_id *ret_id)
{
    enum status err = call_check_id(call, "reservation_id", request->reservation_id, ret_id->bytes);
    if (err != STATUS_OK) return err;
    if (request->n_seat_indexes == 0 || request->n_seat_indexes > SEATS_PER_HOLD_MAX)
        return call_bad_field(call, "seat_indexes", "must name 1..%d seats", SEATS_PER_HOLD_MAX);
    for (size_t i = 1; i < request->n_seat_indexes; i++)
        for (size_t j = 0; j < i; j++)
            if (request->seat_indexes[i] == request->seat_indexes[j])
                return rpc_call_bad_field(call->rpc, STATUS_SEAT_REPEATED, "seat_indexes",
                                          "seat %u is named twice", request->seat_indexes[i]);
    return STATUS_OK;
}

static enum status check_seat_range(struct call *call, const Onsale__V1__HoldSeatsRequest *request,
                                    const struct performance *performance)
{
    for (size_t i = 0; i < request->n_seat_indexes; i++)
        if (request->seat_indexes[i] >= performance->seat_count)
            return rpc_call_bad_field(call->rpc, STATUS_SEAT_OUT_OF_RANGE, "seat_indexes",
                                      "seat %u is not one of 0..%u", request->seat_indexes[i],
                                      performance->seat_count - 1);
    return STATUS_OK;
}

static enum status check_stops(struct call *call, const struct hold *hold)
{
    const struct performance_state *state =
        performance_state_look(call->txn, hold->performance->id);
    if (state == NULL) return STATUS_PERFORMANCE_NOT_FOUND;
    return hold->queue.holding_stopped || state->holding_stopped ? STATUS_HOLDING_STOPPED
                                                                 : STATUS_OK;
}

static enum status load(struct call *call, const Onsale__V1__HoldSeatsRequest *request,
                        struct hold *hold)
{
    hold->performance = performance_look(call->txn, request->performance_id);
    if (hold->performance == NULL ||
        !queue_get(call->txn, hold->performance->concert_id, &hold->queue))
        return STATUS_PERFORMANCE_NOT_FOUND;
    if (hold->performance->concert_id != call->entry.concert_id) return STATUS_TOKEN_OTHER_CONCERT;
    enum status err = performance_check_on_sale(hold->performance, call->now_ms);
    if (err == STATUS_OK) err = check_stops(call, hold);
    if (err == STATUS_OK) err = check_seat_range(call, request, hold->performance);
    if (err == STATUS_OK)
        seat_group_load(call->txn, hold->performance->id, request->seat_indexes,
                        request->n_seat_indexes, hold->seats);
    return err;
}

static enum status refuse(struct call *call, const Onsale__V1__HoldSeatsRequest *request,
                          const struct performance *performance, const size_t *taken, size_t count)
{
    uint32_t indexes[SEATS_PER_HOLD_MAX];
    for (size_t i = 0; i < count; i++)
        indexes[i] = request->seat_indexes[taken[i]];
    return refuse_taken(call, performance, indexes, count);
}

static void describe(struct call *call, const Onsale__V1__HoldSeatsRequest *request,
                     struct hold *hold)
{
    struct reservation *reservation = &hold->reservation;
    reservation->user_id = call->entry.user_id;
    reservation->concert_id = hold->performance->concert_id;
    reservation->performance_id = hold->performance->id;
    reservation->status = RESERVATION_HELD;
    reservation->seats_count = (uint32_t)request->n_seat_indexes;
    reservation->total_price = 0;
    reservation->held_at_ms = call->now_ms;
    reservation->expires_at_ms = call->now_ms + hold->queue.policy.hold_lifetime_ms;
    reservation->payment_id = (struct ledger_id){0};
    reservation->previous = call->entry.last_reservation;
    for (size_t i = 0; i < request->n_seat_indexes; i++) {
        reservation->seat_indexes[i] = request->seat_indexes[i];
        reservation->seat_tiers[i] = hold->seats[i].tier;
        reservation->total_price += hold->performance->tiers[hold->seats[i].tier].price;
    }
}

static enum status decide(struct call *call, const Onsale__V1__HoldSeatsRequest *request,
                          struct hold *hold)
{
    size_t taken[SEATS_PER_HOLD_MAX];
    size_t taken_count;
    holdings_prune(&call->entry.holdings, call->now_ms);
    enum status err = holdings_check_limit(&call->entry.holdings, hold->performance->id,
                                           (uint32_t)request->n_seat_indexes,
                                           hold->queue.policy.purchase_limit, call->now_ms);
    if (err != STATUS_OK) return err;
    describe(call, request, hold);
    err = seats_hold(hold->seats, request->n_seat_indexes, call->now_ms,
                     hold->reservation.expires_at_ms, taken, &taken_count);
    return err == STATUS_SEAT_TAKEN ? refuse(call, request, hold->performance, taken, taken_count)
                                    : err;
}

static void save(struct call *call, const struct hold *hold)
{
    const struct reservation *reservation = &hold->reservation;
    uint64_t version = batch_add_reservation_event(call->batch, EVENT_SEATS_HELD, reservation, 0);
    seat_group_save(call->txn, reservation->performance_id, reservation->seat_indexes,
                    reservation->seats_count, hold->seats, version);
    reservation_put(call->txn, reservation);
    call->batch->meta.reservations++;
    batch_set_timer(call->batch, &(struct timer){.due_ms = reservation->expires_at_ms,
                                                 .kind = TIMER_HOLD,
                                                 .reservation_id = reservation->id});
    holdings_add(&call->entry.holdings, buyer_holding_of(reservation));
    call->entry.last_reservation = reservation->id;
    queue_entry_put(call->txn, &call->entry);
}

/* The answer to the first call and to every repeat: the reservation as it was made. */
static enum status answer(struct call *call, const struct reservation *reservation,
                          Onsale__V1__HoldSeatsResponse *response)
{
    struct reservation as_made = *reservation;
    as_made.status = RESERVATION_HELD;
    as_made.payment_id = (struct ledger_id){0};
    response->reservation =
        present_reservation(call->rpc->arena, call->txn, &as_made, as_made.held_at_ms);
    return response->reservation == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

static enum status repeat(struct call *call, const Onsale__V1__HoldSeatsRequest *request,
                          const struct reservation *reservation,
                          Onsale__V1__HoldSeatsResponse *response)
{
    if (!reservation_is_same_request(reservation, call->entry.user_id, request->performance_id,
                                     request->seat_indexes, request->n_seat_indexes))
        return STATUS_ID_REUSED;
    return answer(call, reservation, response);
}

/* Who is blocked has no place in a queue: so nobody who has one is looked at for that. */
static enum status check_buyer(const struct call *call)
{
    struct wallet wallet;
    enum status err = token_check_active(call);
    bool is_blocked = err != STATUS_OK && wallet_get(call->txn, call->entry.user_id, &wallet) &&
                      wallet.is_blocked;
    return is_blocked ? STATUS_USER_BLOCKED : err;
}

enum status hold_seats(struct call *call, const Onsale__V1__HoldSeatsRequest *request,
                       Onsale__V1__HoldSeatsResponse *response)
{
    struct hold hold;
    struct reservation_id id;

    enum status err = check(call, request, &id);
    if (err != STATUS_OK) return err;
    if (reservation_get(call->txn, id, &hold.reservation))
        return repeat(call, request, &hold.reservation, response);
    hold.reservation.id = id;
    err = check_buyer(call);
    if (err == STATUS_OK) err = load(call, request, &hold);
    if (err == STATUS_OK) err = decide(call, request, &hold);
    if (err == STATUS_OK) err = answer(call, &hold.reservation, response);
    if (err == STATUS_OK) save(call, &hold);
    return err;
}
