#include <string.h>

#include "onsale/v1/payment.methods.h"
#include "server/engine/admission.h"
#include "server/engine/buyer.h"
#include "server/engine/call.h"
#include "server/engine/seat_group.h"
#include "server/present.h"

/* What is loaded, and then changed, for a payment. */
struct purchase {
    struct reservation reservation;
    const struct performance *performance; /* for the prices; borrowed from the transaction */
    struct wallet wallet;
    struct queue_entry entry;
    struct queue queue;
    struct ledger_entry payment;
    struct ticket tickets[SEATS_PER_HOLD_MAX];
};

static enum status check(struct call *call, const Onsale__V1__PayReservationRequest *request,
                         struct reservation_id *ret_reservation_id,
                         struct ledger_id *ret_payment_id)
{
    enum status err = call_check_user_id(call, request->user_id);
    if (err == STATUS_OK)
        err = call_check_id(call, "reservation_id", request->reservation_id,
                            ret_reservation_id->bytes);
    if (err == STATUS_OK)
        err = call_check_id(call, "payment_id", request->payment_id, ret_payment_id->bytes);
    return err;
}

static enum status load(struct call *call, uint64_t user_id, struct reservation_id id,
                        struct purchase *purchase)
{
    if (!reservation_get(call->txn, id, &purchase->reservation) ||
        purchase->reservation.user_id != user_id)
        return STATUS_RESERVATION_NOT_FOUND;
    purchase->performance = performance_look(call->txn, purchase->reservation.performance_id);
    if (purchase->performance == NULL ||
        !buyer_entry_get(call->txn, &purchase->reservation, &purchase->entry) ||
        !queue_get(call->txn, purchase->reservation.concert_id, &purchase->queue) ||
        !wallet_get(call->txn, user_id, &purchase->wallet))
        return STATUS_RESERVATION_NOT_FOUND;
    return purchase->wallet.is_blocked ? STATUS_USER_BLOCKED : STATUS_OK;
}

/* One for each seat. */
static void make_tickets(struct purchase *purchase)
{
    const struct reservation *reservation = &purchase->reservation;
    for (size_t i = 0; i < reservation->seats_count; i++)
        purchase->tickets[i] = (struct ticket){
            .id = purchase->payment.first_ticket + i,
            .user_id = reservation->user_id,
            .concert_id = reservation->concert_id,
            .performance_id = reservation->performance_id,
            .seat_index = reservation->seat_indexes[i],
            .tier = reservation->seat_tiers[i],
            .price = purchase->performance->tiers[reservation->seat_tiers[i]].price,
            .payment_id = purchase->payment.id,
            .reservation_id = reservation->id,
            .issued_at_ms = purchase->payment.created_at_ms,
        };
}

static enum status check_stops(struct call *call, const struct purchase *purchase)
{
    const struct performance_state *state =
        performance_state_look(call->txn, purchase->performance->id);
    if (state == NULL) return STATUS_RESERVATION_NOT_FOUND;
    return purchase->queue.paying_stopped || state->paying_stopped ? STATUS_PAYING_STOPPED
                                                                   : STATUS_OK;
}

static enum status decide(struct call *call, struct ledger_id payment_id, struct purchase *purchase)
{
    struct reservation *reservation = &purchase->reservation;
    enum status err = reservation_check_payable(reservation, call->now_ms);
    if (err == STATUS_OK) err = check_stops(call, purchase);
    if (err == STATUS_OK) err = wallet_debit(&purchase->wallet, reservation->total_price);
    if (err != STATUS_OK) return err;
    reservation->status = RESERVATION_PAID;
    reservation->payment_id = payment_id;
    purchase->payment = (struct ledger_entry){
        .user_id = reservation->user_id,
        .id = payment_id,
        .kind = LEDGER_PAYMENT,
        .amount = -reservation->total_price,
        .balance_after = purchase->wallet.balance,
        .created_at_ms = call->now_ms,
        .reservation_id = reservation->id,
        .first_ticket = call->batch->meta.last_ticket + 1,
        .tickets_count = reservation->seats_count,
    };
    make_tickets(purchase);
    return STATUS_OK;
}

static void save_seats(struct call *call, const struct reservation *reservation, uint64_t version)
{
    struct seat seats[SEATS_PER_HOLD_MAX];
    for (size_t i = 0; i < reservation->seats_count; i++)
        seats[i] = (struct seat){.state = SEAT_SOLD, .tier = reservation->seat_tiers[i]};
    seat_group_save(call->txn, reservation->performance_id, reservation->seat_indexes,
                    reservation->seats_count, seats, version);
}

/* Having paid, the user makes room for the next one. */
static void save_entry(struct call *call, struct purchase *purchase)
{
    struct queue_entry *entry = &purchase->entry;
    holdings_prune(&entry->holdings, call->now_ms);
    holdings_pay(&entry->holdings, buyer_holding_of(&purchase->reservation));
    if (queue_entry_status_at(entry, call->now_ms) == QUEUE_ENTRY_ACTIVE) {
        admission_end(call->batch, &purchase->queue, entry, QUEUE_ENTRY_LEFT);
        admission_run(call->batch, &purchase->queue);
    } else {
        queue_entry_put(call->txn, entry);
    }
}

static void save(struct call *call, struct purchase *purchase)
{
    uint64_t version =
        batch_add_reservation_event(call->batch, EVENT_RESERVATION_PAID, &purchase->reservation,
                                    purchase->payment.first_ticket);
    wallet_put(call->txn, &purchase->wallet);
    ledger_put(call->txn, &purchase->payment);
    reservation_put(call->txn, &purchase->reservation);
    tickets_put(call->txn, purchase->tickets, purchase->reservation.seats_count);
    call->batch->meta.last_ticket += purchase->reservation.seats_count;
    save_seats(call, &purchase->reservation, version);
    save_entry(call, purchase);
}

static enum status repeat(struct call *call, uint64_t user_id, struct ledger_id payment_id,
                          struct reservation_id reservation_id,
                          Onsale__V1__PayReservationResponse *response)
{
    struct ledger_entry payment;
    if (!ledger_get(call->txn, user_id, payment_id, &payment) || payment.kind != LEDGER_PAYMENT ||
        memcmp(payment.reservation_id.bytes, reservation_id.bytes, ID_BYTES) != 0)
        return STATUS_ID_REUSED;
    response->payment = present_stored_payment(call->rpc->arena, call->txn, &payment);
    return response->payment == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}

enum status pay_reservation(struct call *call, const Onsale__V1__PayReservationRequest *request,
                            Onsale__V1__PayReservationResponse *response)
{
    struct purchase purchase;
    struct reservation_id reservation_id;
    struct ledger_id payment_id;

    enum status err = check(call, request, &reservation_id, &payment_id);
    if (err != STATUS_OK) return err;
    if (ledger_id_is_used(call->txn, payment_id))
        return repeat(call, request->user_id, payment_id, reservation_id, response);
    err = load(call, request->user_id, reservation_id, &purchase);
    if (err == STATUS_OK) err = decide(call, payment_id, &purchase);
    if (err != STATUS_OK) return err;

    save(call, &purchase);
    response->payment =
        present_payment(call->rpc->arena, call->txn, &purchase.payment, purchase.tickets);
    return response->payment == NULL ? STATUS_OUT_OF_MEMORY : STATUS_OK;
}
