#include <inttypes.h>

#include "server/check/finding.h"
#include "server/check/index.h"

static void claim_seat(struct checker *checker, const struct reservation *reservation,
                       uint32_t seat_index)
{
    struct indexed_seat *seat = index_seat(checker->index, reservation->performance_id, seat_index);
    if (seat == NULL) {
        check_found(checker, "reservation-of-unknown-seat", "performance %" PRIu32 " seat %" PRIu32,
                    reservation->performance_id, seat_index);
        return;
    }
    bool is_held = seat_is_held_until(seat->stored, reservation->expires_at_ms);
    if (reservation->status == RESERVATION_HELD && is_held) seat->holders++;
    if (reservation->status == RESERVATION_PAID) seat->paid++;
    if (reservation_status_at(reservation, checker->now_ms) != RESERVATION_HELD) return;
    seat->live++;
    if (!is_held)
        check_found(checker, "live-reservation-without-seat",
                    "performance %" PRIu32 " seat %" PRIu32 " is not held until %" PRId64,
                    reservation->performance_id, seat_index, reservation->expires_at_ms);
}

static void claim_seats(struct checker *checker)
{
    const struct vector *reservations = &checker->index->reservations;
    for (size_t i = 0; i < reservations->count; i++) {
        const struct indexed_reservation *reservation = vector_at(reservations, i);
        for (uint32_t seat = 0; seat < reservation->record.seats_count; seat++)
            claim_seat(checker, &reservation->record, reservation->record.seat_indexes[seat]);
    }
    checker->report->reservations_checked = reservations->count;
}

static bool is_of_reservation(const struct index *index, const struct ticket *ticket)
{
    const struct indexed_reservation *reservation =
        index_reservation(index, ticket->reservation_id);
    if (reservation == NULL || reservation->record.status != RESERVATION_PAID) return false;
    if (reservation->record.user_id != ticket->user_id) return false;
    if (reservation->record.performance_id != ticket->performance_id) return false;
    for (uint32_t i = 0; i < reservation->record.seats_count; i++)
        if (reservation->record.seat_indexes[i] == ticket->seat_index) return true;
    return false;
}

static void count_ticket(struct checker *checker, const struct ticket *ticket)
{
    struct indexed_seat *seat =
        index_seat(checker->index, ticket->performance_id, ticket->seat_index);
    checker->report->tickets_checked++;
    if (seat != NULL) seat->tickets++;
    if (seat == NULL || !is_of_reservation(checker->index, ticket))
        check_found(checker, "ticket-without-paid-reservation",
                    "ticket %" PRIu64 " of user %" PRIu64, ticket->id, ticket->user_id);
}

static void count_tickets(struct checker *checker)
{
    const struct vector *wallets = &checker->index->wallets;
    for (size_t i = 0; i < wallets->count; i++) {
        const struct indexed_wallet *wallet = vector_at(wallets, i);
        struct ticket ticket = {0};
        while (ticket_next_of_user(checker->txn, wallet->record.user_id, ticket.id, &ticket))
            count_ticket(checker, &ticket);
    }
}

/* The name of what is wrong with a seat; NULL if nothing is. */
static const char *judge(const struct indexed_seat *seat)
{
    bool is_sold = seat->stored.state == SEAT_SOLD;
    if (seat->live + seat->paid > 1) return "seat-in-two-reservations";
    if (is_sold && seat->paid == 0) return "sold-seat-without-reservation";
    if (is_sold && seat->tickets != 1) return "sold-seat-without-one-ticket";
    if (!is_sold && seat->paid > 0) return "paid-seat-not-sold";
    if (!is_sold && seat->tickets > 0) return "ticket-of-unsold-seat";
    if (seat->stored.state == SEAT_HELD && seat->holders == 0)
        return "held-seat-without-reservation";
    return NULL;
}

static void judge_seats(struct checker *checker, const struct indexed_performance *performance,
                        uint32_t ret_available[TIERS_PER_PERFORMANCE_MAX])
{
    for (uint32_t i = 0; i < performance->record.seat_count; i++) {
        const struct indexed_seat *seat = &performance->seats[i];
        const char *wrong = judge(seat);
        if (wrong != NULL)
            check_found(checker, wrong, "performance %" PRIu32 " seat %" PRIu32,
                        performance->record.id, i);
        if (seat->stored.state == SEAT_AVAILABLE) ret_available[seat->stored.tier]++;
    }
    checker->report->seats_checked += performance->record.seat_count;
}

static void check_performance(struct checker *checker,
                              const struct indexed_performance *performance)
{
    struct performance_state state = {0};
    uint32_t available[TIERS_PER_PERFORMANCE_MAX] = {0};
    uint32_t id = performance->record.id;
    performance_state_get(checker->txn, id, &state);
    judge_seats(checker, performance, available);

    if (performance->seats_seen != performance->record.seat_count)
        check_found(checker, "seat-missing", "performance %" PRIu32, id);
    if (performance->newest_version > state.version)
        check_found(checker, "seat-newer-than-performance", "performance %" PRIu32, id);
    for (uint32_t i = 0; i < TIERS_PER_PERFORMANCE_MAX; i++)
        if (available[i] != state.remaining[i])
            check_found(checker, "remaining-seats-miscounted",
                        "performance %" PRIu32 " tier %" PRIu32 ": %" PRIu32 " counted, %" PRIu32
                        " found",
                        id, i, state.remaining[i], available[i]);
}

void check_seats(struct checker *checker)
{
    const struct vector *performances = &checker->index->performances;
    claim_seats(checker);
    count_tickets(checker);
    for (size_t i = 0; i < performances->count; i++)
        check_performance(checker, vector_at(performances, i));
}
