#include "server/engine/lapsed.h"

/* The due timers at a moment, one after another, LAPSED_LOOKED_AT_MAX at most. */
struct due_timers {
    struct store_txn *txn;
    unix_ms now_ms;
    struct timer timer;
    uint32_t looked_at;
};

static bool next_due(struct due_timers *due)
{
    struct timer previous = due->timer;
    bool found = due->looked_at == 0 ? timer_first(due->txn, &due->timer)
                                     : timer_next(due->txn, &previous, &due->timer);
    return found && due->timer.due_ms <= due->now_ms && due->looked_at++ < LAPSED_LOOKED_AT_MAX;
}

static bool has_lapsed(struct store_txn *txn, struct leases *leases, const struct queue *queue,
                       uint64_t number, unix_ms now_ms)
{
    struct queue_entry entry;
    return queue_entry_get(txn, queue->concert_id, number, &entry) &&
           entry.status == QUEUE_ENTRY_WAITING && leases_expiry(leases, queue, &entry) <= now_ms;
}

uint64_t lapsed_entries_before(struct store_txn *txn, struct leases *leases,
                               const struct queue *queue, uint64_t number, unix_ms now_ms)
{
    uint64_t lapsed = 0;
    struct due_timers due = {.txn = txn, .now_ms = now_ms};
    while (next_due(&due))
        if (due.timer.kind == TIMER_WAITING && due.timer.concert_id == queue->concert_id &&
            due.timer.number < number && has_lapsed(txn, leases, queue, due.timer.number, now_ms))
            lapsed++;
    return lapsed;
}

static bool seat_get(struct store_txn *txn, uint32_t performance_id, uint32_t seat_index,
                     struct seat *ret_seat)
{
    struct seat_block block;
    if (!seat_block_get(txn, performance_id, seat_index / SEATS_PER_BLOCK, &block)) return false;
    *ret_seat = seat_block_seat(&block, seat_index % SEATS_PER_BLOCK);
    return true;
}

static void visit_reservation(struct store_txn *txn, const struct reservation *reservation,
                              void (*visit)(void *context, uint32_t seat_index, uint8_t tier),
                              void *context)
{
    for (size_t i = 0; i < reservation->seats_count; i++) {
        struct seat seat;
        if (seat_get(txn, reservation->performance_id, reservation->seat_indexes[i], &seat) &&
            seat_is_held_until(seat, reservation->expires_at_ms))
            visit(context, reservation->seat_indexes[i], seat.tier);
    }
}

void lapsed_seats_visit(struct store_txn *txn, uint32_t performance_id, unix_ms now_ms,
                        void (*visit)(void *context, uint32_t seat_index, uint8_t tier),
                        void *context)
{
    struct due_timers due = {.txn = txn, .now_ms = now_ms};
    while (next_due(&due)) {
        struct reservation reservation;
        if (due.timer.kind == TIMER_HOLD &&
            reservation_get(txn, due.timer.reservation_id, &reservation) &&
            reservation.performance_id == performance_id && reservation.status == RESERVATION_HELD)
            visit_reservation(txn, &reservation, visit, context);
    }
}
