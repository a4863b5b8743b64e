#include <inttypes.h>
#include <string.h>

#include "server/check/index.h"
#include "server/check/replay.h"

/* When it ends, from this event on or already. */
static bool is_until(struct indexed_reservation *reservation, const struct event *event)
{
    bool sets = event->kind == EVENT_SEATS_HELD || event->kind == EVENT_RESERVATION_LENGTHENED;
    bool is_later = event->until_ms > reservation->replayed_until_ms;
    if (!sets) return event->until_ms == reservation->replayed_until_ms;
    if (is_later) reservation->replayed_until_ms = event->until_ms;
    return is_later;
}

static struct indexed_reservation *reservation_of(struct checker *checker,
                                                  const struct event *event)
{
    struct reservation_id id;
    memcpy(id.bytes, event->record_id, ID_BYTES);
    struct indexed_reservation *reservation = index_reservation(checker->index, id);
    if (reservation != NULL && reservation->record.user_id == event->user_id &&
        reservation->record.performance_id == event->performance_id &&
        reservation->record.total_price == event->amount && is_until(reservation, event))
        return reservation;
    check_found(checker, "event-of-unknown-reservation", "event %" PRIu64, event->number);
    return NULL;
}

static void turn_reservation(struct checker *checker, const struct event *event,
                             enum reservation_status from, enum reservation_status to)
{
    struct indexed_reservation *reservation = reservation_of(checker, event);
    if (reservation == NULL) return;
    if (reservation->replayed != from)
        check_found(checker, "event-in-wrong-order", "event %" PRIu64, event->number);
    reservation->replayed = to;
}

/* Whether the event may turn a seat that is in this state at its time. */
static bool may_turn(const struct event *event, struct seat seat)
{
    bool is_free = seat_state_at(seat, event->occurred_at_ms) == SEAT_AVAILABLE;
    if (event->kind == EVENT_SEATS_HELD || event->kind == EVENT_SEATS_BLOCKED) return is_free;
    if (event->kind == EVENT_SEATS_UNBLOCKED) return seat.state == SEAT_BLOCKED;
    return seat_is_held_until(seat, event->until_ms);
}

static void turn_seats(struct checker *checker, const struct event *event, struct seat to)
{
    for (uint32_t i = 0; i < event->seats_count; i++) {
        struct indexed_seat *seat =
            index_seat(checker->index, event->performance_id, event->seat_indexes[i]);
        if (seat != NULL && may_turn(event, seat->replayed)) {
            to.tier = seat->replayed.tier;
            seat->replayed = to;
        } else if (event->kind != EVENT_RESERVATION_EXPIRED) {
            /* Only an expiry may come late: its seats may be in newer hands. */
            check_found(checker, "event-of-seat-in-other-state", "event %" PRIu64 " seat %" PRIu32,
                        event->number, event->seat_indexes[i]);
        }
    }
}

/* Its seats are held until another moment: that of the reservation so far. */
static void lengthen(struct checker *checker, const struct event *event)
{
    struct reservation_id id;
    memcpy(id.bytes, event->record_id, ID_BYTES);
    const struct indexed_reservation *reservation = index_reservation(checker->index, id);
    struct event before = *event;
    before.until_ms = reservation == NULL ? 0 : reservation->replayed_until_ms;
    turn_reservation(checker, event, RESERVATION_HELD, RESERVATION_HELD);
    turn_seats(checker, &before,
               (struct seat){.state = SEAT_HELD, .expires_at_ms = event->until_ms});
}

static void pay(struct checker *checker, const struct event *event)
{
    struct indexed_wallet *wallet = index_wallet(checker->index, event->user_id);
    if (wallet != NULL) wallet->replayed_balance -= event->amount;
    if (event->occurred_at_ms >= event->until_ms)
        check_found(checker, "paid-too-late", "event %" PRIu64, event->number);
}

void replay_sale(struct checker *checker, const struct event *event)
{
    const struct seat available = {.state = SEAT_AVAILABLE};
    const struct seat held = {.state = SEAT_HELD, .expires_at_ms = event->until_ms};
    const struct seat sold = {.state = SEAT_SOLD};
    const struct seat blocked = {.state = SEAT_BLOCKED};

    replay_check_stops(checker, event);
    if (event->kind == EVENT_SEATS_HELD) {
        turn_reservation(checker, event, 0, RESERVATION_HELD);
        turn_seats(checker, event, held);
    } else if (event->kind == EVENT_RESERVATION_CANCELLED) {
        turn_reservation(checker, event, RESERVATION_HELD, RESERVATION_CANCELLED);
        turn_seats(checker, event, available);
    } else if (event->kind == EVENT_RESERVATION_EXPIRED) {
        turn_reservation(checker, event, RESERVATION_HELD, RESERVATION_EXPIRED);
        turn_seats(checker, event, available);
    } else if (event->kind == EVENT_RESERVATION_LENGTHENED) {
        lengthen(checker, event);
    } else if (event->kind == EVENT_RESERVATION_PAID) {
        turn_reservation(checker, event, RESERVATION_HELD, RESERVATION_PAID);
        turn_seats(checker, event, sold);
        pay(checker, event);
    } else {
        turn_seats(checker, event, event->kind == EVENT_SEATS_BLOCKED ? blocked : available);
    }
}

static void compare_seats(struct checker *checker, const struct indexed_performance *performance)
{
    for (uint32_t i = 0; i < performance->record.seat_count; i++) {
        const struct indexed_seat *seat = &performance->seats[i];
        if (seat_pack(seat->stored) != seat_pack(seat->replayed))
            check_found(checker, "replay-gives-other-seat", "performance %" PRIu32 " seat %" PRIu32,
                        performance->record.id, i);
    }
}

static void compare_reservation(struct checker *checker,
                                const struct indexed_reservation *reservation)
{
    char id[ID_TEXT_BYTES];
    bool is_same = reservation->record.status == reservation->replayed &&
                   reservation->record.expires_at_ms == reservation->replayed_until_ms;
    if (is_same) return;
    id_print(reservation->record.id.bytes, id);
    check_found(checker, "replay-gives-other-reservation", "reservation %s", id);
}

static void compare_wallet(struct checker *checker, const struct indexed_wallet *wallet)
{
    if (!wallet->replay_created || wallet->replayed_balance != wallet->record.balance)
        check_found(checker, "replay-gives-other-balance",
                    "user %" PRIu64 ": balance %" PRId64 ", replayed %" PRId64,
                    wallet->record.user_id, wallet->record.balance, wallet->replayed_balance);
    if (wallet->replay_blocked != wallet->record.is_blocked)
        check_found(checker, "replay-gives-other-block", "user %" PRIu64, wallet->record.user_id);
}

void replay_compare_sale(struct checker *checker)
{
    const struct index *index = checker->index;
    for (size_t i = 0; i < index->performances.count; i++)
        compare_seats(checker, vector_at(&index->performances, i));
    for (size_t i = 0; i < index->reservations.count; i++)
        compare_reservation(checker, vector_at(&index->reservations, i));
    for (size_t i = 0; i < index->wallets.count; i++)
        compare_wallet(checker, vector_at(&index->wallets, i));
}
