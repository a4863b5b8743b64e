#include <inttypes.h>
#include <string.h>

#include "server/check/finding.h"
#include "server/check/index.h"

static bool is_paid_by(const struct indexed_reservation *reservation,
                       const struct ledger_entry *entry)
{
    return reservation != NULL && reservation->record.status == RESERVATION_PAID &&
           reservation->record.user_id == entry->user_id &&
           reservation->record.total_price == -entry->amount &&
           reservation->record.seats_count == entry->tickets_count &&
           memcmp(reservation->record.payment_id.bytes, entry->id.bytes, ID_BYTES) == 0;
}

/* The name of what is wrong with an entry; NULL if nothing is. */
static const char *judge(const struct index *index, const struct ledger_entry *entry)
{
    if (entry->balance_after < 0 || entry->balance_after > BALANCE_MAX)
        return "balance-out-of-range";
    if (entry->kind == LEDGER_CHARGE)
        return entry->amount >= 1 && entry->amount <= CHARGE_AMOUNT_MAX ? NULL
                                                                        : "charge-out-of-range";
    if (!is_paid_by(index_reservation(index, entry->reservation_id), entry))
        return "payment-without-reservation";
    return NULL;
}

static void check_wallet(struct checker *checker, const struct wallet *wallet)
{
    struct ledger_entry entry = {0};
    int64_t sum = 0;
    bool balance_seen = false;
    while (ledger_next_of_user(checker->txn, wallet->user_id, entry.id, &entry)) {
        const char *wrong = judge(checker->index, &entry);
        uint64_t owner;
        if (!ledger_id_get(checker->txn, entry.id, &owner))
            check_found(checker, "ledger-entry-without-id", "user %" PRIu64, wallet->user_id);
        if (wrong != NULL) check_found(checker, wrong, "user %" PRIu64, wallet->user_id);
        sum = (int64_t)((uint64_t)sum + (uint64_t)entry.amount);
        if (entry.balance_after == wallet->balance) balance_seen = true;
    }
    if (wallet->balance < 0 || wallet->balance > BALANCE_MAX)
        check_found(checker, "balance-out-of-range", "user %" PRIu64, wallet->user_id);
    if (sum != wallet->balance)
        check_found(checker, "balance-not-sum-of-ledger",
                    "user %" PRIu64 ": balance %" PRId64 ", ledger %" PRId64, wallet->user_id,
                    wallet->balance, sum);
    else if (wallet->balance != 0 && !balance_seen)
        check_found(checker, "balance-after-no-entry", "user %" PRIu64 ": balance %" PRId64,
                    wallet->user_id, wallet->balance);
}

static bool has_tickets(struct store_txn *txn, const struct reservation *reservation,
                        const struct ledger_entry *payment)
{
    for (uint32_t i = 0; i < reservation->seats_count; i++) {
        struct ticket ticket;
        if (!ticket_get(txn, reservation->user_id, payment->first_ticket + i, &ticket) ||
            ticket.seat_index != reservation->seat_indexes[i] ||
            memcmp(ticket.payment_id.bytes, payment->id.bytes, ID_BYTES) != 0)
            return false;
    }
    return true;
}

static void check_paid(struct checker *checker, const struct reservation *reservation)
{
    struct ledger_entry payment;
    char id[ID_TEXT_BYTES];
    id_print(reservation->id.bytes, id);
    if (!ledger_get(checker->txn, reservation->user_id, reservation->payment_id, &payment) ||
        payment.kind != LEDGER_PAYMENT)
        check_found(checker, "paid-reservation-without-payment", "reservation %s", id);
    else if (!has_tickets(checker->txn, reservation, &payment))
        check_found(checker, "paid-reservation-without-tickets", "reservation %s", id);
}

void check_money(struct checker *checker)
{
    const struct vector *wallets = &checker->index->wallets;
    const struct vector *reservations = &checker->index->reservations;
    for (size_t i = 0; i < wallets->count; i++) {
        const struct indexed_wallet *wallet = vector_at(wallets, i);
        check_wallet(checker, &wallet->record);
    }
    for (size_t i = 0; i < reservations->count; i++) {
        const struct indexed_reservation *reservation = vector_at(reservations, i);
        if (reservation->record.status == RESERVATION_PAID)
            check_paid(checker, &reservation->record);
    }
    checker->report->wallets_checked = wallets->count;
}
